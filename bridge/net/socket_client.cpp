#include "bridge/net/socket_client.h"

#include "bridge/net/client_upgrade.h"
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
constexpr std::size_t kMaxMessage = 16 << 20;

}  // namespace

SocketClient::~SocketClient() {
  for (const auto& stream : streams_) stream->abandon();
}

std::unique_ptr<io::WebSocket> SocketClient::connect(io::HttpRequest upgrade, io::WebSocketPeer& peer) {
  const auto cannot = [&](std::string why) {
    const auto connection = std::make_shared<WebSocketConnection>(loop_, nullptr, Role::client, kMaxMessage);
    connection->fail_soon(peer, std::move(why));
    return connection->handle();
  };
  const auto url = parse_socket_url(upgrade.url);
  if (!url) return cannot(url.error().message);
  auto handshake = ClientUpgrade::make(*url, upgrade.headers);
  if (!handshake) return cannot(std::move(handshake).error().message);
  const auto limit = upgrade.timeout.count() > 0 ? std::min(upgrade.timeout, kHandshake) : kHandshake;
  const auto stream = std::make_shared<DialedStream>(
      loop_, curl_, [this](DialedStream& ended) { streams_.erase(ended.shared_from_this()); });
  streams_.insert(stream);
  const auto connection = std::make_shared<WebSocketConnection>(loop_, stream, Role::client, kMaxMessage);
  stream->set_user(connection);
  connection->begin(peer, *std::move(handshake), url->origin, limit);
  stream->dial(*url, ca_file_, limit);
  return connection->handle();
}

}  // namespace bridge::net
