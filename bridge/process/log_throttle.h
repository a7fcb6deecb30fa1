// Throttle: how often lines of one kind may be logged, so that a flood of bad requests does not become a flood of
// lines.

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace bridge {

class Throttle {
 public:
  static constexpr int kBurst = 5;                           // lines of one kind
  static constexpr std::chrono::milliseconds kSpan{10'000};  // in this time
  static constexpr std::size_t kBound = 1'000;               // kinds; one more and all are forgotten

  // nullopt: leave it out. Else how many of its kind were left out since the last one. now: monotonic.
  std::optional<std::uint64_t> admit(std::string_view line, std::chrono::milliseconds now);

  // What a line is about: its words without numbers and values, but for those that say which bot.
  static std::string kind(std::string_view line);

 private:
  struct Kind {
    std::chrono::milliseconds since{};
    int lines = 0;
    std::uint64_t left_out = 0;
  };
  std::map<std::string, Kind, std::less<>> kinds_;
};

}  // namespace bridge
