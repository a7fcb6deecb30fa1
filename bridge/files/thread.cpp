#include "bridge/files/thread.h"

#include <fmt/format.h>

namespace bridge::files {

using onebot::Result;
using onebot::Retcode;
using onebot::Status;

namespace {

constexpr std::size_t kMostCarried = 32 << 20;
constexpr std::chrono::minutes kCleanEvery{1};

}  // namespace

Result<std::unique_ptr<FilesThread>> FilesThread::open(onebot::io::Loop& loop, onebot::Log& log, std::string folder,
                                                       const FileLimits& limits) {
  ONEBOT_TRY(store, Store::open(std::move(folder), limits, static_cast<Milliseconds>(loop.wall() * 1000)));
  return std::unique_ptr<FilesThread>(new FilesThread(loop, log, std::move(store)));
}

FilesThread::FilesThread(onebot::io::Loop& loop, onebot::Log& log, std::unique_ptr<Store> store)
    : loop_(loop),
      log_(log),
      limits_(store->limits()),
      folder_(store->folder()),
      store_(std::move(store)),
      uploads_(*store_) {
  timer_ = loop_.after(kCleanEvery, [this] { clean(); });
}

void FilesThread::clean() {
  timer_ = loop_.after(kCleanEvery, [this] { clean(); });
  const auto job = [](Desk& desk) -> Result<std::uint64_t> {
    desk.uploads.drop_old(desk.now);
    ONEBOT_CHECK(desk.store.clean(desk.wall));
    return desk.store.used();
  };
  cleaning_ = ask<std::uint64_t>(job, [this](const Result<std::uint64_t>& used) {
    if (used) return;
    log_.count("files_clean_failures");
    log_.line(onebot::LogLevel::warn, fmt::format("old files not deleted: {} retry=1m", used.error().message));
  });
}

// Destroyed where a job ends, on the worker: so the loop is asked to count.
Result<std::shared_ptr<const void>> FilesThread::carry(std::size_t bytes) {
  if (*carried_ + bytes > kMostCarried) {
    return onebot::fail(Retcode::busy,
                        "too many bytes wait for the disk; send the next fragment after the answer to the last");
  }
  *carried_ += bytes;
  return std::shared_ptr<const void>(carried_.get(), [&loop = loop_, carried = carried_, bytes](const void*) mutable {
    loop.post([carried = std::move(carried), bytes] { *carried -= bytes; });
  });
}

}  // namespace bridge::files
