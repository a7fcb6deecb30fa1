#include "bridge/net/listener.h"

#include "bridge/net/accepted_socket.h"
#include "bridge/net/listening_socket.h"

#include <fmt/format.h>
#include <libwebsockets.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace bridge::net {

namespace io = onebot::io;
using namespace std::chrono_literals;

namespace {

constexpr int kAtOnce = 64;  // connections accepted before others get their turn

// It carries accepted sockets; libwebsockets itself listens on nothing.
lws_vhost* make_vhost(lws_context* context, const io::Address& address) {
  lws_context_creation_info info{};
  info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
  info.protocols = AcceptedSocket::protocols();
  info.vhost_name = "server";
  info.alpn = "http/1.1";
  info.timeout_secs = 15;
  // Also keeps it from loading every certificate of the system for clients that this vhost never makes.
  info.options = LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG;
  if (!address.tls_cert.empty()) {
    info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.ssl_cert_filepath = address.tls_cert.c_str();
    info.ssl_private_key_filepath = address.tls_key.c_str();
    info.ssl_options_set = static_cast<long>(SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_RENEGOTIATION);
  }
  return lws_create_vhost(context, &info);
}

}  // namespace

Listener::Listener(Loop& loop, const io::Address& address, Services services, ServerLimits limits)
    : loop_(loop), address_(address), services_(services), limits_(limits) {}

onebot::Result<std::unique_ptr<Listener>> Listener::open(Loop& loop, const io::Address& address, Services services,
                                                         ServerLimits limits) {
  const auto cannot = [&](std::string_view reason) {
    return onebot::fail(onebot::Retcode::filesystem_error,
                        fmt::format("cannot listen on {}:{}: {}", address.host, address.port, reason));
  };
  if (!address.tls_cert.empty()) {
    if (const auto problem = certificate_problem(address.tls_cert, address.tls_key); !problem.empty()) {
      return cannot(problem);
    }
  }
  ONEBOT_TRY(socket, listening_socket(address));
  std::unique_ptr<Listener> listener(new Listener(loop, address, services, limits));
  listener->listen(socket);
  listener->vhost_ = make_vhost(loop.context(), listener->address_);
  if (!listener->vhost_) return cannot("libwebsockets makes no vhost for it");
  return listener;
}

Listener::~Listener() {
  if (!poll_) return;
  uv_close(reinterpret_cast<uv_handle_t*>(poll_),
           [](uv_handle_t* handle) { delete reinterpret_cast<uv_poll_t*>(handle); });
  ::close(socket_);
}

void Listener::listen(int socket) {
  socket_ = socket;
  port_ = port_of(socket);
  poll_ = new uv_poll_t{};
  uv_poll_init(loop_.uv(), poll_, socket);
  poll_->data = this;
  uv_poll_start(poll_, UV_READABLE,
                [](uv_poll_t* poll, int, int) { static_cast<Listener*>(poll->data)->accept_all(); });
}

bool Listener::is_at(const io::Address& address) const {
  return address.host == address_.host && address.port == port_;
}

void Listener::add(Services more) {
  if (more.http) services_.http = more.http;
  if (more.websocket) services_.websocket = more.websocket;
}

void Listener::accept_all() {
  for (int i = 0; i < kAtOnce; ++i) {
    const int socket = ::accept4(socket_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket >= 0) {
      welcome(socket);
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      return rest();
    } else if (errno != ECONNABORTED && errno != EINTR) {
      return;
    }
  }
}

// Who waits stays announced, so without a pause the loop would do nothing else.
void Listener::rest() {
  uv_poll_stop(poll_);
  rest_ = loop_.after(200ms, [this] {
    uv_poll_start(poll_, UV_READABLE,
                  [](uv_poll_t* poll, int, int) { static_cast<Listener*>(poll->data)->accept_all(); });
  });
}

void Listener::welcome(int socket) {
  if (streams_.size() >= limits_.connections) {
    ::close(socket);
    return;
  }
  const int yes = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
  const auto stream = streams_.make(loop_);
  auto accepted = std::make_unique<AcceptedSocket>(loop_, *stream);
  AcceptedSocket& adopting = *accepted;
  stream->carry(std::move(accepted), Stream::Again::from_anywhere);
  stream->set_user(
      std::make_shared<HttpConnection>(loop_, stream, services_, address_.max_body, limits_, remote_of(socket)));
  adopting.adopt(vhost_, !address_.tls_cert.empty(), socket);
}

}  // namespace bridge::net
