// Signals: heard on a thread of their own, told on the loop.

#include "bridge/process/signals.h"

#include "tests/unit/disk_rig.h"

#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using bridge::Signals;
using namespace std::chrono_literals;

namespace {

// As in the program, where they are blocked before there is a second thread: else a thread of another test could be the
// one that is hit.
[[maybe_unused]] const bool kBlocked = [] {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM}) sigaddset(&set, signal);
  return pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0;
}();

}  // namespace

TEST_CASE("the signals that mean a stop stop once, the others are told and change nothing") {
  for (const int stop : {SIGTERM, SIGINT, SIGQUIT}) {
    rig::Loop loop;
    Signals signals;
    int stops = 0;
    std::vector<int> others;
    const auto hearing = signals.hear(loop, {[&] { ++stops; }, [&](int signal) { others.push_back(signal); }});

    for (const int other : {SIGHUP, SIGUSR1, SIGUSR2}) {
      ::kill(::getpid(), other);
      CHECK(loop.until([&] { return !others.empty() && others.back() == other; }));
    }
    ::kill(::getpid(), SIGALRM);
    ::kill(::getpid(), stop);
    CHECK(loop.until([&] { return stops == 1; }));
    ::kill(::getpid(), stop);
    ::kill(::getpid(), SIGHUP);
    CHECK(loop.until([&] { return others.size() == 4; }));
    CHECK(stops == 1);
  }
}

TEST_CASE("a stop that comes before anybody listens is not lost") {
  rig::Loop loop;
  Signals signals;
  ::kill(::getpid(), SIGTERM);
  int stops = 0;
  const auto hearing = signals.hear(loop, {.stop = [&] { ++stops; }});
  CHECK(loop.until([&] { return stops == 1; }));
}

TEST_CASE("a process whose loop hangs ends all the same, with exit code 1, once its time is over") {
  const pid_t child = ::fork();
  if (child == 0) {
    const Signals signals(300ms);
    ::kill(::getpid(), SIGTERM);
    for (;;) ::pause();
  }
  const auto begin = std::chrono::steady_clock::now();
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  const auto lasted = std::chrono::steady_clock::now() - begin;
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 1);
  CHECK(lasted >= 300ms);
  CHECK(lasted < 10s);
}
