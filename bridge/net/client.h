// Client: everything that goes out, HTTP and WebSockets, on libcurl.

#pragma once

#include "bridge/net/http_client.h"
#include "bridge/net/outgoing.h"
#include "bridge/net/socket_client.h"

#include <memory>
#include <string>
#include <utility>

namespace bridge::net {

class Client : public onebot::io::Client {
 public:
  // ca_file: PEM; "" = the system's.
  explicit Client(Loop& loop, std::string ca_file = {}, Proxies proxies = Proxies())
      : outgoing_(std::move(ca_file), std::move(proxies)), http_(loop, outgoing_), sockets_(loop, outgoing_) {}

  onebot::io::Owner send(onebot::io::HttpRequest request, HttpClient::Done done) override {
    return http_.send(std::move(request), std::move(done));
  }
  std::unique_ptr<onebot::io::WebSocket> connect(onebot::io::HttpRequest upgrade,
                                                 onebot::io::WebSocketPeer& peer) override {
    return sockets_.connect(std::move(upgrade), peer);
  }
  bool is_idle() const { return http_.is_idle(); }  // no request is under way

 private:
  const Outgoing outgoing_;
  HttpClient http_;
  SocketClient sockets_;
};

}  // namespace bridge::net
