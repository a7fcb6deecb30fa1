#include "bridge/net/websocket_connection.h"

#include "bridge/net/mask.h"
#include "bridge/net/socket_handle.h"
#include "onebot/frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bridge::net {

namespace io = onebot::io;
using namespace std::chrono_literals;
using onebot::frame::Opcode;

namespace {
constexpr std::size_t kKept = 256 << 10;  // of the buffer of masked frames, from use to use
}

std::unique_ptr<io::WebSocket> WebSocketConnection::handle() {
  return std::make_unique<SocketHandle<WebSocketConnection>>(shared_from_this());
}

void WebSocketConnection::begin(io::WebSocketService& service, const io::HttpRequest& upgrade, std::string welcome,
                                std::string early) {
  first_ = std::move(welcome);
  early_ = std::move(early);
  auto* peer = service.accept(upgrade, handle());
  if (!detached_) peer_ = peer;
  if (stream_) stream_->ask_writable();
}

void WebSocketConnection::begin(io::WebSocketPeer& peer, ClientUpgrade upgrade, std::string place,
                                std::chrono::milliseconds limit) {
  peer_ = &peer;
  place_ = std::move(place);
  first_ = upgrade.request();
  upgrade_ = std::move(upgrade);
  deadline_ = loop_.after(limit, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || !self->stream_) return;
    std::exchange(self->stream_, nullptr)->finish();
    self->end(1006, fmt::format("no WebSocket from {} in time", self->place_));
  });
  stream_->ask_writable();
}

void WebSocketConnection::fail_soon(io::WebSocketPeer& peer, std::string why) {
  peer_ = &peer;
  loop_.post([self = shared_from_this(), why = std::move(why)] { self->end(1006, why); });
}

void WebSocketConnection::wake() {
  if (stream_ && open_) stream_->ask_writable();
}

void WebSocketConnection::hold(bool held) {
  held_ = held;
  if (!stream_) return;
  stream_->hold(held);
  if (!held && !early_.empty()) stream_->ask_writable();
}

void WebSocketConnection::detach() {
  detached_ = true;
  peer_ = nullptr;
  close(1000, "");
}

void WebSocketConnection::close(int code, std::string_view reason) {
  if (!stream_ || close_code_ != 0) return;
  close_code_ = code;
  close_reason_ = reason.substr(0, 120);
  if (role_ == Role::client && !open_) return stream_->kill();
  held_ = false;  // a held socket would not see the other side's goodbye
  stream_->hold(false);
  stream_->ask_writable();
  deadline_ = loop_.after(2s, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self && self->stream_) self->stream_->kill();
  });
}

std::uint64_t WebSocketConnection::acknowledged() const {
  const auto waiting = stream_ ? stream_->unacknowledged() : std::nullopt;
  if (waiting && *waiting <= written_) acknowledged_ = std::max(acknowledged_, written_ - *waiting);
  return acknowledged_;
}

void WebSocketConnection::on_bytes(std::string_view bytes) {
  if (over_) return;
  if (upgrade_) return greet(bytes);
  if (!open_ || held_ || !early_.empty()) {
    early_.append(bytes);
    stream_->ask_writable();
    return;
  }
  read(bytes);
}

void WebSocketConnection::greet(std::string_view bytes) {
  const auto self = shared_from_this();
  const auto answer = upgrade_->read(bytes);
  if (!answer || close_code_ != 0) return;
  upgrade_.reset();
  deadline_.reset();
  if (!answer->opens) {
    over_ = true;
    std::exchange(stream_, nullptr)->finish();
    if (peer_ && !answer->headers.empty()) peer_->on_refused(answer->headers);
    return end(1006, fmt::format("{}: {}", place_, answer->why), answer->status);
  }
  open();
  if (stream_ && !bytes.empty()) on_bytes(bytes);
}

void WebSocketConnection::open() {
  open_ = true;
  if (peer_ && close_code_ == 0) peer_->on_open();
  if (stream_) stream_->ask_writable();
}

void WebSocketConnection::read(std::string_view bytes) {
  const auto self = shared_from_this();
  while (!bytes.empty() && !over_) {
    if (held_) {
      early_ = bytes;
      return;
    }
    take(reader_.next(bytes));
  }
}

void WebSocketConnection::take(const FrameReader::Item& item) {
  using Kind = FrameReader::Kind;
  const bool heard = peer_ != nullptr && close_code_ == 0;
  if (item.kind == Kind::text && heard) return peer_->on_text(item.payload);
  if (item.kind == Kind::binary && heard) return peer_->on_binary(item.payload);
  if (item.kind == Kind::pong && heard) return peer_->on_pong(item.payload);
  if (item.kind == Kind::ping) {
    pong_.clear();
    onebot::frame::append_head(pong_, Opcode::ping, item.payload.size());
    pong_[0] = static_cast<char>(0x8a);
    pong_.append(item.payload);
    if (stream_) stream_->ask_writable();
    return;
  }
  const bool too_long = item.kind == Kind::long_text || item.kind == Kind::long_binary;
  if (too_long && heard) {
    using Message = io::WebSocketPeer::Kind;
    if (peer_->on_too_long(item.kind == Kind::long_text ? Message::text : Message::binary)) return;
  }
  if (!too_long && item.kind != Kind::close && item.kind != Kind::broken) return;
  over_ = true;
  if (close_code_ == 0) close(too_long ? 1009 : item.code, too_long ? "message too long" : item.payload);
  if (stream_) stream_->ask_writable();
}

void WebSocketConnection::on_writable() {
  const auto self = shared_from_this();
  if (!open_) {
    stream_->write(std::exchange(first_, {}));
    if (role_ == Role::server) open();
    return;
  }
  if (!held_ && !early_.empty()) read(std::exchange(early_, {}));
  if (!stream_) return;
  if (!pong_.empty() && !close_sent_) write(std::exchange(pong_, {}));
  if (close_code_ != 0) return write_close();
  if (!peer_) return;
  const std::string_view frames = peer_->next_frames();
  if (close_code_ != 0 || !stream_ || frames.empty()) return;
  written_ += frames.size();  // a client's masks make the estimate of what was acknowledged late, never early
  write(frames);
  stream_->ask_writable();
}

void WebSocketConnection::write(std::string_view frames) {
  if (role_ == Role::server) return stream_->write(frames);
  if (scratch_.capacity() > kKept) scratch_ = {};
  scratch_.clear();
  append_masked(scratch_, frames);
  stream_->write(scratch_);
}

void WebSocketConnection::write_close() {
  if (!std::exchange(close_sent_, true)) {
    std::string payload;
    if (close_code_ != 1005) {
      payload = {static_cast<char>(close_code_ >> 8), static_cast<char>(close_code_ & 0xff)};
      payload += close_reason_;
    }
    std::string frame;
    onebot::frame::append(frame, Opcode::close, payload);
    write(frame);
  }
  if (!over_) return;  // until theirs, or the deadline
  deadline_.reset();
  std::exchange(stream_, nullptr)->finish();
  end(close_code_, close_reason_);
}

void WebSocketConnection::on_gone(std::string_view why) {
  const auto self = shared_from_this();
  stream_ = nullptr;
  deadline_.reset();
  if (close_code_ != 0) return end(close_code_, close_reason_);
  if (role_ == Role::client && !open_) return end(1006, fmt::format("{}: {}", place_, why));
  end(1006, "connection lost");
}

void WebSocketConnection::end(int code, std::string_view reason, int http_status) {
  if (auto* peer = std::exchange(peer_, nullptr)) peer->on_close(code, reason, http_status);
}

}  // namespace bridge::net
