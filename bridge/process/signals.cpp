#include "bridge/process/signals.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <optional>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace bridge {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr int kWake = SIGALRM;  // means nothing else
constexpr std::array kStops = {SIGTERM, SIGINT, SIGQUIT};
constexpr std::array kHeard = {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM};

sigset_t heard_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : kHeard) sigaddset(&set, signal);
  return set;
}

// The log may be what hangs.
[[noreturn]] void end_now() {
  constexpr std::string_view kWhy = "onebridge: the end takes too long; ended without it\n";
  pollfd ready{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
  if (::poll(&ready, 1, 0) == 1) static_cast<void>(!::write(STDERR_FILENO, kWhy.data(), kWhy.size()));
  _exit(1);
}

// -1: the time is over.
int next_signal(const sigset_t& set, std::optional<std::chrono::milliseconds> limit) {
  if (!limit) return sigwaitinfo(&set, nullptr);
  const timespec time{.tv_sec = limit->count() / 1000, .tv_nsec = limit->count() % 1000 * 1'000'000};
  return sigtimedwait(&set, nullptr, &time);
}

}  // namespace

struct Signals::Heard {
  onebot::io::Loop& loop;
  Hearing hearing{};
};

class Signals::Owned final : public onebot::io::Pending {
 public:
  explicit Owned(Signals& signals) : signals_(signals) {}
  Owned(const Owned&) = delete;
  ~Owned() override {
    const std::lock_guard lock(signals_.mutex_);
    signals_.heard_.reset();
  }

 private:
  Signals& signals_;
};

Signals::Signals(std::chrono::milliseconds to_end) : to_end_(to_end) {
  const sigset_t set = heard_signals();
  pthread_sigmask(SIG_BLOCK, &set, &before_);
  thread_ = std::thread(&Signals::listen, this);
}

Signals::~Signals() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  pthread_kill(thread_.native_handle(), kWake);
  thread_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

onebot::io::Owner Signals::hear(onebot::io::Loop& loop, Hearing hearing) {
  const std::lock_guard lock(mutex_);
  heard_ = std::make_shared<Heard>(Heard{loop, std::move(hearing)});
  if (stopping_) post_stop();
  return std::make_unique<Owned>(*this);
}

void Signals::start_deadline() {
  {
    const std::lock_guard lock(mutex_);
    if (!deadline_) deadline_ = Clock::now() + to_end_;
  }
  pthread_kill(thread_.native_handle(), kWake);
}

void Signals::listen() {
  pthread_setname_np(pthread_self(), "signals");
  const sigset_t set = heard_signals();
  for (;;) {
    const int signal = next_signal(set, left());
    if (!goes_on()) return;
    if (left() == 0ms) end_now();
    if (signal > 0 && signal != kWake) tell(signal);
  }
}

bool Signals::goes_on() const {
  const std::lock_guard lock(mutex_);
  return !ending_;
}

std::optional<std::chrono::milliseconds> Signals::left() const {
  const std::lock_guard lock(mutex_);
  if (!deadline_) return std::nullopt;
  return std::max(0ms, std::chrono::ceil<std::chrono::milliseconds>(*deadline_ - Clock::now()));
}

void Signals::tell(int signal) {
  const std::lock_guard lock(mutex_);
  if (std::ranges::find(kStops, signal) != kStops.end()) {
    if (std::exchange(stopping_, true)) return;
    if (!deadline_) deadline_ = Clock::now() + to_end_;
    if (heard_) post_stop();
  } else if (heard_) {
    heard_->loop.post([weak = std::weak_ptr(heard_), signal] {
      if (const auto heard = weak.lock(); heard && heard->hearing.other) heard->hearing.other(signal);
    });
  }
}

// The mutex is held, so that the loop is there.
void Signals::post_stop() {
  heard_->loop.post([weak = std::weak_ptr(heard_)] {
    if (const auto heard = weak.lock(); heard && heard->hearing.stop) heard->hearing.stop();
  });
}

}  // namespace bridge
