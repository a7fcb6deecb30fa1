// Signals: what the process is told from outside, on a thread of its own, so that it is heard whatever the loop does.
//
//   SIGTERM SIGINT SIGQUIT   stop; from the first on the process has five seconds, then it ends with exit code 1
//   SIGHUP SIGUSR1 SIGUSR2   are told, and change nothing
//   SIGALRM                  nothing

#pragma once

#include "onebot/io.h"
#include "onebot/told.h"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <signal.h>
#include <thread>

namespace bridge {

class Signals {
 public:
  // The first thing a process makes and the last it ends: threads that are made meanwhile hear no signals.
  explicit Signals(std::chrono::milliseconds to_end = std::chrono::seconds(5));
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  struct Hearing {
    onebot::Then stop{};  // once
    std::function<void(int signal)> other{};
  };
  // Both are called on the loop, until the owner is dropped; a stop that was asked for before, too. Loop thread only.
  [[nodiscard]] onebot::io::Owner hear(onebot::io::Loop& loop, Hearing hearing);

  void start_deadline();  // as the first SIGTERM does: the process has five seconds from now on

 private:
  struct Heard;
  class Owned;
  void listen();
  bool goes_on() const;
  void tell(int signal);
  void post_stop();
  std::optional<std::chrono::milliseconds> left() const;  // nullopt: for ever

  const std::chrono::milliseconds to_end_;
  sigset_t before_{};  // of the thread that made us

  mutable std::mutex mutex_;
  std::shared_ptr<Heard> heard_;                                     // guarded by mutex_
  bool stopping_ = false, ending_ = false;                           // guarded by mutex_
  std::optional<std::chrono::steady_clock::time_point> deadline_{};  // guarded by mutex_
  std::thread thread_;                                               // last: uses all of it
};

}  // namespace bridge
