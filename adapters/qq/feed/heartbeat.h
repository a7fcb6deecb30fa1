// Heartbeat: the beats of one gateway connection, and whether the last one was acknowledged.
// Platform: dev-prepare/event-emit/websocket.

#pragma once

#include "adapters/kit/jitter.h"
#include "onebot/io.h"

#include <chrono>
#include <functional>
#include <utility>

namespace qq {

class Heartbeat {
 public:
  using Beat = std::function<void(bool acknowledged)>;  // whether the beat before was; may call stop()

  // random: [0, 1).
  Heartbeat(onebot::io::Loop& loop, kit::Random random, Beat beat)
      : loop_(loop), random_(std::move(random)), beat_(std::move(beat)) {}

  // asked: as the hello says, in milliseconds; what no gateway means is brought into bounds.
  void start(std::chrono::milliseconds asked);
  void stop() { timer_.reset(); }
  void acknowledge() { acknowledged_ = true; }
  void forget();  // another connection begins
  bool started() const { return interval_ > std::chrono::milliseconds(0); }

 private:
  void beat_in(std::chrono::milliseconds delay);

  onebot::io::Loop& loop_;
  kit::Random random_;
  Beat beat_;
  std::chrono::milliseconds interval_{0};  // 0: no hello yet
  bool acknowledged_ = true;
  onebot::io::Owner timer_{};
};

}  // namespace qq
