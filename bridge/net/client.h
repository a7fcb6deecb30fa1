// Client: everything that goes out, HTTP on libcurl and WebSockets on libwebsockets.

#pragma once

#include "bridge/net/http_client.h"
#include "bridge/net/socket_client.h"

#include <memory>
#include <string>
#include <utility>

namespace bridge::net {

class Client : public onebot::io::Client {
 public:
  Client(Loop& loop, const std::string& ca_file) : http_(loop, ca_file), sockets_(loop, ca_file) {}

  onebot::io::Owner send(onebot::io::HttpRequest request,
                         std::function<void(onebot::Result<onebot::io::HttpResponse>)> done) override {
    return http_.send(std::move(request), std::move(done));
  }
  std::unique_ptr<onebot::io::WebSocket> connect(onebot::io::HttpRequest upgrade,
                                                 onebot::io::WebSocketPeer& peer) override {
    return sockets_.connect(std::move(upgrade), peer);
  }

 private:
  HttpClient http_;
  SocketClient sockets_;
};

}  // namespace bridge::net
