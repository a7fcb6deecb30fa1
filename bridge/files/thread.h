// FilesThread: the loop's side of the file store. Jobs run one after the other on a thread of their own, which alone
// touches the store; answers come back on the loop.

#pragma once

#include "bridge/disk/worker.h"
#include "bridge/files/limits.h"
#include "bridge/files/store.h"
#include "bridge/files/uploads.h"
#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/result.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace bridge::files {

// What a job has, and when it was asked for.
struct Desk {
  Store& store;
  Uploads& uploads;
  Milliseconds wall = 0;
  std::chrono::milliseconds now{};
};

class FilesThread {
 public:
  // Errors: filesystem_error, database_error; they name the file.
  static onebot::Result<std::unique_ptr<FilesThread>> open(onebot::io::Loop& loop, onebot::Log& log, std::string folder,
                                                           const FileLimits& limits);

  // `done` is called on the loop, never inside; not at all once the owner is dropped. The job runs in any case.
  template <class T>
  [[nodiscard]] onebot::io::Owner ask(std::function<onebot::Result<T>(Desk&)> job,
                                      std::function<void(onebot::Result<T>)> done);

  // Bytes that jobs carry and that are not on disk yet: busy beyond 32 MiB, else counted until the last copy of the
  // token is gone.
  onebot::Result<std::shared_ptr<const void>> carry(std::size_t bytes);

  const FileLimits& limits() const { return limits_; }
  const std::string& folder() const { return folder_; }

 private:
  FilesThread(onebot::io::Loop& loop, onebot::Log& log, std::unique_ptr<Store> store);
  void clean();
  Desk desk() { return {*store_, uploads_, static_cast<Milliseconds>(loop_.wall() * 1000), loop_.now()}; }

  // constant after construction
  onebot::io::Loop& loop_;
  onebot::Log& log_;
  FileLimits limits_;
  std::string folder_;

  // loop thread only
  std::shared_ptr<std::size_t> carried_ = std::make_shared<std::size_t>(0);
  onebot::io::Owner timer_;
  onebot::io::Owner cleaning_;

  // the worker's thread only
  std::unique_ptr<Store> store_;
  Uploads uploads_;

  Worker worker_{"files"};  // last: ends before what it uses
};

template <class T>
onebot::io::Owner FilesThread::ask(std::function<onebot::Result<T>(Desk&)> job,
                                   std::function<void(onebot::Result<T>)> done) {
  // Filled, emptied and destroyed on the loop: the thread only carries it.
  struct Asked : onebot::io::Pending {
    explicit Asked(std::shared_ptr<std::function<void(onebot::Result<T>)>> told) : done(std::move(told)) {}
    ~Asked() override { *done = nullptr; }
    std::shared_ptr<std::function<void(onebot::Result<T>)>> done;
  };
  auto told = std::make_shared<std::function<void(onebot::Result<T>)>>(std::move(done));
  auto owner = std::make_unique<Asked>(told);
  worker_.run([&loop = loop_, desk = desk(), job = std::move(job), told = std::move(told)]() mutable {
    auto result = std::make_shared<onebot::Result<T>>(job(desk));
    job = nullptr;
    loop.post([result = std::move(result), told = std::move(told)] {
      if (const auto callback = std::exchange(*told, nullptr)) callback(std::move(*result));
    });
  });
  return owner;
}

}  // namespace bridge::files
