#include "bridge/net/stream.h"

#include <libwebsockets.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <utility>

namespace bridge::net {

using namespace std::chrono_literals;

namespace {
constexpr std::size_t kPiece = 128 << 10;  // one lws_write; libwebsockets copies what is beyond tx_packet_size
}

int on_stream(lws* socket, int reason, void* user, void* in, std::size_t size) {
  auto* found = socket ? static_cast<Stream*>(lws_get_opaque_user_data(socket)) : nullptr;
  if (reason == LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS) {
    // libwebsockets would choose a certificate among all its vhosts by the name that the client gives.
    SSL_CTX_set_tlsext_servername_callback(static_cast<SSL_CTX*>(user), nullptr);
    return 0;
  }
  if (!found) return 0;
  const auto stream = found->shared_from_this();
  switch (reason) {
    case LWS_CALLBACK_RAW_ADOPT:
      stream->socket_ = socket;
      return 0;
    case LWS_CALLBACK_RAW_RX:
      return stream->receive({static_cast<const char*>(in), size});
    case LWS_CALLBACK_RAW_WRITEABLE:
      return stream->writable();
    case LWS_CALLBACK_RAW_CLOSE:
    case LWS_CALLBACK_WSI_DESTROY:
      lws_set_opaque_user_data(socket, nullptr);
      stream->close();
      return 0;
    default:
      return 0;
  }
}

const lws_protocols* Stream::protocols() {
  static constexpr auto call = [](lws* socket, lws_callback_reasons reason, void* user, void* in, std::size_t size) {
    return on_stream(socket, reason, user, in, size);
  };
  static const lws_protocols kProtocols[] = {{"stream", call, 0, 32 << 10, 0, nullptr, kPiece}, {}};
  return kProtocols;
}

void Stream::adopt(lws_vhost* vhost, bool tls, int socket) {
  const auto self = shared_from_this();
  lws_adopt_desc_t description{};
  description.vh = vhost;
  description.type = tls ? static_cast<lws_adoption_type>(LWS_ADOPT_SOCKET | LWS_ADOPT_ALLOW_SSL) : LWS_ADOPT_SOCKET;
  description.fd.sockfd = socket;
  description.vh_prot_name = "stream";
  description.opaque = this;
  if (!lws_adopt_descriptor_vhost_via_info(&description)) close();
}

int Stream::receive(std::string_view bytes) {
  if (dead_) return -1;
  // libwebsockets' own timeout of a TLS handshake; every other deadline is the user's.
  if (!std::exchange(heard_, true)) lws_set_timeout(socket_, NO_PENDING_TIMEOUT, 0);
  if (finishing_ || !user_) return 0;
  in_callback_ = true;
  const auto user = user_;
  user->on_bytes(bytes);
  in_callback_ = false;
  return dead_ ? -1 : 0;
}

int Stream::writable() {
  if (dead_) return -1;
  if (lws_partial_buffered(socket_)) return 0;
  in_callback_ = true;
  drain();
  if (!dead_ && kept_.empty()) {
    if (finishing_) {
      shut();
    } else if (const auto user = user_) {
      user->on_writable();
    }
  }
  in_callback_ = false;
  return dead_ ? -1 : 0;
}

void Stream::write(std::string_view bytes) {
  if (dead_ || !socket_) return;
  kept_.erase(0, kept_at_);
  kept_at_ = 0;
  if (!kept_.empty()) {
    kept_.append(bytes);
    return;
  }
  while (!bytes.empty() && !dead_ && !lws_partial_buffered(socket_)) {
    const std::string_view piece = bytes.substr(0, kPiece);
    auto* begin = reinterpret_cast<unsigned char*>(const_cast<char*>(piece.data()));  // raw: left as they are
    if (lws_write(socket_, begin, piece.size(), LWS_WRITE_RAW) < 0) return kill();
    bytes.remove_prefix(piece.size());
  }
  kept_.assign(bytes);
  apply_flow();
  if (!kept_.empty()) lws_callback_on_writable(socket_);
}

void Stream::drain() {
  while (kept_at_ < kept_.size() && !lws_partial_buffered(socket_)) {
    const std::size_t size = std::min(kPiece, kept_.size() - kept_at_);
    auto* begin = reinterpret_cast<unsigned char*>(kept_.data()) + kept_at_;
    if (lws_write(socket_, begin, size, LWS_WRITE_RAW) < 0) return kill();
    kept_at_ += size;
  }
  if (kept_at_ < kept_.size() || lws_partial_buffered(socket_)) {
    lws_callback_on_writable(socket_);
    return;
  }
  kept_.clear();
  kept_at_ = 0;
  apply_flow();
}

void Stream::ask_writable() {
  if (socket_ && !dead_) lws_callback_on_writable(socket_);
}

bool Stream::flushed() const { return open() && kept_.empty() && !lws_partial_buffered(socket_); }

void Stream::hold(bool held) {
  held_ = held;
  apply_flow();
}

// libwebsockets would spin on bytes that come in while it holds a partial write.
void Stream::apply_flow() {
  if (!socket_ || dead_) return;
  const bool flows = !held_ && kept_.empty() && !lws_partial_buffered(socket_);
  if (flows == flowing_) return;
  flowing_ = flows;
  if (lws_rx_flow_control(socket_, flows ? 1 : 0) != 0) return kill();
  if (flows) lws_callback_on_writable(socket_);  // TLS may hold bytes that no poll announces
}

void Stream::finish() {
  if (dead_ || std::exchange(finishing_, true)) return;
  held_ = false;
  user_ = nullptr;
  if (!socket_) return kill();
  deadline_ = loop_.after(2s, [this] { kill(); });
  apply_flow();
  lws_callback_on_writable(socket_);
}

// A close with unread input would reset the connection, and the other side lose our last words.
void Stream::shut() const {
  if (SSL* tls = lws_get_ssl(socket_)) SSL_shutdown(tls);
  ::shutdown(lws_get_socket_fd(socket_), SHUT_WR);
}

void Stream::kill() {
  if (std::exchange(dead_, true) || !socket_ || in_callback_) return;
  lws_set_timeout(socket_, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_ASYNC);
  lws_cancel_service(loop_.context());  // it looks at its timers only when something happens
}

void Stream::abandon() {
  user_ = nullptr;
  ended_ = nullptr;
  if (socket_) lws_set_opaque_user_data(socket_, nullptr);
  kill();
  socket_ = nullptr;
}

void Stream::close() {
  dead_ = true;
  socket_ = nullptr;
  deadline_.reset();
  if (const auto user = std::exchange(user_, nullptr)) user->on_gone("connection lost");
  if (const auto ended = std::exchange(ended_, nullptr)) ended(*this);
}

std::optional<std::uint64_t> Stream::unacknowledged() const {
  if (!socket_ || dead_ || !kept_.empty() || lws_partial_buffered(socket_)) return std::nullopt;
  int waiting = 0;
  if (::ioctl(lws_get_socket_fd(socket_), SIOCOUTQ, &waiting) != 0 || waiting < 0) return std::nullopt;
  return static_cast<std::uint64_t>(waiting);
}

}  // namespace bridge::net
