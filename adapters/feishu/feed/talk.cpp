#include "adapters/feishu/feed/talk.h"

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

bool Talk::Line::send(const Frame& frame) {
  onebot::frame::append(outbox.waiting(), onebot::frame::Opcode::binary, encode(frame));
  if (!outbox.is_full()) return socket.wake(), true;
  if (!std::exchange(unread, true)) peer.on_unread();
  return false;
}

Talk::Talk(onebot::io::WebSocket& socket, std::int32_t service, ClientConfig& config, const Parts& parts,
           TalkPeer& peer)
    : service_(service),
      config_(config),
      parts_(parts),
      peer_(peer),
      assembly_(parts.loop, parts.log),
      line_(std::make_shared<Line>(Line{.socket = socket, .peer = peer})) {}

std::string_view Talk::next_frames() { return line_->outbox.next(); }

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
  watch_.reset();
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
Receipt Talk::receipt_for(Frame completing) const {
  completing.payload.clear();
  return [weak = std::weak_ptr(line_), frame = std::move(completing), &loop = parts_.loop, since = parts_.loop.now()](
             Outcome outcome, std::string_view show) mutable {
    const auto line = weak.lock();
    if (line) line->send(acknowledgement(std::move(frame), outcome, show, loop.now() - since));
  };
}

void Talk::ping() {
  pinged_at_ = parts_.loop.now();
  const auto line = line_;
  if (!line->send({.service = service_, .method = Frame::kControl, .headers = {{"type", "ping"}}})) return;
  if (!watch_) watch();
  ping_at(pinged_at_ + config_.ping);
}

void Talk::ping_at(milliseconds moment) {
  ping_ = parts_.loop.after(std::max(moment - parts_.loop.now(), milliseconds(0)), [this] { ping(); });
}

void Talk::watch() {
  watch_ = parts_.loop.after(patience_for(config_.ping), [this] {
    if (held_) return watch();
    peer_.on_silence();
  });
}

}  // namespace feishu
