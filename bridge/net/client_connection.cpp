#include "bridge/net/client_connection.h"

#include <libwebsockets.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <utility>

#include "bridge/net/mask.h"
#include "bridge/net/socket_handle.h"
#include "onebot/frame.h"
#include "onebot/json.h"

namespace bridge::net {

using namespace std::chrono_literals;

namespace {
constexpr std::size_t kMaxMessage = 16 << 20;
constexpr std::size_t kMostSkipped = 64 << 20;  // of a frame beyond that
constexpr std::size_t kMaxReason = 120;
constexpr std::size_t kKept = 256 << 10;  // of the buffers, from use to use
}  // namespace

std::unique_ptr<onebot::io::WebSocket> ClientConnection::handle() {
  return std::make_unique<SocketHandle<ClientConnection>>(shared_from_this());
}

void ClientConnection::wake() {
  if (socket_ && open_) lws_callback_on_writable(socket_);
}

void ClientConnection::hold(bool held) {
  held_ = held;
  if (!socket_ || !open_) return;
  lws_rx_flow_control(socket_, held ? 0 : 1);
  if (!held) lws_callback_on_writable(socket_);  // TLS may hold bytes that no poll announces
}

void ClientConnection::detach() {
  peer_ = nullptr;
  close(1000, "");
}

void ClientConnection::close(int code, std::string_view reason) {
  if (ended_ || close_code_ != 0) return;
  close_code_ = code;
  close_reason_ = reason.substr(0, kMaxReason);
  if (!open_) {
    kill();
    loop_.post([self = shared_from_this()] { self->end(self->close_code_, self->close_reason_); });
    return;
  }
  if (held_) hold(false);  // a held socket would not see the other side's goodbye
  lws_callback_on_writable(socket_);
  // A server that never reads never lets WRITEABLE come.
  deadline_ = loop_.after(2s, [this] { kill(); });
}

std::uint64_t ClientConnection::acknowledged() const {
  if (!socket_ || !open_ || lws_partial_buffered(socket_)) return acknowledged_;
  int waiting = 0;
  if (::ioctl(lws_get_socket_fd(socket_), SIOCOUTQ, &waiting) != 0 || waiting < 0) return acknowledged_;
  const auto unacknowledged = static_cast<std::uint64_t>(waiting);
  if (unacknowledged <= written_) acknowledged_ = std::max(acknowledged_, written_ - unacknowledged);
  return acknowledged_;
}

void ClientConnection::on_open() {
  open_ = true;
  deadline_.reset();
  addresses_.clear();
  if (held_) lws_rx_flow_control(socket_, 0);
  if (peer_) peer_->on_open();
  wake();
}

int ClientConnection::on_receive(const char* bytes, std::size_t size) {
  if (!peer_ || close_code_ != 0) return 0;
  const bool first = lws_is_first_fragment(socket_) != 0;
  const std::size_t rest = lws_remaining_packet_payload(socket_);
  const bool last = lws_is_final_fragment(socket_) != 0 && rest == 0;
  if (first) arriving_.clear();
  const bool binary = lws_frame_is_binary(socket_) != 0;
  if (skipping_ || rest > kMaxMessage || arriving_.size() + size + rest > kMaxMessage) {
    return skip(binary ? onebot::io::WebSocketPeer::Kind::binary : onebot::io::WebSocketPeer::Kind::text, rest, last);
  }
  if (!first || !last) {
    arriving_.append(bytes, size);
    if (!last) return 0;
  }
  const std::string assembled = std::exchange(arriving_, {});
  const std::string_view message = first ? std::string_view(bytes, size) : assembled;
  if (binary) {
    peer_->on_binary(message);
    return 0;
  }
  if (!onebot::json::is_utf8(message)) return give_up(1007, "text that is not UTF-8");
  peer_->on_text(message);
  return 0;
}

// Reads over a message beyond the limit, if the peer wants to go on after it.
int ClientConnection::skip(onebot::io::WebSocketPeer::Kind kind, std::size_t rest, bool last) {
  const bool begins = !std::exchange(skipping_, !last);
  arriving_ = {};
  if (rest > kMostSkipped || (begins && !peer_->on_too_long(kind))) return give_up(1009, "message too long");
  return 0;
}

int ClientConnection::on_writeable() {
  if (close_code_ != 0) return write_close();
  if (!peer_ || lws_partial_buffered(socket_)) return 0;
  const std::string_view frames = peer_->next_frames();
  if (close_code_ != 0) return write_close();
  if (frames.empty() || !socket_) return 0;
  if (write(frames) != 0) return -1;
  // Counted in the peer's bytes: the mask's four a frame make the estimate late, never early.
  written_ += frames.size();
  lws_callback_on_writable(socket_);
  return 0;
}

int ClientConnection::write(std::string_view frames) {
  if (scratch_.capacity() > kKept) scratch_ = {};
  scratch_.clear();
  append_masked(scratch_, frames);
  // A raw write of libwebsockets leaves the bytes as they are; what the kernel does not take it copies.
  auto* begin = reinterpret_cast<unsigned char*>(scratch_.data());
  return lws_write(socket_, begin, scratch_.size(), LWS_WRITE_RAW) < 0 ? -1 : 0;
}

// libwebsockets loses the reason of a close that begins in WRITEABLE, so the frame is written here. The other side
// answers it, or the deadline of close() comes.
int ClientConnection::write_close() {
  if (lws_partial_buffered(socket_) || std::exchange(close_sent_, true)) return 0;
  std::string payload = {static_cast<char>(close_code_ >> 8), static_cast<char>(close_code_ & 0xff)};
  payload += close_reason_;
  std::string frame;
  onebot::frame::append(frame, onebot::frame::Opcode::close, payload);
  return write(frame);
}

// libwebsockets' own way out of a receive callback spins while it waits for the other side. Ours does not wait.
int ClientConnection::give_up(int code, std::string_view reason) {
  close_code_ = code;
  close_reason_ = reason;
  if (write_close() != 0) return -1;
  kill();
  return 0;
}

void ClientConnection::on_peer_close(const unsigned char* bytes, std::size_t size) {
  peer_code_ = size >= 2 ? bytes[0] << 8 | bytes[1] : 1005;
  if (size > 2) peer_reason_.assign(reinterpret_cast<const char*>(bytes) + 2, size - 2);
}

void ClientConnection::kill() {
  if (!socket_) return;
  lws_set_timeout(socket_, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_ASYNC);
  lws_cancel_service(loop_.context());  // it looks at its timers only when something happens
}

// libwebsockets does not call back any more for this socket.
void ClientConnection::let_go() {
  if (auto* socket = std::exchange(socket_, nullptr)) lws_set_opaque_user_data(socket, nullptr);
  open_ = false;
  alive_.reset();
}

void ClientConnection::end(int code, std::string_view reason, int http_status) {
  if (std::exchange(ended_, true)) return;
  deadline_.reset();
  if (auto* peer = std::exchange(peer_, nullptr)) peer->on_close(code, reason, http_status);
}

}  // namespace bridge::net
