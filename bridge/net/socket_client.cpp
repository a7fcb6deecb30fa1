#include "bridge/net/socket_client.h"

#include <libwebsockets.h>

#include <algorithm>
#include <utility>

#include "bridge/net/client_connection.h"
#include "bridge/net/socket_url.h"

namespace bridge::net {

namespace io = onebot::io;
using namespace std::chrono_literals;

namespace {
constexpr std::chrono::milliseconds kHandshake = 15s;  // look-up, dialing and handshake together, at most
}

lws_vhost* SocketClient::vhost(bool tls) {
  lws_vhost*& one = tls ? tls_ : plain_;
  if (one) return one;
  lws_context_creation_info info{};
  info.port = CONTEXT_PORT_NO_LISTEN;
  info.protocols = ClientConnection::protocols();
  info.vhost_name = tls ? "client-tls" : "client";
  info.timeout_secs = 15;
  if (tls) info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
  if (tls && !ca_file_.empty()) {
    info.options |= LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS;
    info.client_ssl_ca_filepath = ca_file_.c_str();
  }
  one = lws_create_vhost(loop_.context(), &info);
  // libwebsockets takes $http_proxy for WebSockets too, those to this machine included.
  if (one) lws_set_proxy(one, ":0");
  return one;
}

std::unique_ptr<io::WebSocket> SocketClient::connect(io::HttpRequest upgrade, io::WebSocketPeer& peer) {
  auto connection = std::make_shared<ClientConnection>(loop_, peer);
  auto handle = connection->handle();
  if (auto url = parse_socket_url(upgrade.url)) {
    const auto limit = upgrade.timeout.count() > 0 ? std::min(upgrade.timeout, kHandshake) : kHandshake;
    connection->begin(vhost(url->tls), *std::move(url), std::move(upgrade.headers), limit);
  } else {
    connection->fail_soon(std::move(url).error().message);
  }
  return handle;
}

}  // namespace bridge::net
