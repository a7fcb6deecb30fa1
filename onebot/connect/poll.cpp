#include "onebot/connect/poll.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace onebot::connect {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kMaxEvents = 1 << 20;  // bytes of events in one answer, but for the last; the rest comes later
constexpr std::int64_t kLongestWait = 300;   // seconds
constexpr milliseconds kAgain{10};           // to ask whether a kernel has the last answer
constexpr int kTries = 30;
constexpr int kEnough = 8;  // endings in a row, where somebody has asked again on a connection

// How many: 0 when it is absent.
Result<std::int64_t> count_param(const Fields& params, std::string_view name) {
  ONEBOT_TRY(count, optional_param(integer_param, params, name));
  if (count.value_or(0) < 0) return fail(Retcode::bad_param, fmt::format("\"{}\" must be 0 or more", name));
  return count.value_or(0);
}

// The same bytes as any response. JSON takes the ready-made events as they are.
std::string encode_events(const std::string& events, const Asker& asker) {
  if (asker.encoding == Encoding::msgpack) {
    constexpr json::Limits kOwn{.bytes = std::string::npos, .values = std::string::npos};
    const auto list = json::Document::parse(fmt::format("[{}]", events), kOwn);
    return encode_response(list ? ActionResult(list->root().value()) : std::unexpected(list.error()), asker.echo,
                           asker.encoding);
  }
  constexpr std::string_view kData = "\"data\":[";
  std::string out = encode_response(Value(List{}), asker.echo);
  return out.insert(out.find(kData) + kData.size(), events);
}

}  // namespace

NewestEvents::NewestEvents(Backend& backend, Seq from, std::size_t most)
    : most_(most),
      reader_(
          backend.events, from, backend.cursors.replay_since(), [this] { read(); }, backend.only) {
  read();
}

void NewestEvents::read() {
  while (const std::optional<LogEntry> entry = reader_.next()) {
    places_.push_back(entry->seq);
    if (places_.size() <= most_) continue;
    places_.pop_front();
    ++left_out_;
  }
}

void NewestEvents::forget(Seq before) {
  while (!places_.empty() && places_.front() < before) places_.pop_front();
  left_out_ = 0;
}

Poll::Poll(Backend& backend, std::string consumer, std::int64_t buffer_size)
    : backend_(backend),
      consumer_(std::move(consumer)),
      buffer_size_(static_cast<Seq>(std::max<std::int64_t>(buffer_size, 0))),
      confirmed_(backend.cursors.position(consumer_)),
      reader_(
          backend.events, confirmed_, backend.cursors.replay_since(), [this] { collect(); }, backend.only) {
  if (buffer_size_ > 0 && backend.only) newest_.emplace(backend, confirmed_, buffer_size_);
}

void Poll::wake() {
  if (newest_) newest_->read();
  collect();
}

void Poll::stop() {
  settling_.reset();
  settle();
  if (!call_) return;
  timer_.reset();
  Call call = *std::exchange(call_, std::nullopt);
  call.asker.send(encode_events("", call.asker));
}

void Poll::serve(const Fields& params, Asker asker) {
  const Result<std::int64_t> limit = count_param(params, "limit"), timeout = count_param(params, "timeout");
  if (!limit || !timeout) return asker.answer(std::unexpected(limit ? timeout.error() : limit.error()));
  stop();  // the newest call wins; the older one may be a connection that is long dead
  call_.emplace(Call{.asker = std::move(asker), .limit = *limit, .timeout = seconds(std::min(*timeout, kLongestWait))});
  begin(kTries);
}

// A client that asks on another connection at once asks before its kernel has said that it has the last answer.
void Poll::begin(int tries) {
  const auto timer = std::move(settling_);
  if (!settle() && tries > 0) {
    settling_ = backend_.loop.after(kAgain, [this, tries] { begin(tries - 1); });
    return;
  }
  given_.reset();
  rewind();
  call_->begun = true;
  if (call_->timeout.count() > 0) timer_ = backend_.loop.after(call_->timeout, [this] { answer(); });
  collect();
}

void Poll::rewind() {
  const Seq from = std::max(confirmed_, buffer_begin());
  reader_.seek(from);
  left_out_ = newest_ ? newest_->left_out() : from - confirmed_;
  skipped_before_ = reader_.skipped();
}

Seq Poll::buffer_begin() const {
  if (newest_) return newest_->begin();
  const Seq end = backend_.events.next();
  return buffer_size_ > 0 && end > buffer_size_ ? end - buffer_size_ : 0;
}

bool Poll::full() const {
  return (call_->limit > 0 && call_->count >= call_->limit) || call_->events.size() >= kMaxEvents;
}

bool Poll::take() {
  const std::optional<LogEntry> entry = reader_.next();
  if (!entry) return false;
  if (call_->count++ > 0) call_->events.push_back(',');
  call_->events += entry->json;
  return true;
}

void Poll::collect() {
  if (!call_ || !call_->begun) return;
  while (!full() && take()) {
  }
  const bool at_end = reader_.position() >= backend_.events.next();  // else a page is on its way from the journal
  if (full() || (at_end && (call_->count > 0 || call_->timeout.count() == 0))) answer();
}

void Poll::answer() {
  timer_.reset();
  Call call = *std::exchange(call_, std::nullopt);
  const std::uint64_t left_out = left_out_ + reader_.skipped() - skipped_before_;
  given_.emplace(Given{.next = reader_.position(), .left_out = left_out});
  call.asker.send(encode_events(call.events, call.asker),
                  lifetime_.guard([this, next = reader_.position(), left_out](io::Receipt receipt) {
                    heard(receipt, next, left_out);
                  }));
  if (given_) given_->exchange = std::move(call.asker.exchange);
}

bool Poll::settle() {
  const auto known = given_ && given_->exchange ? given_->exchange->acknowledged() : std::nullopt;
  if (known == false) return false;
  const std::optional<Given> given = std::exchange(given_, std::nullopt);
  if (known) written(given->next, given->left_out);
  return true;
}

void Poll::heard(io::Receipt receipt, Seq next, std::uint64_t left_out) {
  if (receipt == io::Receipt::had) enough_ = kEnough;
  endings_ = receipt == io::Receipt::ended ? endings_ + 1 : 0;
  if (receipt == io::Receipt::had || endings_ >= enough_) written(next, left_out);
}

void Poll::written(Seq next, std::uint64_t left_out) {
  if (next <= confirmed_) return;
  confirmed_ = next;
  if (newest_) newest_->forget(next);
  backend_.cursors.confirm(consumer_, next);
  if (left_out > 0) backend_.log.count("events_left_out", left_out);
}

}  // namespace onebot::connect
