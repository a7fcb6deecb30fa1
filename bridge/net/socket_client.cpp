#include "bridge/net/socket_client.h"

#include "bridge/net/client_upgrade.h"
#include "bridge/net/dialed_socket.h"
#include "bridge/net/socket_url.h"
#include "bridge/net/websocket_connection.h"

#include <algorithm>
#include <utility>

namespace bridge::net {

namespace io = onebot::io;
using namespace std::chrono_literals;

namespace {

using Role = WebSocketConnection::Role;

constexpr std::chrono::milliseconds kHandshake = 15s;  // look-up, dialing and handshake together, at most

}  // namespace

std::unique_ptr<io::WebSocket> SocketClient::connect(io::HttpRequest upgrade, io::WebSocketPeer& peer) {
  const auto cannot = [&](std::string why) {
    const auto connection = std::make_shared<WebSocketConnection>(loop_, nullptr, Role::client, upgrade.max_body);
    connection->fail_soon(peer, std::move(why));
    return connection->handle();
  };
  const auto url = parse_socket_url(upgrade.url);
  if (!url) return cannot(url.error().message);
  auto handshake = ClientUpgrade::make(*url, upgrade.headers);
  if (!handshake) return cannot(std::move(handshake).error().message);
  const auto limit = upgrade.timeout.count() > 0 ? std::min(upgrade.timeout, kHandshake) : kHandshake;
  const auto stream = streams_.make(loop_);
  auto socket = std::make_unique<DialedSocket>(loop_, curl_, *stream);
  DialedSocket& dialed = *socket;
  stream->carry(std::move(socket), Stream::Again::from_the_same_place);
  const auto connection = std::make_shared<WebSocketConnection>(loop_, stream, Role::client, upgrade.max_body);
  stream->set_user(connection);
  connection->begin(peer, *std::move(handshake), url->origin, limit);
  dialed.dial(*url, outgoing_, limit);
  return connection->handle();
}

}  // namespace bridge::net
