#include "bridge/net/stream.h"

#include <fmt/format.h>

#include <utility>

namespace bridge::net {

using namespace std::chrono_literals;

namespace {
constexpr auto kFarewell = 2s;  // for the other side to close its half
}

Stream::~Stream() = default;

bool Stream::go(State next) {
  if (!follows(state_, next)) return false;
  state_ = next;
  if (next == State::finishing) is(Place::Holder::leaving);
  if (next >= State::dying) place_.reset();
  return true;
}

void Stream::carry(std::unique_ptr<Carrier> carrier, Again again) {
  carrier_ = std::move(carrier);
  again_ = again;
}

void Stream::opened() {
  if (go(State::open)) flow();
}

void Stream::received(std::string_view bytes) {
  if (state_ != State::open) return;
  if (const auto user = user_) user->on_bytes(bytes);
}

void Stream::ready() {
  const auto self = shared_from_this();
  if (state_ != State::open && state_ != State::finishing) return;
  settle(buffer_.drain([this](std::string_view bytes) { return carrier_->offer(bytes); }));
  if (!flushed()) return;
  if (go(State::shut)) {
    carrier_->shut();
  } else if (const auto user = user_; user && std::exchange(wanted_, false)) {
    user->on_writable();
  }
  flow();
}

void Stream::write(std::string_view bytes) {
  if (state_ != State::open || bytes.empty()) return;
  const auto offer = [this](std::string_view piece) { return carrier_->offer(piece); };
  if (again_ == Again::from_anywhere) return settle(buffer_.pass(bytes, offer));
  const bool others_wait = !buffer_.empty();
  const auto kept = buffer_.keep(bytes);
  settle(kept == SendBuffer::Flow::full || others_wait ? kept : buffer_.drain(offer));
}

void Stream::settle(SendBuffer::Flow flow) {
  if (flow == SendBuffer::Flow::broken) return kill();
  if (flow == SendBuffer::Flow::full) {
    return kill(fmt::format("more than {} bytes wait to be read by the other side", limits_.waiting));
  }
  if (buffer_.empty() && carrier_->flushed()) {
    stalled_.reset();
  } else if (!stalled_ || passed_ != buffer_.passed()) {
    passed_ = buffer_.passed();
    stalled_ = loop_.after(limits_.stalled, [this] {
      kill(fmt::format("the other side has read nothing for {}ms, and more waits", limits_.stalled.count()));
    });
  }
  this->flow();
}

// What the carrier is wanted for. It is asked again whenever that may have changed.
void Stream::flow() {
  if (state_ != State::open && state_ != State::finishing && state_ != State::shut) return;
  const bool unwritten = !buffer_.empty() || !carrier_->flushed() || state_ == State::finishing;
  carrier_->want({.reading = !held_, .writing = unwritten || wanted_});
}

void Stream::ask_writable() {
  if (!std::exchange(wanted_, true)) flow();
}

void Stream::hold(bool held) {
  if (std::exchange(held_, held) != held) flow();
}

bool Stream::flushed() const {
  const bool carries = state_ == State::open || state_ == State::finishing;
  return carries && buffer_.empty() && carrier_->flushed();
}

std::optional<std::uint64_t> Stream::unacknowledged() const {
  return flushed() ? carrier_->unacknowledged() : std::nullopt;
}

// A close with unread input would reset the connection, and the other side lose our last words.
void Stream::finish() {
  user_ = nullptr;
  held_ = wanted_ = false;
  if (!go(State::finishing)) {
    if (state_ == State::opening) kill();
    return;
  }
  deadline_ = loop_.after(kFarewell, [this] { kill(); });
  flow();
}

void Stream::kill(std::string_view why) {
  if (!go(State::dying)) return;
  why_ = why;
  if (carrier_) carrier_->cut();
}

void Stream::abandon() {
  user_ = nullptr;
  state_ = State::gone;
  place_.reset();
  stalled_.reset();
  deadline_.reset();
  carrier_.reset();
}

void Stream::lost(std::string_view why, End end) {
  const auto self = shared_from_this();
  if (!go(State::gone)) return;
  const std::string reason(why_.empty() ? why : why_);
  end_ = end;
  stalled_.reset();
  deadline_.reset();
  if (const auto user = std::exchange(user_, nullptr)) user->on_gone(reason);
  home_.streams_.erase(self);
}

Streams::~Streams() {
  for (const auto& stream : std::exchange(streams_, {})) stream->abandon();
}

std::shared_ptr<Stream> Streams::make(onebot::io::Loop& loop) {
  return *streams_.insert(std::make_shared<Stream>(loop, *this, limits_)).first;
}

}  // namespace bridge::net
