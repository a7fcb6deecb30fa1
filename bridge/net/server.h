// Server: HTTP and WebSockets for those who come to us. Sockets and TLS are libwebsockets', HTTP and frames ours.

#pragma once

#include "bridge/net/http_connection.h"
#include "bridge/net/loop.h"
#include "onebot/io.h"

#include <memory>
#include <vector>

namespace bridge::net {

class Listener;

class Server : public onebot::io::Server {
 public:
  explicit Server(Loop& loop, ServerLimits limits = {});
  ~Server() override;

  onebot::Result<int> listen(const onebot::io::Address&, onebot::io::HttpService*,
                             onebot::io::WebSocketService*) override;

 private:
  Loop& loop_;
  ServerLimits limits_;
  std::vector<std::unique_ptr<Listener>> listeners_;
};

}  // namespace bridge::net
