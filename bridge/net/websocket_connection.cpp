#include "bridge/net/websocket_connection.h"

#include "bridge/net/mask.h"
#include "bridge/net/memory.h"
#include "bridge/net/socket_handle.h"
#include "onebot/frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bridge::net {

namespace io = onebot::io;
using namespace std::chrono_literals;
using onebot::frame::Opcode;
using Kind = FrameReader::Kind;

namespace {
constexpr std::size_t kKept = 256 << 10;  // of the buffer of masked frames, from use to use
constexpr std::size_t kMaxReason = 120;   // bytes; a control frame holds 125
constexpr auto kFarewell = 2s;
}  // namespace

std::unique_ptr<io::WebSocket> WebSocketConnection::handle() {
  return std::make_unique<SocketHandle<WebSocketConnection>>(shared_from_this());
}

bool WebSocketConnection::go(State next) {
  if (!follows(state_, next)) return false;
  state_ = next;
  return true;
}

void WebSocketConnection::count_in(Inflight& inflight) {
  reader_.count_in(inflight, [this] {
    close(1013, "too much is under way here; try again later");
    go(State::answering);
  });
}

void WebSocketConnection::begin(io::WebSocketService& service, const io::HttpRequest& upgrade, std::string welcome,
                                std::string early) {
  first_ = std::move(welcome);
  early_ = std::move(early);
  auto* peer = service.accept(upgrade, handle());
  if (!detached_) peer_ = peer;
  stream_->ask_writable();
}

void WebSocketConnection::begin(io::WebSocketPeer& peer, ClientUpgrade upgrade, std::string place,
                                std::chrono::milliseconds limit) {
  peer_ = &peer;
  place_ = std::move(place);
  first_ = upgrade.request();
  upgrade_ = std::move(upgrade);
  deadline_ = loop_.after(limit, [this] {
    const auto self = shared_from_this();
    leave();
    end(1006, fmt::format("no WebSocket from {} in time", place_));
  });
  stream_->ask_writable();
}

void WebSocketConnection::fail_soon(io::WebSocketPeer& peer, std::string why) {
  peer_ = &peer;
  go(State::gone);
  loop_.post([self = shared_from_this(), why = std::move(why)] { self->end(1006, why); });
}

void WebSocketConnection::wake() {
  if (state_ == State::open) stream_->ask_writable();
}

void WebSocketConnection::hold(bool held) {
  if (!reads() || farewell_) return;
  held_ = held;
  stream_->hold(held);
  if (!held && !early_.empty()) stream_->ask_writable();
}

void WebSocketConnection::detach() {
  detached_ = true;
  peer_ = nullptr;
  close(1000, "");
}

void WebSocketConnection::close(int code, std::string_view reason) {
  if (state_ == State::gone || farewell_) return;
  farewell_ = {code, std::string(reason.substr(0, kMaxReason))};
  if (role_ == Role::client && state_ == State::opening) return stream_->kill();
  go(State::closing);
  held_ = false;  // a held socket would not see the other side's goodbye
  stream_->hold(false);
  stream_->ask_writable();
  deadline_ = loop_.after(kFarewell, [this] { stream_->kill(); });
}

void WebSocketConnection::cut() {
  if (state_ != State::gone) stream_->kill();
}

std::uint64_t WebSocketConnection::acknowledged() const {
  const auto waiting = state_ == State::gone ? std::nullopt : stream_->unacknowledged();
  if (waiting && *waiting <= written_) acknowledged_ = std::max(acknowledged_, written_ - *waiting);
  return acknowledged_;
}

void WebSocketConnection::on_bytes(std::string_view bytes) {
  if (!reads()) return;
  if (upgrade_) return greet(bytes);
  if (state_ == State::opening || held_ || !early_.empty()) {
    early_.append(bytes);
    stream_->ask_writable();
    return;
  }
  read(bytes);
}

void WebSocketConnection::greet(std::string_view bytes) {
  const auto self = shared_from_this();
  const auto answer = upgrade_->read(bytes);
  if (!answer || farewell_) return;
  upgrade_.reset();
  if (!answer->opens) {
    leave();
    if (peer_ && !answer->headers.empty()) peer_->on_refused(answer->headers);
    return end(1006, fmt::format("{}: {}", place_, answer->why), answer->status);
  }
  deadline_.reset();
  open();
  if (!bytes.empty()) on_bytes(bytes);
}

