// Time in memory: a loop whose clock is turned by hand.

#pragma once

#include "onebot/io.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <utility>

namespace fakes {

using namespace std::chrono_literals;
namespace io = onebot::io;

class Loop : public io::Loop {
 public:
  void post(std::function<void()> task) override { posted_.push_back(std::move(task)); }

  io::Owner after(std::chrono::milliseconds delay, std::function<void()> task) override {
    const auto key = std::pair(now_ + delay, ++number_);
    timers_.emplace(key, std::move(task));
    return std::make_unique<Timer>(*this, key);
  }
  std::chrono::milliseconds now() const override { return now_; }
  double wall() const override { return began_at + static_cast<double>(now_.count()) / 1000; }

  // Runs what was posted, until nothing is.
  void run() {
    while (!posted_.empty()) {
      const auto task = std::move(posted_.front());
      posted_.pop_front();
      task();
    }
  }
  // Turns the clock, firing every timer on the way at its own moment.
  void advance(std::chrono::milliseconds by) {
    const auto until = now_ + by;
    for (run(); !timers_.empty() && timers_.begin()->first.first <= until; run()) {
      now_ = std::max(now_, timers_.begin()->first.first);
      const auto task = std::move(timers_.begin()->second);
      timers_.erase(timers_.begin());
      task();
    }
    now_ = until;
  }
  std::size_t timers() const { return timers_.size(); }

  double began_at = 1'790'000'000.0;  // wall() when now() was 0

 private:
  using Key = std::pair<std::chrono::milliseconds, int>;
  struct Timer : io::Pending {
    Timer(Loop& owner, Key at) : loop(owner), key(at) {}
    ~Timer() override { loop.timers_.erase(key); }
    Loop& loop;
    Key key;
  };

  std::chrono::milliseconds now_{1'000'000};
  int number_ = 0;
  std::map<Key, std::function<void()>> timers_;
  std::deque<std::function<void()>> posted_;
};

}  // namespace fakes
