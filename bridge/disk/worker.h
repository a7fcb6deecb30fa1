// Worker: one thread for work that blocks (commits, reading old pages). Results go back through Loop::post.

#pragma once

#include "onebot/told.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace bridge {

class Worker {
 public:
  explicit Worker(const char* name);  // of the thread, at most 15 characters
  ~Worker();                          // ends the job under way; those that still wait never run
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void run(onebot::Then job);  // in the order given

 private:
  void work(const char* name);

  std::mutex mutex_;
  std::condition_variable wanted_;
  std::deque<onebot::Then> jobs_;  // guarded by mutex_
  bool ending_ = false;            // guarded by mutex_
  std::thread thread_;
};

}  // namespace bridge