void WebSocketConnection::open() {
  go(State::open);
  if (farewell_) {
    go(State::closing);
  } else if (peer_) {
    peer_->on_open();
  }
  if (state_ != State::gone) stream_->ask_writable();
}

void WebSocketConnection::read(std::string_view bytes) {
  const auto self = shared_from_this();
  while (!bytes.empty() && reads()) {
    if (held_) {
      early_ = bytes;
      return;
    }
    take(reader_.next(bytes));
  }
}

void WebSocketConnection::take(const FrameReader::Item& item) {
  if (peer_ && !farewell_ && tell(item)) return;
  if (item.kind == Kind::ping) return pong(item.payload);
  if (item.kind == Kind::close) return leave_with({item.code, std::string(item.payload)});
  const std::string_view fault = item.fault();
  if (fault.empty()) return;
  if (peer_ && !farewell_) peer_->on_broken(fault);
  leave_with({item.kind == Kind::broken || item.kind == Kind::broken_text ? item.code : 1009, std::string(fault)});
}

// False: it is not for the peer, or more than it wants.
bool WebSocketConnection::tell(const FrameReader::Item& item) {
  using Message = io::WebSocketPeer::Kind;
  switch (item.kind) {
    case Kind::text:
      peer_->on_text(item.payload);
      return true;
    case Kind::binary:
      peer_->on_binary(item.payload);
      return true;
    case Kind::broken_text:
      return peer_->on_broken_text(item.payload);
    case Kind::pong:
      peer_->on_pong(item.payload);
      return true;
    case Kind::long_text:
      return peer_->on_too_long(Message::text, item.payload, item.last);
    case Kind::long_binary:
      return peer_->on_too_long(Message::binary, item.payload, item.last);
    default:
      return false;
  }
}

void WebSocketConnection::pong(std::string_view payload) {
  pong_.clear();
  onebot::frame::append_head(pong_, Opcode::ping, payload.size());
  pong_[0] = static_cast<char>(0x8a);
  pong_.append(payload);
  stream_->ask_writable();
}

// The other side has closed, or has to be closed.
void WebSocketConnection::leave_with(const Farewell& farewell) {
  if (state_ == State::waiting) {
    leave();
    return end(farewell_->code, farewell_->reason);
  }
  if (!farewell_) close(farewell.code, farewell.reason);
  go(State::answering);
  stream_->ask_writable();
}

void WebSocketConnection::on_writable() {
  const auto self = shared_from_this();
  if (state_ == State::opening) {
    stream_->write(std::exchange(first_, {}));
    if (role_ == Role::server) open();
    return;
  }
  if (!held_ && !early_.empty()) read(std::exchange(early_, {}));
  if (state_ == State::gone || state_ == State::waiting) return;
  if (!pong_.empty()) write(std::exchange(pong_, {}));
  if (farewell_) return write_close();
  if (!peer_) return;
  const std::string_view frames = peer_->next_frames();
  if (frames.empty() || state_ != State::open) return;
  written_ += frames.size();  // a client's masks make the estimate of what was acknowledged late, never early
  write(frames);
  stream_->ask_writable();
}

void WebSocketConnection::write(std::string_view frames) {
  if (role_ == Role::server) return stream_->write(frames);
  if (masked_.capacity() > kKept) release(masked_);
  masked_.clear();
  append_masked(masked_, frames);
  stream_->write(masked_);
}

void WebSocketConnection::write_close() {
  std::string payload;
  if (farewell_->code != 1005) {
    payload = {static_cast<char>(farewell_->code >> 8), static_cast<char>(farewell_->code & 0xff)};
    payload += farewell_->reason;
  }
  std::string frame;
  onebot::frame::append(frame, Opcode::close, payload);
  write(frame);
  if (go(State::waiting)) return;  // for theirs, or the deadline
  leave();
  end(farewell_->code, farewell_->reason);
}

// What is written still goes out.
void WebSocketConnection::leave() {
  go(State::gone);
  deadline_.reset();
  stream_->finish();
}

void WebSocketConnection::on_gone(std::string_view why) {
  const auto self = shared_from_this();
  const bool dialing = role_ == Role::client && state_ == State::opening;
  if (!go(State::gone)) return;
  deadline_.reset();
  if (farewell_) return end(farewell_->code, farewell_->reason);
  end(1006, dialing ? fmt::format("{}: {}", place_, why) : std::string(why));
}

void WebSocketConnection::end(int code, std::string_view reason, int http_status) {
  if (auto* peer = std::exchange(peer_, nullptr)) peer->on_close(code, reason, http_status);
}

}  // namespace bridge::net
