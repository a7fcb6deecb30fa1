// AcceptedSocket: the raw role of libwebsockets as a Carrier, for connections that came to us. TLS when the vhost has a
// certificate.

#pragma once

#include "bridge/net/loop.h"
#include "bridge/net/stream.h"

#include <cstdint>
#include <optional>
#include <string_view>

struct lws;
struct lws_protocols;
struct lws_vhost;

namespace bridge::net {

class AcceptedSocket final : public Carrier {
 public:
  AcceptedSocket(Loop& loop, Stream& stream) : loop_(loop), stream_(stream) {}
  ~AcceptedSocket() override;

  // Takes an accepted socket over; the stream opens, or is lost, inside the call.
  void adopt(lws_vhost* vhost, bool tls, int socket);

  std::optional<std::size_t> offer(std::string_view bytes) override;
  bool flushed() const override;
  void want(Wish wish) override;
  void shut() override;
  void cut() override;
  std::optional<std::uint64_t> unacknowledged() const override;

  static const lws_protocols* protocols();

 private:
  friend int on_accepted(lws*, int, void*, void*, std::size_t);
  int receive(std::string_view bytes);
  int writable();
  void close();
  bool orderly() const;

  Loop& loop_;
  Stream& stream_;         // which owns this
  lws* socket_ = nullptr;  // nullptr: not yet, or no more
  bool called_ = false;    // by libwebsockets just now: what it is returned ends the socket
  bool cut_ = false;       // to be ended
  bool heard_ = false;     // the TLS handshake, if any, is over
  bool flowing_ = true;    // libwebsockets may read
};

}  // namespace bridge::net
