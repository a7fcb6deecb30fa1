// Consumer: the framework side of the load. Counts the events that carry the load's mark, and how old each one is.

#pragma once

#include "tests/bench/load_socket.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace bench {

class Consumer {
 public:
  // Connects to ws://127.0.0.1:port<path>, trying again until it is accepted or 10 s have passed.
  explicit Consumer(int port, const std::string& path = "/");
  ~Consumer();

  bool wait_for(std::size_t events, double seconds);  // false: not so many in time
  std::size_t events() const { return events_; }
  std::uint64_t last_ns() const { return last_ns_; }
  std::vector<std::uint64_t> ages_ns() const { return ages_; }  // after wait_for() only

 private:
  void read(std::string rest);

  std::unique_ptr<Socket> socket_;
  std::atomic<std::size_t> events_ = 0;
  std::atomic<std::uint64_t> last_ns_ = 0;
  std::vector<std::uint64_t> ages_;
  std::thread reading_;
};

}  // namespace bench
