// Redial: how long to wait before the next attempt. Capped, with jitter, for ever.

#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <span>

namespace onebot {

class Redial {
 public:
  // steps: ascending, at least one, outliving this; the last repeats.
  explicit Redial(std::span<const std::chrono::milliseconds> steps, std::uint32_t seed = std::random_device{}())
      : steps_(steps), random_(seed) {}

  // The next wait: the step and up to a fifth more.
  std::chrono::milliseconds next() {
    const std::chrono::milliseconds step = steps_[std::min(failures_, steps_.size() - 1)];
    ++failures_;
    return step + std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(0, step.count() / 5)(random_));
  }
  void reset() { failures_ = 0; }
  std::size_t failures() const { return failures_; }

 private:
  std::span<const std::chrono::milliseconds> steps_;
  std::minstd_rand random_;
  std::size_t failures_ = 0;
};

}  // namespace onebot
