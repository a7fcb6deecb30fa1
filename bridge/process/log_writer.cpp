#include "bridge/process/log_writer.h"

#include <cerrno>
#include <climits>
#include <condition_variable>
#include <mutex>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace bridge {

struct LogWriter::Shared {
  Shared(int to, Gap say) : file(to), gap(std::move(say)) {}

  const int file;
  const Gap gap;

  std::mutex mutex{};
  std::condition_variable changed{};
  std::string waiting{};               // guarded by mutex
  std::uint64_t left_out = 0;          // lines, since the last one that was taken; guarded by mutex
  bool ending = false, ended = false;  // guarded by mutex
};

namespace {

// All of it, as fast as the other side takes it; false: it will take nothing more. A pipe that polls as writable takes
// PIPE_BUF bytes without blocking.
bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    pollfd ready{.fd = file, .events = POLLOUT, .revents = 0};
    if (::poll(&ready, 1, -1) < 0 && errno != EINTR) return false;
    const ssize_t size = ::write(file, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
    if (size < 0 && errno != EAGAIN && errno != EINTR) return false;
    if (size > 0) bytes.remove_prefix(static_cast<std::size_t>(size));
  }
  return true;
}

}  // namespace

LogWriter::LogWriter(int file, Gap gap) : shared_(std::make_shared<Shared>(file, std::move(gap))) {
  sigset_t all, before;  // signals are not for this thread
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread([shared = shared_] { work(shared); }).detach();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

LogWriter::~LogWriter() {
  std::unique_lock lock(shared_->mutex);
  shared_->ending = true;
  shared_->changed.notify_all();
  shared_->changed.wait_for(lock, kFarewell, [this] { return shared_->ended; });
}

bool LogWriter::write(std::string_view line) {
  const std::lock_guard lock(shared_->mutex);
  std::string& waiting = shared_->waiting;
  if (waiting.size() + line.size() > kMostWaiting) {
    ++shared_->left_out;
    return false;
  }
  if (shared_->left_out > 0) waiting += shared_->gap(std::exchange(shared_->left_out, 0));
  if (waiting.empty()) shared_->changed.notify_all();
  waiting += line;
  return true;
}

void LogWriter::work(const std::shared_ptr<Shared>& shared) {
  pthread_setname_np(pthread_self(), "log");
  bool open = true;
  std::unique_lock lock(shared->mutex);
  while (!shared->ending || !shared->waiting.empty()) {
    shared->changed.wait(lock, [&] { return shared->ending || !shared->waiting.empty(); });
    std::string taken = std::exchange(shared->waiting, {});
    lock.unlock();
    open = open && write_all(shared->file, taken);
    lock.lock();
    if (shared->left_out > 0) shared->waiting.insert(0, shared->gap(std::exchange(shared->left_out, 0)));
  }
  shared->ended = true;
  shared->changed.notify_all();
}

}  // namespace bridge
