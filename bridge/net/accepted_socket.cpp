#include "bridge/net/accepted_socket.h"

#include <libwebsockets.h>
#include <openssl/ssl.h>

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <utility>

namespace bridge::net {

namespace {
constexpr std::size_t kPiece = 128 << 10;  // one lws_write; libwebsockets copies what is beyond tx_packet_size
}

int on_accepted(lws* socket, int reason, void* user, void* in, std::size_t size) {
  auto* found = socket ? static_cast<AcceptedSocket*>(lws_get_opaque_user_data(socket)) : nullptr;
  if (reason == LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS) {
    // libwebsockets would choose a certificate among all its vhosts by the name that the client gives.
    SSL_CTX_set_tlsext_servername_callback(static_cast<SSL_CTX*>(user), nullptr);
    return 0;
  }
  if (!found) return 0;
  const auto stream = found->stream_.shared_from_this();
  switch (reason) {
    case LWS_CALLBACK_RAW_ADOPT:
      found->socket_ = socket;
      stream->opened();
      return 0;
    case LWS_CALLBACK_RAW_RX:
      return found->receive({static_cast<const char*>(in), size});
    case LWS_CALLBACK_RAW_WRITEABLE:
      return found->writable();
    case LWS_CALLBACK_RAW_CLOSE:
    case LWS_CALLBACK_WSI_DESTROY:
      lws_set_opaque_user_data(socket, nullptr);
      found->close();
      return 0;
    default:
      return 0;
  }
}

const lws_protocols* AcceptedSocket::protocols() {
  static constexpr auto call = [](lws* socket, lws_callback_reasons reason, void* user, void* in, std::size_t size) {
    return on_accepted(socket, reason, user, in, size);
  };
  static const lws_protocols kProtocols[] = {{"stream", call, 0, 32 << 10, 0, nullptr, kPiece}, {}};
  return kProtocols;
}

AcceptedSocket::~AcceptedSocket() {
  if (!socket_) return;
  lws_set_opaque_user_data(socket_, nullptr);
  if (!cut_) cut();
}

void AcceptedSocket::adopt(lws_vhost* vhost, bool tls, int socket) {
  const auto stream = stream_.shared_from_this();
  lws_adopt_desc_t description{};
  description.vh = vhost;
  description.type = tls ? static_cast<lws_adoption_type>(LWS_ADOPT_SOCKET | LWS_ADOPT_ALLOW_SSL) : LWS_ADOPT_SOCKET;
  description.fd.sockfd = socket;
  description.vh_prot_name = "stream";
  description.opaque = this;
  if (!lws_adopt_descriptor_vhost_via_info(&description)) close();
}

int AcceptedSocket::receive(std::string_view bytes) {
  if (cut_) return -1;
  // libwebsockets' own timeout of a TLS handshake; every other deadline is the user's.
  if (!std::exchange(heard_, true)) lws_set_timeout(socket_, NO_PENDING_TIMEOUT, 0);
  called_ = true;
  stream_.received(bytes);
  called_ = false;
  return cut_ ? -1 : 0;
}

int AcceptedSocket::writable() {
  if (cut_) return -1;
  if (lws_partial_buffered(socket_)) return 0;
  called_ = true;
  stream_.ready();
  called_ = false;
  return cut_ ? -1 : 0;
}

std::optional<std::size_t> AcceptedSocket::offer(std::string_view bytes) {
  if (cut_ || lws_partial_buffered(socket_)) return 0;
  const std::string_view piece = bytes.substr(0, kPiece);
  auto* begin = reinterpret_cast<unsigned char*>(const_cast<char*>(piece.data()));  // raw: left as they are
  if (lws_write(socket_, begin, piece.size(), LWS_WRITE_RAW) < 0) return std::nullopt;
  return piece.size();
}

bool AcceptedSocket::flushed() const { return socket_ && !cut_ && !lws_partial_buffered(socket_); }

// libwebsockets would spin on bytes that come in while it holds a partial write. While anything waits nothing is read:
// a client that never reads is not served.
void AcceptedSocket::want(Wish wish) {
  if (!socket_ || cut_) return;
  const bool flows = wish.reading && !lws_partial_buffered(socket_);
  const bool resumes = flows && !flowing_;
  if (std::exchange(flowing_, flows) != flows && lws_rx_flow_control(socket_, flows ? 1 : 0) != 0) {
    return stream_.kill();
  }
  // TLS may hold bytes that no poll announces.
  if (wish.writing || resumes) lws_callback_on_writable(socket_);
}

void AcceptedSocket::shut() {
  if (SSL* tls = lws_get_ssl(socket_)) SSL_shutdown(tls);
  ::shutdown(lws_get_socket_fd(socket_), SHUT_WR);
}

void AcceptedSocket::cut() {
  cut_ = true;
  if (!socket_ || called_) return;
  lws_set_timeout(socket_, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_ASYNC);
  lws_cancel_service(loop_.context());  // it looks at its timers only when something happens
}

void AcceptedSocket::close() {
  const auto end = orderly() ? Stream::End::orderly : Stream::End::broken;
  cut_ = true;
  socket_ = nullptr;
  stream_.lost("connection lost", end);
}

// A reset stays with the socket as its error: libwebsockets closes at it without reading.
bool AcceptedSocket::orderly() const {
  if (unacknowledged() != 0U) return false;
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(lws_get_socket_fd(socket_), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

std::optional<std::uint64_t> AcceptedSocket::unacknowledged() const {
  if (!flushed()) return std::nullopt;
  int waiting = 0;
  if (::ioctl(lws_get_socket_fd(socket_), SIOCOUTQ, &waiting) != 0 || waiting < 0) return std::nullopt;
  return static_cast<std::uint64_t>(waiting);
}

}  // namespace bridge::net
