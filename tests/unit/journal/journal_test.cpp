#include "bridge/journal/journal.h"

#include "tests/unit/core/store_watch.h"
#include "tests/unit/journal/journal_rig.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sys/stat.h>

using bridge::Journal;
using onebot::Seq;
using namespace std::chrono_literals;

namespace {

struct Bench {
  rig::Folder folder;
  rig::Loop loop;
  fakes::Log log;
  std::unique_ptr<Journal> journal;
  std::unique_ptr<rig::Watch> watch;

  explicit Bench(Journal::Options options = {}) { open(std::move(options)); }
  void open(Journal::Options options = {}) {
    watch.reset();
    journal.reset();
    options.data_dir = folder.data();
    journal = rig::open(loop, log, std::move(options));
    watch = std::make_unique<rig::Watch>(*journal);
  }
  void append(const std::string& text) { watch->append(text); }
  // The result of the commit that holds everything so far.
  bool commit() {
    std::optional<bool> result;
    journal->append({.committed = [&](bool done) { result = done; }});
    loop.advance(250ms);
    REQUIRE(loop.until([&] { return result.has_value(); }));
    return *result;
  }
  onebot::History::Page page(Seq from, Seq until, std::int64_t since = 0, std::size_t max_bytes = 1 << 20) {
    std::optional<onebot::History::Page> got;
    const auto owner =
        journal->history().fetch(from, until, since, max_bytes, [&](auto page) { got = std::move(page); });
    REQUIRE(loop.until([&] { return got.has_value(); }));
    return *std::move(got);
  }
  // Some portions of what has to go.
  void clean(int portions) {
    for (int i = 0; i < portions; ++i) {
      const auto before = log.counters["journal_cleanings"];
      loop.advance(10s);
      REQUIRE(loop.until([&] { return log.counters["journal_cleanings"] > before; }));
    }
  }
  std::int64_t wall_ms() const { return static_cast<std::int64_t>(loop.wall() * 1000); }
};

mode_t mode_of(const std::string& path) {
  struct stat found {};
  REQUIRE(stat(path.c_str(), &found) == 0);
  return found.st_mode & 07777;
}

}  // namespace

TEST_CASE("the data folder and its file are readable by their owner alone") {
  const Bench bench;

  CHECK(mode_of(bench.folder.data()) == 0700);
  CHECK(mode_of(bench.folder.data() + "/journal.db") == 0600);
}

TEST_CASE("a second process on the same folder is refused and told which folder") {
  Bench bench;

  const auto second = Journal::open(bench.loop, bench.log, {.data_dir = bench.folder.data()});

  REQUIRE_FALSE(second);
  CHECK(second.error().message.find(bench.folder.data()) != std::string::npos);
  CHECK(second.error().message.find("another onebridge process") != std::string::npos);
}

TEST_CASE("a file that is no database is a start error that names it") {
  rig::Folder folder;
  rig::Loop loop;
  fakes::Log log;
  std::filesystem::create_directory(folder.data());
  std::ofstream(folder.data() + "/journal.db") << std::string(8192, 'x');

  const auto journal = Journal::open(loop, log, {.data_dir = folder.data()});

  REQUIRE_FALSE(journal);
  CHECK(journal.error().message.find(folder.data() + "/journal.db") != std::string::npos);
  CHECK(journal.error().message.find("not a database") != std::string::npos);
}

TEST_CASE("a folder that cannot be made is a start error that names it") {
  rig::Folder folder;
  rig::Loop loop;
  fakes::Log log;
  std::ofstream(folder / "file") << "x";

  const auto journal = Journal::open(loop, log, {.data_dir = folder / "file/data"});

  REQUIRE_FALSE(journal);
  CHECK(journal.error().message.find(folder / "file/data") != std::string::npos);
}

TEST_CASE("nobody is told before the commit, and one commit takes all of five milliseconds") {
  Bench bench;
  int told = 0;

  for (int i = 0; i < 100; ++i) {
    bench.watch->append(std::to_string(i), [&](bool done) { told += done; });
  }
  bench.loop.advance(4ms);
  bench.loop.turn();
  CHECK(told == 0);
  CHECK(bench.journal->uncommitted_bytes() > 0);

  bench.loop.advance(1ms);
  REQUIRE(bench.loop.until([&] { return told == 100; }));
  CHECK(bench.log.counters["journal_commits"] == 1);
  CHECK(bench.log.counters["journal_events"] == 100);
  CHECK(bench.journal->uncommitted_bytes() == 0);
}

TEST_CASE("what is too old is deleted, and numbers still go on after all is gone") {
  Bench bench({.retention = {.age = 1h}});
  for (int i = 0; i < 2'500; ++i) bench.append("x");
  bench.watch->add_seen(42);
  REQUIRE(bench.commit());

  bench.loop.shift += 2 * 3600;
  bench.clean(1);
  CHECK(bench.page(1, 2'501).entries.size() == 1'500);
  bench.clean(2);
  CHECK(bench.page(1, 2'501).entries.empty());
  bench.open();

  CHECK(bench.journal->earlier().next == 2'501);
  CHECK(bench.journal->earlier().seen.size() == 1);

  bench.loop.shift += 13 * 3600;
  bench.open();
  CHECK(bench.journal->earlier().seen.empty());
}

TEST_CASE("what does not fit the size is deleted from the oldest") {
  Bench bench({.retention = {.age = 24h, .size = 6 << 20}});
  for (int i = 0; i < 4'000; ++i) bench.append(std::string(1'000, 'x'));
  REQUIRE(bench.commit());

  bench.clean(5);

  CHECK(bench.page(1, 4'001, 0, 100 << 20).entries.size() == 1'000);
  CHECK(bench.page(4'000, 4'001).entries.size() == 1);
}

TEST_CASE("a journal that is dropped in the middle of a commit leaves nothing behind on the loop") {
  Bench bench;
  bool told = false;
  bench.watch->append("a", [&](bool) { told = true; });
  bench.loop.advance(5ms);

  bench.watch.reset();
  bench.journal.reset();
  bench.loop.turn();

  CHECK_FALSE(told);
}
