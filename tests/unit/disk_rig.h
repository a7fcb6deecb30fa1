// What tests of disks need: a loop that also hears from other threads, a folder that goes away, a disk that is full.

#pragma once

#include "tests/fakes.h"

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <stdlib.h>
#include <string>
#include <sys/resource.h>
#include <utility>
#include <vector>

namespace rig {

using namespace std::chrono_literals;

// Time is turned by hand, but what the journal's threads post is waited for.
class Loop : public fakes::Loop {
 public:
  void post(std::function<void()> task) override {
    {
      const std::lock_guard lock(mutex_);
      inbox_.push_back(std::move(task));
    }
    arrived_.notify_one();
  }
  double wall() const override { return fakes::Loop::wall() + shift; }

  // Runs what has been posted up to now.
  void turn() {
    std::vector<std::function<void()>> tasks;
    {
      const std::lock_guard lock(mutex_);
      tasks.swap(inbox_);
    }
    for (const auto& task : tasks) task();
    fakes::Loop::run();
  }
  // Runs until it holds. False: other threads have been silent for ten seconds.
  bool until(const std::function<bool()>& holds) {
    for (turn(); !holds(); turn()) {
      std::unique_lock lock(mutex_);
      if (!arrived_.wait_for(lock, 10s, [this] { return !inbox_.empty(); })) return false;
    }
    return true;
  }

  double shift = 0;  // seconds the wall clock is ahead

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<std::function<void()>> inbox_;
};

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "onebridge-test-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  std::string data() const { return path_ + "/data"; }

 private:
  std::string path_;
};

// While it lives, no file of this process grows: a disk that is full.
class FullDisk {
 public:
  FullDisk() {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit none{4096, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &none);
  }
  ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace rig
