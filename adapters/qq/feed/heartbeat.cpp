#include "adapters/qq/feed/heartbeat.h"

#include <algorithm>
#include <cstdint>

namespace qq {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kShortest{1'000}, kLongest{300'000};

}  // namespace

void Heartbeat::start(milliseconds asked) {
  interval_ = std::clamp(asked, kShortest, kLongest);
  // Many bots that come back together must not beat together.
  beat_in(interval_ - milliseconds(static_cast<std::int64_t>(random_() * static_cast<double>(interval_.count()))));
}

void Heartbeat::forget() {
  stop();
  interval_ = milliseconds(0);
  acknowledged_ = true;
}

void Heartbeat::beat_in(milliseconds delay) {
  timer_ = loop_.after(delay, [this] {
    const bool acknowledged = std::exchange(acknowledged_, false);
    beat_in(interval_);
    beat_(acknowledged);
  });
}

}  // namespace qq
