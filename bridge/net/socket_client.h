// SocketClient: outgoing WebSockets on libwebsockets. Names are looked up off the loop; TLS is always verified.

#pragma once

#include <memory>
#include <string>

#include "bridge/net/loop.h"
#include "onebot/io.h"

struct lws_vhost;

namespace bridge::net {

class SocketClient {
 public:
  SocketClient(Loop& loop, std::string ca_file) : loop_(loop), ca_file_(std::move(ca_file)) {}

  std::unique_ptr<onebot::io::WebSocket> connect(onebot::io::HttpRequest upgrade, onebot::io::WebSocketPeer& peer);

 private:
  lws_vhost* vhost(bool tls);

  Loop& loop_;
  std::string ca_file_;
  lws_vhost* plain_ = nullptr;
  lws_vhost* tls_ = nullptr;  // made when first needed: the system's certificates take megabytes
};

}  // namespace bridge::net
