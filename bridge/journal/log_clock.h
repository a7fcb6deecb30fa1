// LogClock: the time of the log, in ms since the epoch, by which entries, hashes and records have an age.
//
// It goes on with what has passed, and never by what the system's clock jumps, so that nothing grows old at once or
// young again. After a restart it goes on behind the last commit, plus the time between by the system's clock; only a
// jump while nobody runs counts as time.

#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace bridge::journal {

class LogClock {
 public:
  using Time = std::chrono::milliseconds;  // monotonic

  // As of the last commit, ms since the epoch; 0: there is none.
  struct Kept {
    std::int64_t log = 0;
    std::int64_t wall = 0;  // of the system then
  };

  // What a damaged file says is taken for nothing.
  LogClock(const Kept& kept, std::int64_t wall, Time now)
      : base_(is_time(kept.log) && is_time(kept.wall) ? kept.log + std::max<std::int64_t>(0, wall - kept.wall) : wall),
        began_(now) {}

  std::int64_t at(Time now) const { return base_ + (now - began_).count(); }

 private:
  static bool is_time(std::int64_t ms) { return ms > 0 && ms < std::int64_t{1} << 50; }  // to the year 37,000

  std::int64_t base_;  // at began_
  Time began_;
};

}  // namespace bridge::journal
