// Redial: how long to wait before the next attempt. Capped, with jitter, for ever.

#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <random>
#include <span>
#include <utility>

namespace onebot {

class Redial {
 public:
  using Steps = std::span<const std::chrono::milliseconds>;

  // steps: ascending, at least one, outliving this; the last repeats. random: [0, 1).
  Redial(Steps steps, std::function<double()> random) : steps_(steps), random_(std::move(random)) {}
  explicit Redial(Steps steps, std::uint32_t seed = std::random_device{}())
      : Redial(steps, [engine = std::minstd_rand(seed)]() mutable {
          return std::uniform_real_distribution<double>(0, 1)(engine);
        }) {}

  // The next wait: the step, but no more than the most, with jitter.
  std::chrono::milliseconds next(std::chrono::milliseconds most = std::chrono::milliseconds::max()) {
    const std::chrono::milliseconds step = steps_[std::min(failures_, steps_.size() - 1)];
    ++failures_;
    return jittered(std::min(step, most));
  }
  // This wait and up to a fifth more, so that many do not come back at once.
  std::chrono::milliseconds jittered(std::chrono::milliseconds wait) { return wait + part_of(wait / 5); }
  // Some moment within it.
  std::chrono::milliseconds part_of(std::chrono::milliseconds span) {
    return std::chrono::milliseconds(static_cast<std::int64_t>(random_() * static_cast<double>(span.count())));
  }
  void reset() { failures_ = 0; }
  std::size_t failures() const { return failures_; }

 private:
  Steps steps_;
  std::function<double()> random_;
  std::size_t failures_ = 0;
};

}  // namespace onebot
