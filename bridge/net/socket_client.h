// SocketClient: outgoing WebSockets. Names are looked up off the loop; TLS is always verified.

#pragma once

#include "bridge/net/curl_loop.h"
#include "bridge/net/dialed_stream.h"
#include "bridge/net/loop.h"
#include "onebot/io.h"

#include <memory>
#include <set>
#include <string>

namespace bridge::net {

class SocketClient {
 public:
  // ca_file: PEM; "" = the system's.
  SocketClient(Loop& loop, std::string ca_file) : loop_(loop), ca_file_(std::move(ca_file)), curl_(loop) {}
  ~SocketClient();
  SocketClient(const SocketClient&) = delete;
  SocketClient& operator=(const SocketClient&) = delete;

  std::unique_ptr<onebot::io::WebSocket> connect(onebot::io::HttpRequest upgrade, onebot::io::WebSocketPeer& peer);

 private:
  Loop& loop_;
  std::string ca_file_;
  CurlLoop curl_;
  std::set<std::shared_ptr<DialedStream>> streams_;
};

}  // namespace bridge::net
