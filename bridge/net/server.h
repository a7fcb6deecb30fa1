// Server: HTTP and WebSockets for those who come to us. Sockets and TLS are libwebsockets', HTTP and frames ours.

#pragma once

#include "bridge/net/loop.h"
#include "bridge/net/reception.h"
#include "onebot/io.h"

#include <memory>
#include <vector>

namespace bridge::net {

class Listener;

class Server : public onebot::io::Server {
 public:
  // log: is told of whatever is refused; nullptr: nobody is.
  explicit Server(Loop& loop, const ServerLimits& limits = {}, onebot::Log* log = nullptr);
  ~Server() override;

  onebot::Result<int> listen(const onebot::io::Address&, onebot::io::HttpService*,
                             onebot::io::WebSocketService*) override;
  // Bytes of requests and messages that are not whole yet.
  std::size_t inflight() const { return house_->inflight->bytes(); }

 private:
  Loop& loop_;
  std::shared_ptr<House> house_;
  std::vector<std::unique_ptr<Listener>> listeners_;
};

}  // namespace bridge::net
