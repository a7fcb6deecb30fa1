// Gateway: the platform side of the load. Plays token, gateway discovery and the gateway for any number of bots, and
// sends ready-made group messages whose text carries the moment they were sent.

#pragma once

#include "tests/bench/load_socket.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace bench {

class Gateway {
 public:
  explicit Gateway(int port);
  void wait_for(std::size_t bots);  // until so many have identified
  // Sends count messages, rate a second (0: as fast as they are taken), over all bots in turn.
  void send(std::size_t count, double rate);

 private:
  struct Bot {
    std::shared_ptr<Socket> socket{};
    std::uint64_t seq = 1;
  };
  void serve(std::shared_ptr<Socket> socket);
  void serve_gateway(std::shared_ptr<Socket> socket, std::string rest);
  void on_frame(const std::shared_ptr<Socket>& socket, std::string_view payload);
  static void append_message(std::string& out, std::uint64_t seq, std::size_t number);

  int port_;
  int listener_;
  std::thread accepting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Bot> bots_;
};

}  // namespace bench
