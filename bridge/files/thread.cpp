#include "bridge/files/thread.h"

#include "bridge/files/paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace bridge::files {

namespace io = onebot::io;

using onebot::File;
using onebot::Result;
using onebot::Retcode;

namespace {

constexpr std::size_t kMostCarried = 32 << 20;
constexpr std::chrono::minutes kCleanEvery{1};

}  // namespace

Result<std::unique_ptr<FilesThread>> FilesThread::open(onebot::io::Loop& loop, onebot::Log& log, std::string folder,
                                                       const FileLimits& limits) {
  ONEBOT_TRY(store, Store::open(std::move(folder), limits, static_cast<Milliseconds>(loop.wall() * 1000)));
  return std::unique_ptr<FilesThread>(new FilesThread(loop, log, std::move(store)));
}

FilesThread::FilesThread(io::Loop& loop, onebot::Log& log, std::unique_ptr<Store> store)
    : loop_(loop),
      log_(log),
      gives_paths_(is_within(store->folder(), store->limits().paths)),
      store_(std::move(store)),
      uploads_(*store_) {
  timer_ = loop_.after(kCleanEvery, [this] { clean(); });
}

template <class T, class Job>
io::Owner FilesThread::ask(Job job, ToldResult<T> done) {
  // Filled, emptied and destroyed on the loop: the thread only carries what leads here.
  struct Asked final : io::Pending {
    explicit Asked(ToldResult<T> told) : done(std::move(told)) {}
    ToldResult<T> done;
    onebot::Lifetime lifetime{};
  };
  auto asked = std::make_unique<Asked>(std::move(done));
  auto tell = asked->lifetime.guard([here = asked.get()](Result<T> result) {
    const auto told = std::move(here->done);
    told(std::move(result));
  });
  worker_.run([&loop = loop_, desk = desk(), job = std::optional(std::move(job)), tell = std::move(tell)]() mutable {
    auto result = std::make_shared<Result<T>>((*job)(desk));
    job.reset();
    loop.post([result = std::move(result), tell = std::move(tell)]() mutable { tell(std::move(*result)); });
  });
  return asked;
}

void FilesThread::clean() {
  timer_ = loop_.after(kCleanEvery, [this] { clean(); });
  const auto job = [](Desk& desk) -> Result<void> {
    desk.uploads.drop_old(desk.now);
    return desk.store.clean(desk.wall);
  };
  cleaning_ = ask<void>(job, [this](const Result<void>& cleaned) {
    if (cleaned) return;
    log_.count("files_clean_failures");
    log_.line(onebot::LogLevel::warn, fmt::format("old files not deleted: {} retry=1m", cleaned.error().message));
  });
}

// --- Shelf ---

io::Owner FilesThread::find(Key key, ToldResult<std::optional<File>> done) {
  return ask<std::optional<File>>([key = std::move(key)](Desk& desk) { return desk.store.find(key, desk.wall); },
                                  std::move(done));
}

io::Owner FilesThread::read(const File& file, std::uint64_t offset, std::size_t size, ToldResult<std::string> done) {
  const auto job = [file, offset, size](Desk&) -> Result<std::string> {
    if (offset >= file.size) return std::string();
    return read_at(file.path, offset, static_cast<std::size_t>(std::min<std::uint64_t>(size, file.size - offset)));
  };
  return ask<std::string>(job, std::move(done));
}

io::Owner FilesThread::make_room(ToldResult<Room> done) {
  return ask<Room>([](Desk& desk) { return files::make_room(desk); }, std::move(done));
}

io::Owner FilesThread::take_in(Room room, Label label, ToldResult<File> done) {
  return ask<File>(
      [room = std::move(room), label = std::move(label)](Desk& desk) { return files::take_in(desk, room, label); },
      std::move(done));
}

// --- Deliveries ---

io::Owner FilesThread::keep_bytes(std::string bytes, Label label, ToldResult<File> done) {
  auto carried = carry(bytes.size());
  if (!carried) bytes = {};
  return ask<File>(
      [bytes = std::move(bytes), label = std::move(label), carried = std::move(carried)](Desk& desk) -> Result<File> {
        if (!carried) return std::unexpected(carried.error());
        return files::keep_bytes(desk, bytes, label);
      },
      std::move(done));
}

io::Owner FilesThread::keep_copy(std::string path, Label label, ToldResult<File> done) {
  return ask<File>(
      [path = std::move(path), label = std::move(label)](Desk& desk) { return files::keep_copy(desk, path, label); },
      std::move(done));
}

io::Owner FilesThread::prepare(std::string name, std::uint64_t total_size, ToldResult<std::string> done) {
  return ask<std::string>(
      [name = std::move(name), total_size](Desk& desk) { return desk.uploads.prepare(name, total_size, desk.now); },
      std::move(done));
}

io::Owner FilesThread::transfer(std::string upload, std::uint64_t offset, std::string bytes, ToldResult<void> done) {
  auto carried = carry(bytes.size());
  if (!carried) bytes = {};
  return ask<void>(
      [upload = std::move(upload), offset, bytes = std::move(bytes),
       carried = std::move(carried)](Desk& desk) -> Result<void> {
        if (!carried) return std::unexpected(carried.error());
        return desk.uploads.transfer(upload, offset, bytes, desk.now);
      },
      std::move(done));
}

io::Owner FilesThread::finish(std::string upload, std::optional<std::string> sha256, ToldResult<std::string> done) {
  return ask<std::string>([upload = std::move(upload), sha256 = std::move(sha256)](
                              Desk& desk) { return desk.uploads.finish(upload, sha256, desk.wall); },
                          std::move(done));
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
