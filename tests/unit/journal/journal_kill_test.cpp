// A process that dies without a warning loses nothing that anybody was told is safe.

#include "tests/unit/core/store_watch.h"
#include "tests/unit/journal/journal_rig.h"

#include <doctest/doctest.h>

#include <csignal>
#include <optional>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

using namespace std::chrono_literals;
using onebot::Seq;

namespace {

// Appends as fast as it can and reports the newest number that is committed, until it is killed.
[[noreturn]] void append_forever(const std::string& data_dir, int report) {
  rig::Loop loop;
  fakes::Log log;
  const auto journal = rig::open(loop, log, {.data_dir = data_dir});
  rig::Watch watch(*journal);
  for (;;) {
    bool told = false;
    for (int i = 0; i < 20; ++i) {
      watch.append("x", [&told, report, seq = watch.events.next()](bool done) {
        if (!done || write(report, &seq, sizeof seq) != sizeof seq) _exit(1);
        told = true;
      });
    }
    loop.advance(5ms);
    if (!loop.until([&] { return told; })) _exit(1);
  }
}

// The newest number the child reported before it was killed.
Seq run_and_kill(const std::string& data_dir, Seq enough) {
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    append_forever(data_dir, ends[1]);
  }
  close(ends[1]);
  Seq seq = 0, last = 0;
  while (last < enough && read(ends[0], &seq, sizeof seq) == sizeof seq) last = seq;
  kill(child, SIGKILL);
  while (read(ends[0], &seq, sizeof seq) == sizeof seq) last = seq;
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  return last;
}

}  // namespace

TEST_CASE("after kill -9 every event whose commit was told is there, in order, once") {
  rig::Folder folder;
  Seq last = 0;

  for (int round = 0; round < 3; ++round) {
    last = run_and_kill(folder.data(), last + 500);
    rig::Loop loop;
    fakes::Log log;
    const auto journal = rig::open(loop, log, {.data_dir = folder.data()});
    const Seq next = journal->earlier().next;
    REQUIRE(next > last);

    std::optional<onebot::History::Page> page;
    const auto owner = journal->history().fetch(1, next, 0, 100 << 20, [&](auto got) { page = std::move(got); });
    REQUIRE(loop.until([&] { return page.has_value(); }));
    CHECK(page->entries.size() == next - 1);
    CHECK(page->skipped == 0);
  }
}
