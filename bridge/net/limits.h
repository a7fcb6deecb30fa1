// What bounds those who come to us.

#pragma once

#include <chrono>
#include <cstddef>

namespace bridge::net {

struct ServerLimits {
  std::size_t connections = 1024;             // per address that is listened on
  std::size_t per_peer = 768;                 // of them by one remote address
  std::size_t inflight = 64 << 20;            // bytes of requests and messages that are not whole yet, of all together
  int refusals = 20;                          // of one remote address in a minute, before it has to wait; 0: no bound
  std::chrono::milliseconds request{30'000};  // for the head and the body of one request, however they trickle
  std::chrono::milliseconds idle{60'000};     // between two requests of a connection
  std::chrono::milliseconds stalled{30'000};  // for the client to take anything of an answer
};

}  // namespace bridge::net
