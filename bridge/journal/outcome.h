// Outcome: what became of a commit, from the writer thread to the loop's.

#pragma once

#include "onebot/result.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace bridge::journal {

class Outcome {
 public:
  void set(onebot::Status status) {
    {
      const std::lock_guard lock(mutex_);
      status_ = std::move(status);
    }
    is_set_.notify_one();
  }
  // nullopt: there is none, or it was taken.
  std::optional<onebot::Status> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(status_, std::nullopt);
  }
  // Blocks. False: there is none in time.
  bool wait_until(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    return is_set_.wait_until(lock, deadline, [this] { return status_.has_value(); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable is_set_;
  std::optional<onebot::Status> status_;
};

}  // namespace bridge::journal
