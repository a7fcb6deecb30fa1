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
#include <vector>

namespace kit {

struct Rate {
  enum class For { bot, address, receiver };  // whom it counts
  // "*" or "{name}": one part of a path, whatever it is. Both "": of every call that no other row fits.
  std::string_view method{}, path{};
  std::size_t calls = 0;
  std::chrono::milliseconds per{0};
  For whom = For::bot;
  std::string_view together{};  // rows of one name count together; "": the calls of this row alone
};

class Pace {
 public:
  static constexpr std::chrono::milliseconds kLongestWait{30'000};
  static constexpr std::size_t kMostLanes = 10'000;

  struct Call {
    std::string_view method{}, path{};  // perhaps with a query, which does not count
    std::string_view receiver{};        // who or where it is for; "": rates of receivers do not count it
  };

  // Every row that fits a call counts; a call that none fits never waits. They outlive this.
  Pace(onebot::io::Loop& loop, std::span<const Rate> rates) : loop_(loop), rates_(rates) {}

  // Runs go at once (inside) or when it may. Error, later: own_pace, the wait would be too long.
  [[nodiscard]] onebot::io::Owner wait(Call call, onebot::Told<onebot::Status> go);
  // Nothing of this kind before then, as far as this is what counts it: of every kind, when no row does.
  void pause(Call call, Rate::For whom, std::chrono::milliseconds length);

 private:
  struct Lane {
    std::deque<std::chrono::milliseconds> starts{};  // of the newest calls, as many as the rate allows at once
    std::chrono::milliseconds not_before{0};
  };
  struct Counted {
    const Rate* rate = nullptr;
    Lane* lane = nullptr;  // valid until the next call
  };

  std::vector<Counted> counted(Call call);
  void forget_idle();
  onebot::io::Owner refuse(const Rate& rate, std::chrono::milliseconds wait, onebot::Told<onebot::Status> go);

  onebot::io::Loop& loop_;
  std::span<const Rate> rates_;
  std::unordered_map<std::string, Lane> lanes_{};
};

}  // namespace kit
