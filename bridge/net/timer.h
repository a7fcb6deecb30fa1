// Timer: one uv_timer_t and its task. Destroying it, within the task too, is always safe.

#pragma once

#include "onebot/io.h"
#include "onebot/told.h"

#include <uv.h>

#include <chrono>

namespace bridge::net {

class Timer : public onebot::io::Pending {
 public:
  Timer(uv_loop_t* loop, std::chrono::milliseconds delay, onebot::Then task);
  ~Timer() override;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

 private:
  // libuv closes a handle a turn later, so it lives on the heap and outlasts its owner by that turn.
  struct Running {
    uv_timer_t timer{};
    onebot::Then task{};
  };
  static void fire(uv_timer_t* timer);

  Running* running_;
};

}  // namespace bridge::net
