#include "bridge/net/listener.h"

#include "bridge/net/accepted_socket.h"
#include "bridge/net/http_connection.h"
#include "bridge/net/listening_socket.h"
#include "bridge/net/peer.h"

#include <fmt/format.h>
#include <libwebsockets.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <cstring>
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
    info.ssl_cipher_list = "ECDHE+AESGCM:ECDHE+CHACHA20";  // of TLS 1.2; those of 1.3 all have forward secrecy
    info.ssl_options_set = static_cast<long>(SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_RENEGOTIATION);
  }
  return lws_create_vhost(context, &info);
}

}  // namespace

Listener::Listener(Loop& loop, std::shared_ptr<Reception> reception)
    : loop_(loop),
      reception_(std::move(reception)),
      places_(reception_->house->limits.connections, reception_->house->limits.per_peer) {}

onebot::Result<std::unique_ptr<Listener>> Listener::open(Loop& loop, const io::Address& address, Services services,
                                                         std::shared_ptr<House> house) {
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
  std::unique_ptr<Listener> listener(
      new Listener(loop, std::make_shared<Reception>(std::move(house), address, services)));
  listener->listen(socket);
  listener->vhost_ = make_vhost(loop.context(), listener->reception_->address);
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
  reception_->address.port = port_of(socket);
  poll_ = new uv_poll_t{};
  uv_poll_init(loop_.uv(), poll_, socket);
  poll_->data = this;
  uv_poll_start(poll_, UV_READABLE,
                [](uv_poll_t* poll, int, int) { static_cast<Listener*>(poll->data)->accept_all(); });
}

bool Listener::is_at(const io::Address& address) const {
  return address.host == reception_->address.host && address.port == port();
}

void Listener::add(const io::Address& address, Services more) {
  Services& services = reception_->services;
  if (more.http) services.http = more.http;
  if (more.websocket) services.websocket = more.websocket;
  auto& hosts = reception_->address.hosts;
  hosts.insert(hosts.end(), address.hosts.begin(), address.hosts.end());
}

void Listener::accept_all() {
  for (int i = 0; i < kAtOnce; ++i) {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const int socket = ::accept4(socket_, reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket >= 0) {
      welcome(socket, reinterpret_cast<const sockaddr*>(&from));
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      return rest();
    } else if (errno != ECONNABORTED && errno != EINTR) {
      return;
    }
  }
}

// Who waits stays announced, so without a pause the loop would do nothing else.
void Listener::rest() {
  reception_->tell(
      "connections_refused", "files",
      fmt::format("connections wait, since the process may open no more files: {} retry=200ms; allow it more "
                  "(ulimit -n, LimitNOFILE), or lower limits.connections",
                  std::strerror(errno)));
  uv_poll_stop(poll_);
  rest_ = loop_.after(200ms, [this] {
    uv_poll_start(poll_, UV_READABLE,
                  [](uv_poll_t* poll, int, int) { static_cast<Listener*>(poll->data)->accept_all(); });
  });
}

bool Listener::has_room(const std::string& peer) {
  const Places::Room room = places_.room_for(peer);
  const ServerLimits& limits = reception_->house->limits;
  switch (room) {
    case Places::Room::free:
      return true;
    case Places::Room::made:
      reception_->tell("connections_cut", "places",
                       fmt::format("an idle connection is closed, since another needs its place peer={}", peer));
      return true;
    case Places::Room::share:
      reception_->tell("connections_refused", "share",
                       fmt::format("a connection is refused: limits.connections_per_address are being served for one "
                                   "address peer={} most={}",
                                   peer, limits.per_peer));
      return false;
    case Places::Room::full:
      reception_->tell("connections_refused", "full",
                       fmt::format("a connection is refused: limits.connections are being served peer={} most={}", peer,
                                   limits.connections));
      return false;
  }
  return false;
}

void Listener::welcome(int socket, const sockaddr* from) {
  const std::string peer = peer_name(from);
  if (!has_room(peer)) {
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
  const auto connection = std::make_shared<HttpConnection>(reception_, stream, peer, remote_name(from));
  stream->set_user(connection);
  stream->seat(places_.take(peer, *stream));
  adopting.adopt(vhost_, !reception_->address.tls_cert.empty(), socket);
}

}  // namespace bridge::net
