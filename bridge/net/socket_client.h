// SocketClient: outgoing WebSockets. Names are looked up off the loop; TLS is always verified.

#pragma once

#include "bridge/net/curl_loop.h"
#include "bridge/net/loop.h"
#include "bridge/net/outgoing.h"
#include "bridge/net/stream.h"
#include "onebot/io.h"

#include <memory>

namespace bridge::net {

class SocketClient {
 public:
  SocketClient(Loop& loop, const Outgoing& outgoing) : loop_(loop), outgoing_(outgoing), curl_(loop) {}
  SocketClient(const SocketClient&) = delete;
  SocketClient& operator=(const SocketClient&) = delete;

  std::unique_ptr<onebot::io::WebSocket> connect(onebot::io::HttpRequest upgrade, onebot::io::WebSocketPeer& peer);

 private:
  Loop& loop_;
  const Outgoing& outgoing_;
  CurlLoop curl_;
  Streams streams_;
};

}  // namespace bridge::net
