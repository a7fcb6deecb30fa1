// Pace: how often the platform lets a bot call each of its addresses, as rows. Calls that come too soon wait their
// turn, as long as that is not too far away; when the platform itself says "too many", everything of that kind waits.

#pragma once

#include "onebot/io.h"
#include "onebot/result.h"
#include "onebot/told.h"

#include <chrono>
#include <cstddef>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace kit {

struct Rate {
  enum class For { bot, address };    // whom it counts
  std::string_view method{}, path{};  // "*": one part of a path, whatever it is
  std::size_t calls = 0;
  std::chrono::milliseconds per{0};
  For whom = For::bot;
};

class Pace {
 public:
  static constexpr std::chrono::milliseconds kLongestWait{30'000};
  static constexpr std::size_t kMostLanes = 10'000;

  // The first row that fits a call is its rate; the last row is of what no other fits. They outlive this.
  Pace(onebot::io::Loop& loop, std::span<const Rate> rates) : loop_(loop), rates_(rates) {}

  // Runs go at once (inside) or when it may. Error, later: own_pace, the wait would be too long.
  [[nodiscard]] onebot::io::Owner wait(std::string_view method, std::string_view path, onebot::Told<onebot::Status> go);
  // Nothing of this kind before then.
  void pause(std::string_view method, std::string_view path, std::chrono::milliseconds length);

 private:
  struct Lane {
    std::deque<std::chrono::milliseconds> starts{};  // of the newest calls, as many as the rate allows at once
    std::chrono::milliseconds not_before{0};
  };

  const Rate& rate_of(std::string_view method, std::string_view path) const;
  Lane& lane(std::string key);

  onebot::io::Loop& loop_;
  std::span<const Rate> rates_;
  std::unordered_map<std::string, Lane> lanes_{};
};

}  // namespace kit
