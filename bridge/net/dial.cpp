// How a ClientConnection comes to be: the look-up off the loop, the dialing, and libwebsockets' callbacks.

#include <arpa/inet.h>
#include <fmt/format.h>
#include <libwebsockets.h>

#include <algorithm>
#include <utility>

#include "bridge/net/client_connection.h"

namespace bridge::net {

namespace io = onebot::io;

namespace {

constexpr std::size_t kMaxAddresses = 4;

bool is_one_line(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) == text.npos; }

std::string text_of(const void* bytes, std::size_t size) {
  return bytes ? std::string(static_cast<const char*>(bytes), size) : std::string("no connection");
}

}  // namespace

int on_client(lws* socket, int reason, void*, void* in, std::size_t size) {
  auto* found = socket ? static_cast<ClientConnection*>(lws_get_opaque_user_data(socket)) : nullptr;
  if (!found) return 0;
  const auto connection = found->shared_from_this();
  switch (reason) {
    case LWS_CALLBACK_WSI_CREATE:
      connection->connected_ = true;
      return 0;
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
      return connection->add_headers(socket, static_cast<unsigned char**>(in),
                                     *static_cast<unsigned char**>(in) + size);
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
      connection->socket_ = socket;
      connection->on_open();
      return 0;
    case LWS_CALLBACK_CLIENT_RECEIVE:
      return connection->on_receive(static_cast<const char*>(in), size);
    case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
      if (connection->peer_) connection->peer_->on_pong({static_cast<const char*>(in), size});
      return 0;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
      return connection->on_writeable();
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
      connection->on_peer_close(static_cast<unsigned char*>(in), size);
      return 0;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
      connection->socket_ = socket;
      connection->on_refused(text_of(in, size), static_cast<int>(lws_http_client_http_response(socket)));
      return 0;
    case LWS_CALLBACK_CLIENT_CLOSED:
    case LWS_CALLBACK_WSI_DESTROY:
      connection->let_go();
      if (connection->close_code_ != 0) {
        connection->end(connection->close_code_, connection->close_reason_);
      } else {
        connection->end(connection->peer_code_,
                        connection->peer_code_ == 1006 ? std::string("connection lost") : connection->peer_reason_);
      }
      return 0;
    default:
      return 0;
  }
}

const lws_protocols* ClientConnection::protocols() {
  static constexpr auto call = [](lws* socket, lws_callback_reasons reason, void* user, void* in, std::size_t size) {
    return on_client(socket, reason, user, in, size);
  };
  static const lws_protocols kProtocols[] = {{"client", call, 0, 64 << 10, 0, nullptr, 128 << 10}, {}};
  return kProtocols;
}

void ClientConnection::begin(lws_vhost* vhost, SocketUrl url, io::Headers headers, std::chrono::milliseconds limit) {
  vhost_ = vhost;
  url_ = std::move(url);
  for (auto& [name, value] : headers) {
    if (!is_one_line(name) || !is_one_line(value)) return fail_soon("a header with a line break");
    if (name == "Sec-WebSocket-Protocol") {
      subprotocols_ = std::move(value);
    } else {
      headers_.emplace_back(std::move(name), std::move(value));
    }
  }
  if (!vhost_) return fail_soon("the certificates to verify others with cannot be read");
  deadline_ = loop_.after(limit, [this] {
    const auto self = shared_from_this();
    kill();
    end(1006, fmt::format("no WebSocket from {} in time", url_.origin));
  });
  look_up();
}

void ClientConnection::fail_soon(std::string why) {
  loop_.post([self = shared_from_this(), why = std::move(why)] { self->end(1006, why); });
}

void ClientConnection::look_up() {
  alive_ = shared_from_this();
  lookup_.data = this;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  const auto done = [](uv_getaddrinfo_t* lookup, int, addrinfo* found) {
    auto& one = *static_cast<ClientConnection*>(lookup->data);
    const auto self = std::exchange(one.alive_, nullptr);
    for (const addrinfo* each = found; each && one.addresses_.size() < kMaxAddresses; each = each->ai_next) {
      char ip[INET6_ADDRSTRLEN] = "";
      if (uv_ip_name(each->ai_addr, ip, sizeof ip) == 0) one.addresses_.emplace_back(ip);
    }
    uv_freeaddrinfo(found);
    std::ranges::reverse(one.addresses_);
    if (one.ended_ || one.close_code_ != 0) return;
    if (one.addresses_.empty()) return one.end(1006, fmt::format("cannot look up {}", one.url_.host));
    one.dial();
  };
  if (uv_getaddrinfo(loop_.uv(), &lookup_, done, url_.host.c_str(), nullptr, &hints) == 0) return;
  alive_.reset();
  fail_soon(fmt::format("cannot look up {}", url_.host));
}

void ClientConnection::dial() {
  const std::string ip = std::move(addresses_.back());
  addresses_.pop_back();
  lws_client_connect_info info{};
  info.context = loop_.context();
  info.vhost = vhost_;
  info.address = ip.c_str();
  info.port = url_.port;
  info.path = url_.path.c_str();
  info.host = url_.origin.c_str();  // SNI and the check of the certificate's name go by it, without the port
  info.protocol = subprotocols_.empty() ? nullptr : subprotocols_.c_str();
  info.local_protocol_name = "client";
  info.ssl_connection = (url_.tls ? LCCSCF_USE_SSL : 0) | LCCSCF_HTTP_NO_FOLLOW_REDIRECT;
  info.opaque_user_data = this;
  connected_ = false;
  alive_ = shared_from_this();
  const auto self = alive_;
  socket_ = lws_client_connect_via_info(&info);
  if (!socket_) {
    alive_.reset();
    loop_.post([self] { self->on_refused("no connection", 0); });
  }
  lws_cancel_service(loop_.context());  // else the timeouts of libwebsockets wait for something else to happen
}

// The next address when this one did not even answer; else the end of it.
void ClientConnection::on_refused(std::string why, int status) {
  let_go();
  if (ended_ || close_code_ != 0) return;
  if (!connected_ && !addresses_.empty()) {
    loop_.post([self = shared_from_this()] {
      if (!self->ended_ && self->close_code_ == 0) self->dial();
    });
    return;
  }
  if (status == 101) status = 0;
  if (status != 0) why = fmt::format("the upgrade was answered {}", status);
  end(1006, fmt::format("{}: {}", url_.origin, why), status);
}

int ClientConnection::add_headers(lws* socket, unsigned char** at, unsigned char* end) const {
  for (const auto& [name, value] : headers_) {
    const std::string key = name + ":";
    if (lws_add_http_header_by_name(socket, reinterpret_cast<const unsigned char*>(key.c_str()),
                                    reinterpret_cast<const unsigned char*>(value.data()),
                                    static_cast<int>(value.size()), at, end) != 0) {
      return -1;
    }
  }
  return 0;
}

}  // namespace bridge::net
