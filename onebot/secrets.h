// Secrets: what of a bot nobody else may read: those of its configuration, and the tokens that its platform gave it. A
// platform that repeats one in what it says is not passed on with it.

#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace onebot {

class Secrets {
 public:
  static constexpr std::size_t kMostTokens = 8;  // the last ones; each serves two hours at most

  // What is shorter than kLeastSecret is none.
  explicit Secrets(std::vector<std::string> configured = {});

  void add(std::string_view token);
  // With "***" for each of them; of the configuration's alone.
  std::string masked(std::string text) const;
  std::string without_configured(std::string text) const;

 private:
  std::vector<std::string> configured_;
  std::deque<std::string> tokens_{};
};

}  // namespace onebot
