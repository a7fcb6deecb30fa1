// Pace: how often the platform lets a bot call each of its addresses. Calls that come too soon wait their turn, as long
// as that is not too far away; when the platform itself says "too many", everything of that kind waits.
// Platform: the rates at the head of each API page; server-inter/message/overview.

#pragma once

#include "onebot/io.h"
#include "onebot/result.h"

#include <chrono>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace qq {

class Pace {
 public:
  static constexpr std::chrono::milliseconds kLongestWait{30'000};
  static constexpr std::size_t kMostLanes = 10'000;

  explicit Pace(onebot::io::Loop& loop) : loop_(loop) {}

  // Runs go at once (inside) or when it may. Error, later: own_pace, the wait would be too long.
  [[nodiscard]] onebot::io::Owner wait(std::string_view method, std::string_view path,
                                       std::function<void(onebot::Status)> go);
  // Nothing of this kind before then.
  void pause(std::string_view method, std::string_view path, std::chrono::milliseconds length);

 private:
  struct Lane {
    std::deque<std::chrono::milliseconds> starts{};  // of the newest calls, as many as the rate allows at once
    std::chrono::milliseconds not_before{0};
  };

  Lane& lane(std::string key);

  onebot::io::Loop& loop_;
  std::unordered_map<std::string, Lane> lanes_{};
};

}  // namespace qq
