#include "bridge/net/server.h"

#include "bridge/net/listener.h"

#include <utility>

namespace bridge::net {

namespace io = onebot::io;

Server::Server(Loop& loop, const ServerLimits& limits, onebot::Log* log)
    : loop_(loop), house_(std::make_shared<House>(loop, log, limits)) {}

Server::~Server() = default;

onebot::Result<int> Server::listen(const io::Address& address, io::HttpService* http, io::WebSocketService* websocket) {
  for (auto& listener : listeners_) {
    if (address.port == 0 || !listener->is_at(address)) continue;
    listener->add(address, {http, websocket});
    return listener->port();
  }
  auto listener = Listener::open(loop_, address, {http, websocket}, house_);
  if (!listener) return std::unexpected(std::move(listener).error());
  listeners_.push_back(*std::move(listener));
  return listeners_.back()->port();
}

}  // namespace bridge::net
