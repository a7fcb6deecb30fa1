// Listener: one address that is listened on, and every connection that came in there.

#pragma once

#include "bridge/net/loop.h"
#include "bridge/net/places.h"
#include "bridge/net/reception.h"
#include "bridge/net/stream.h"
#include "onebot/io.h"

#include <uv.h>

#include <memory>
#include <string>

struct lws_vhost;
struct sockaddr;

namespace bridge::net {

class Listener {
 public:
  // Error: filesystem_error, naming host and port, when it cannot listen there or the certificate is unusable.
  static onebot::Result<std::unique_ptr<Listener>> open(Loop& loop, const onebot::io::Address& address,
                                                        Services services, std::shared_ptr<House> house);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  bool is_at(const onebot::io::Address& address) const;
  void add(const onebot::io::Address& address, Services more);
  int port() const { return reception_->address.port; }

 private:
  Listener(Loop& loop, std::shared_ptr<Reception> reception);
  void listen(int socket);
  void accept_all();
  void rest();
  bool has_room(const std::string& peer);
  void welcome(int socket, const sockaddr* from);

  Loop& loop_;
  const std::shared_ptr<Reception> reception_;
  int socket_ = -1;
  lws_vhost* vhost_ = nullptr;
  uv_poll_t* poll_ = nullptr;
  Places places_;
  Streams streams_;
  onebot::io::Owner rest_;  // while the process has no file descriptor left
};

}  // namespace bridge::net
