// Feed, the part that reads, acknowledges and pings.

#include "adapters/feishu/feed/feed.h"
#include "onebot/frame.h"
#include "onebot/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace feishu {
namespace {

using onebot::LogLevel;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kLeastPatience{10};

// How long the platform may be silent after a ping; never longer than until the next one.
milliseconds patience_for(milliseconds interval) {
  return std::min(interval, std::max<milliseconds>(kLeastPatience, interval / 4));
}

}  // namespace

void Feed::Line::send(const Frame& frame) {
  onebot::frame::append(outbox.waiting(), onebot::frame::Opcode::binary, encode(frame));
  if (!outbox.is_full()) return socket->wake();
  if (const auto leave = std::exchange(give_up, nullptr)) leave();
}

std::string_view Feed::next_frames() { return line_ ? line_->outbox.next() : std::string_view(); }

// Not a frame of this protocol, but a sign of life all the same.
void Feed::on_text(std::string_view) {
  if (phase_ != Phase::open) return;
  alive();
  parts_.log.count("frames_unknown");
}

void Feed::on_binary(std::string_view bytes) {
  if (phase_ != Phase::open) return;
  alive();
  auto frame = decode(bytes);
  if (!frame) {
    parts_.log.count("frames_malformed");
    return parts_.log.line(LogLevel::warn,
                           fmt::format("frame unreadable bytes={}: {}", bytes.size(), frame.error().message));
  }
  if (frame->method == Frame::kControl) return on_control(*frame);
  if (frame->method == Frame::kData) return on_data(*std::move(frame));
  parts_.log.count("frames_unknown");
}

void Feed::alive() {
  watch_.reset();
  proven_ = true;
  failures_ = 0;
}

// A ping of the platform wants no answer.
void Feed::on_control(const Frame& frame) {
  if (frame.header("type") != "pong" || frame.payload.empty()) return;
  const auto change = onebot::json::Document::parse(frame.payload);
  if (!change) return parts_.log.count("frames_malformed");
  const ClientConfig old = std::exchange(endpoint_.config, updated(endpoint_.config, change->root()));
  if (old.ping != endpoint_.config.ping) ping_at(pinged_at_ + endpoint_.config.ping);
}

void Feed::on_data(Frame frame) {
  if (frame.header("type") != "event") return parts_.log.count("frames_unknown");
  const auto body = assembly_.take(frame);
  if (!body) {
    parts_.log.count("frames_malformed");
    return parts_.log.line(LogLevel::warn, fmt::format("part of a message refused: {}", body.error().message));
  }
  if (!*body) return;
  peer_.on_delivery(**body, receipt_for(std::move(frame)));
}

// Nobody waits for it any more once the connection has ended.
Receipt Feed::receipt_for(Frame completing) const {
  completing.payload.clear();
  return [weak = std::weak_ptr(line_), frame = std::move(completing), &loop = parts_.loop, since = parts_.loop.now()](
             Outcome outcome, std::string_view show) mutable {
    const auto line = weak.lock();
    if (line) line->send(acknowledgement(std::move(frame), outcome, show, loop.now() - since));
  };
}

void Feed::ping() {
  pinged_at_ = parts_.loop.now();
  line_->send({.service = endpoint_.service, .method = Frame::kControl, .headers = {{"type", "ping"}}});
  if (!line_) return;  // given up just now
  if (!watch_) watch(patience_for(endpoint_.config.ping), "no answer to a ping");
  ping_at(pinged_at_ + endpoint_.config.ping);
}

void Feed::ping_at(milliseconds moment) {
  ping_ = parts_.loop.after(std::max(moment - parts_.loop.now(), milliseconds(0)), [this] { ping(); });
}

void Feed::watch(milliseconds patience, std::string_view what) {
  watch_ = parts_.loop.after(patience, [this, patience, what] {
    if (held_) return watch(patience, what);  // we are not reading, so we cannot know
    if (phase_ == Phase::opening) return failed({Setback::Kind::passing, std::string(what)});
    lose(what, LogLevel::warn);
  });
}

}  // namespace feishu
