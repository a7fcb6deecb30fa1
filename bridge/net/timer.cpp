#include "bridge/net/timer.h"

#include <algorithm>
#include <utility>

namespace bridge::net {

Timer::Timer(uv_loop_t* loop, std::chrono::milliseconds delay, onebot::Then task)
    : running_(new Running{.task = std::move(task)}) {
  uv_timer_init(loop, &running_->timer);
  running_->timer.data = running_;
  uv_update_time(loop);  // libuv counts from the beginning of the turn
  // libuv runs timers that are due until none is: one that is due at once and begins the next would keep everything
  // else waiting, so that the earliest is the next turn's.
  uv_timer_start(&running_->timer, &Timer::fire, static_cast<std::uint64_t>(std::max<std::int64_t>(1, delay.count())),
                 0);
}

Timer::~Timer() {
  running_->task = nullptr;
  uv_close(reinterpret_cast<uv_handle_t*>(&running_->timer),
           [](uv_handle_t* handle) { delete static_cast<Running*>(handle->data); });
}

void Timer::fire(uv_timer_t* timer) {
  // Moved out first: the task may destroy its own timer.
  if (const auto task = std::exchange(static_cast<Running*>(timer->data)->task, nullptr)) task();
}

}  // namespace bridge::net
