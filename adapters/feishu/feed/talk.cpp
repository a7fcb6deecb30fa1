#include "adapters/feishu/feed/talk.h"

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

Talk::Talk(kit::Connection& connection, std::int32_t service, ClientConfig& config, const Parts& parts, FeedPeer& peer)
    : connection_(connection),
      service_(service),
      config_(config),
      parts_(parts),
      peer_(peer),
      assembly_(parts.loop, parts.log) {}

// Not a frame of this protocol, but a sign of life all the same.
void Talk::on_text() {
  hear();
  parts_.log.count("frames_unknown");
}

void Talk::on_binary(std::string_view bytes) {
  hear();
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

void Talk::hear() {
  connection_.heard();
  has_heard_ = true;
}

void Talk::on_control(const Frame& frame) {
  if (frame.header("type") != "pong" || frame.payload.empty()) return;
  const auto change = onebot::json::Document::parse(frame.payload);
  if (!change) return parts_.log.count("frames_malformed");
  const ClientConfig old = std::exchange(config_, updated(config_, change->root()));
  if (old.ping != config_.ping) ping_at(pinged_at_ + config_.ping);
}

void Talk::on_data(Frame frame) {
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
Receipt Talk::receipt_for(Frame completing) {
  completing.payload.clear();
  return lifetime_.guard(
      [this, frame = std::move(completing), since = parts_.loop.now()](Outcome outcome, std::string_view show) mutable {
        send(acknowledgement(std::move(frame), outcome, show, parts_.loop.now() - since));
      });
}

void Talk::ping() {
  pinged_at_ = parts_.loop.now();
  send({.service = service_, .method = Frame::kControl, .headers = {{"type", "ping"}}});
  connection_.expect(patience_for(config_.ping), "no answer to a ping");
  ping_at(pinged_at_ + config_.ping);
}

void Talk::ping_at(milliseconds moment) {
  ping_ = parts_.loop.after(std::max(moment - parts_.loop.now(), milliseconds(0)), [this] { ping(); });
}

}  // namespace feishu
