#include "bridge/disk/worker.h"

#include <pthread.h>
#include <signal.h>

namespace bridge {

Worker::Worker(const char* name) {
  // Signals belong to the loop thread: a thread inherits the mask of its maker.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread(&Worker::work, this, name);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wanted_.notify_one();
  thread_.join();
}

void Worker::run(onebot::Then job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  wanted_.notify_one();
}

void Worker::work(const char* name) {
  pthread_setname_np(pthread_self(), name);
  for (;;) {
    onebot::Then job;
    {
      std::unique_lock lock(mutex_);
      wanted_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
      if (ending_) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job();
  }
}

}  // namespace bridge
