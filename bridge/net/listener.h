// Listener: one address that is listened on, and every connection that came in there.

#pragma once

#include "bridge/net/http_connection.h"
#include "bridge/net/loop.h"
#include "bridge/net/stream.h"
#include "onebot/io.h"

#include <uv.h>

#include <memory>
#include <string>

struct lws_vhost;

namespace bridge::net {

class Listener {
 public:
  // Error: filesystem_error, naming host and port, when it cannot listen there or the certificate is unusable.
  static onebot::Result<std::unique_ptr<Listener>> open(Loop& loop, const onebot::io::Address& address,
                                                        Services services, ServerLimits limits);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  bool is_at(const onebot::io::Address& address) const;
  void add(Services more);
  int port() const { return port_; }

 private:
  Listener(Loop& loop, const onebot::io::Address& address, Services services, ServerLimits limits);
  void listen(int socket);
  void accept_all();
  void rest();
  void welcome(int socket);

  Loop& loop_;
  onebot::io::Address address_;
  Services services_;
  ServerLimits limits_;
  int port_ = 0;
  int socket_ = -1;
  lws_vhost* vhost_ = nullptr;
  uv_poll_t* poll_ = nullptr;
  Streams streams_;
  onebot::io::Owner rest_;  // while the process has no file descriptor left
};

}  // namespace bridge::net
