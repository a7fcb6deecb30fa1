#include "adapters/kit/connection.h"

#include "adapters/kit/characters.h"
#include "onebot/frame.h"
#include "onebot/json.h"

#include <fmt/format.h>

#include <utility>

namespace kit {

using std::chrono::milliseconds;

namespace {

constexpr std::size_t kMostMessage = 16 << 20;  // bytes; far more than any platform sends

}  // namespace

void Connection::start() {
  if (phase_ == Phase::stopped) begin();
}

void Connection::stop() {
  phase_ = Phase::stopped;
  for (auto* owner : {&preparation_, &timer_, &watch_, &unread_, &drop_}) owner->reset();
  drop();
}

void Connection::hold(bool on) {
  held_ = on;
  if (phase_ == Phase::open) socket_->hold(on);
}

void Connection::begin() {
  drop();
  phase_ = Phase::preparing;
  using Address = ConnectionPeer::Address;
  preparation_ = onebot::start<Address>(
      peer_.prepare(), [this](Address address) { address ? dial(*address) : lose(std::move(address).error()); });
}

void Connection::dial(const std::string& url) {
  phase_ = Phase::opening;
  refusal_.clear();
  fault_.clear();
  passed_ = 0;
  waiting_.clear();
  expect(kOpening, "the connection did not open in time");
  socket_ =
      parts_.client.connect({.url = url, .headers = {{"User-Agent", "onebridge"}}, .max_body = kMostMessage}, *this);
}

void Connection::on_open() {
  if (phase_ != Phase::opening) return;
  phase_ = Phase::open;
  heard();
  if (held_) socket_->hold(true);
  peer_.on_open();
}

void Connection::on_text(std::string_view text) {
  if (phase_ == Phase::open) peer_.on_text(text);
}

void Connection::on_binary(std::string_view bytes) {
  if (phase_ == Phase::open) peer_.on_binary(bytes);
}

bool Connection::on_broken_text(std::string_view bytes) {
  parts_.log.count("frames_malformed");
  parts_.log.line(onebot::LogLevel::warn,
                  fmt::format("{} text that is not UTF-8 repaired bytes={}", name_, bytes.size()));
  on_text(onebot::json::repair_utf8(bytes));
  return true;
}

bool Connection::on_too_long(Kind, std::string_view piece, bool last) {
  passed_ += piece.size();
  if (!last) return true;
  parts_.log.count("frames_too_long");
  parts_.log.line(onebot::LogLevel::error, fmt::format("{} message too long, read over and lost bytes={} most={}",
                                                       name_, std::exchange(passed_, 0), kMostMessage));
  if (phase_ == Phase::open) peer_.on_passed_over();
  return true;
}

void Connection::on_close(int code, std::string_view reason, int http_status) {
  if (phase_ != Phase::opening && phase_ != Phase::open) return;
  Ending ending{.code = code, .http_status = http_status, .headers = std::move(refusal_), .ours = !fault_.empty()};
  ending.why = fmt::format("closed with {} \"{}\"", code, shortened(peer_.as_told(std::string(reason)), 120));
  if (ending.ours) ending.why = fmt::format("closed by us: {}", fault_);
  if (http_status != 0) ending.why = fmt::format("the upgrade was refused with HTTP {}", http_status);
  lose(peer_.on_end(ending));
}

void Connection::lose(Loss loss) {
  if (phase_ == Phase::stopped || phase_ == Phase::waiting) return;
  const std::string subject = phase_ == Phase::open ? fmt::format("{} lost", name_) : fmt::format("no {}", name_);
  phase_ = loss.final ? Phase::stopped : Phase::waiting;
  for (auto* owner : {&preparation_, &watch_, &unread_}) owner->reset();
  // The socket itself may be calling, so it goes with the next turn of the loop.
  drop_ = parts_.loop.after(milliseconds(0), [this] { drop(); });
  const std::string then = loss.final ? "the bot stays offline until it is started again"
                                      : fmt::format("{} in {}ms", loss.then, loss.pause.count());
  parts_.log.line(loss.level, fmt::format("{}: {}; {}", subject, loss.why, then));
  if (!loss.final) timer_ = parts_.loop.after(loss.pause, [this] { begin(); });
  last_loss_ = std::move(loss);
}

// Without a close frame: a platform may take one for the end of a session that is to be resumed.
void Connection::drop() {
  if (socket_) socket_->cut();
  socket_.reset();
}

void Connection::expect(milliseconds patience, std::string_view or_else) {
  watch_ = parts_.loop.after(patience, [this, patience, or_else = std::string(or_else)] {
    if (held_) return expect(patience, or_else);  // we are not reading, so we cannot know
    lose(peer_.on_end({.why = or_else}));
  });
}

void Connection::send_text(std::string_view text) {
  if (phase_ != Phase::open) return;
  onebot::frame::append_text(waiting_, text);
  wrote();
}

void Connection::send_binary(std::string_view bytes) {
  if (phase_ != Phase::open) return;
  onebot::frame::append(waiting_, onebot::frame::Opcode::binary, bytes);
  wrote();
}

void Connection::wrote() {
  socket_->wake();
  if (waiting_.size() <= kMostWaiting || unread_) return;
  unread_ = parts_.loop.after(milliseconds(0),
                              [this] { lose(peer_.on_end({.why = "the platform does not read what we send"})); });
}

std::string_view Connection::next_frames() {
  writing_.clear();
  if (phase_ == Phase::open) std::swap(writing_, waiting_);
  return writing_;
}

}  // namespace kit
