// Guesses: how often each remote address was refused of late for a wrong token or signature. One that was too often is
// asked to come back later, so that nobody can try tokens at the speed of a network.

#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace bridge::net {

class Guesses {
 public:
  using Time = std::chrono::milliseconds;
  static constexpr Time kSpan{60'000};          // that counts, from the first refusal in it
  static constexpr std::size_t kBound = 4'096;  // addresses; one more and the oldest is forgotten

  explicit Guesses(int most) : most_(most) {}  // 0: no bound

  void add(std::string_view peer, Time now);
  // How long the address has to wait; 0: not at all.
  Time wait(std::string_view peer, Time now) const;

 private:
  struct Count {
    Time since{};
    int refusals = 0;
  };
  const int most_;
  std::map<std::string, Count, std::less<>> counts_{};
};

}  // namespace bridge::net
