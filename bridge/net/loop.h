// The Loop: libuv, with libwebsockets as its guest. Everything under bridge/net runs on the thread inside run().

#pragma once

#include "bridge/net/timer.h"
#include "onebot/io.h"

#include <uv.h>

#include <array>
#include <memory>
#include <mutex>
#include <vector>

struct lws_context;

namespace bridge::net {

class Loop : public onebot::io::Loop {
 public:
  // Also lets the process have up to 8,192 file descriptors: libwebsockets sizes its tables by that limit.
  Loop();
  ~Loop() override;  // after everything that lives on it
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void run();   // until stop()
  void stop();  // any thread
  // SIGTERM and SIGINT call it on the loop thread, from now on.
  void on_signal(onebot::Then task);

  void post(onebot::Then task) override;
  onebot::io::Owner after(std::chrono::milliseconds, onebot::Then task) override;
  std::chrono::milliseconds now() const override;
  double wall() const override;

  uv_loop_t* uv() { return uv_; }
  lws_context* context() const { return context_; }

 private:
  void run_posted();

  uv_loop_t* uv_;
  uv_async_t wake_{};
  std::array<uv_signal_t, 2> signals_{};
  onebot::Then on_signal_;
  std::array<void*, 1> foreign_{};
  lws_context* context_ = nullptr;

  std::mutex mutex_;  // guards posted_
  std::vector<onebot::Then> posted_;
};

}  // namespace bridge::net
