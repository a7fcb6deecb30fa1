#include "bridge/journal/journal.h"

#include "bridge/journal/damage.h"
#include "bridge/journal/log_clock.h"
#include "tests/unit/core/store_watch.h"
#include "tests/unit/journal/journal_rig.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
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
  // So much time, with the cleaning that falls into it.
  void pass(std::chrono::milliseconds time) {
    const auto before = log.counters["journal_cleanings"];
    loop.advance(time);
    REQUIRE(loop.until([&] { return log.counters["journal_cleanings"] > before; }));
  }
  bool has_problem(std::string_view words) const {
    return std::ranges::any_of(journal->problems(), [&](const std::string& one) { return one.contains(words); });
  }
  std::int64_t wall_ms() const { return static_cast<std::int64_t>(loop.wall() * 1000); }
};

mode_t mode_of(const std::string& path) {
  struct stat found {};
  REQUIRE(stat(path.c_str(), &found) == 0);
  return found.st_mode & 07777;
}

void make_private(const std::string& path) {
  std::filesystem::create_directory(path);
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
}

// Why a journal in the folder does not start.
std::string refusal(const rig::Folder& folder) {
  rig::Loop loop;
  fakes::Log log;
  const auto journal = Journal::open(loop, log, {.data_dir = folder.data()});
  return journal ? "" : journal.error().message;
}

}  // namespace

TEST_CASE("a data folder that is open to others is refused with the command that closes it") {
  for (const auto open : {std::filesystem::perms::group_read, std::filesystem::perms::others_write}) {
    rig::Folder folder;
    make_private(folder.data());
    std::filesystem::permissions(folder.data(), open, std::filesystem::perm_options::add);

    CHECK(refusal(folder).find("chmod 700 '" + folder.data() + "'") != std::string::npos);
    std::filesystem::permissions(folder.data(), std::filesystem::perms::owner_all);
    CHECK(refusal(folder) == "");
  }
}

TEST_CASE("a link in the place of the journal's file is refused, and what it leads to is left alone") {
  rig::Folder folder;
  make_private(folder.data());
  std::ofstream(folder / "precious") << "mine";
  std::filesystem::create_symlink(folder / "precious", folder.data() + "/journal.db");

  CHECK(refusal(folder).find("journal.db is a link") != std::string::npos);
  CHECK(std::filesystem::file_size(folder / "precious") == 4);
}

TEST_CASE("a data folder behind a link of the operator's own works, and is locked by what it is, not by its name") {
  Bench bench;
  std::filesystem::create_symlink(bench.folder.data(), bench.folder / "link");

  const auto second = Journal::open(bench.loop, bench.log, {.data_dir = bench.folder / "link"});

  REQUIRE_FALSE(second);
  CHECK(second.error().message.find("in use by another onebridge process") != std::string::npos);
}

TEST_CASE("a journal whose file is taken away while it runs says so") {
  Bench bench;
  CHECK(bench.journal->problems().empty());

  std::filesystem::remove(bench.folder.data() + "/journal.db");
  CHECK(bench.has_problem("was removed or replaced"));
  std::ofstream(bench.folder.data() + "/journal.db") << "";
  CHECK(bench.has_problem("was removed or replaced"));
}

TEST_CASE("of a damaged file what can be read is given, and what cannot is left out, counted and told") {
  Bench bench;
  for (int i = 0; i < 2'000; ++i) bench.append(std::string(1'000, 'x'));
  REQUIRE(bench.commit());
  bench.watch.reset();
  bench.journal.reset();
  {
    std::fstream file(bench.folder.data() + "/journal.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(300 * 4096);
    file << std::string(5 * 4096, '\xff');
  }
  bench.open();

  std::size_t given = 0;
  std::uint64_t skipped = 0;
  for (Seq from = 1; from < 2'001;) {
    const auto page = bench.page(from, 2'001, 0, 100'000);
    given += page.entries.size();
    skipped += page.skipped;
    REQUIRE(page.next > from);
    from = page.next;
  }

  CHECK(given + skipped == 2'000);
  CHECK(given > 1'900);
  CHECK(skipped > 0);
  CHECK(bench.log.counters["journal_unreadable"] == skipped);
  CHECK(bench.log.contains("events that cannot be read are left out"));
  CHECK(bench.has_problem("could not be read back"));
}

TEST_CASE("a file that is damaged beside its events is a problem, too") {
  Bench bench;
  for (int i = 0; i < 2'000; ++i) bench.journal->keep("mock/1", {"sent", std::to_string(i), std::string(1'000, 'x')});
  REQUIRE(bench.commit());
  bench.watch.reset();
  bench.journal.reset();
  const std::string path = bench.folder.data() + "/journal.db";
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(300 * 4096);
    file << std::string(5 * 4096, '\xff');
  }
  CHECK(std::ranges::any_of(bridge::journal::damage_of(bench.folder.data()),
                            [&](const std::string& one) { return one.starts_with(path + ": is damaged"); }));
  bench.open();
  CHECK(bench.journal->problems().empty());

  bench.journal->recall("mock/1", "sent");

  CHECK(bench.log.counters["journal_read_failures"] == 1);
  CHECK(bench.has_problem("what bots remember is missing"));
}

TEST_CASE("times of a damaged file are none: the clock of the log begins with the system's") {
  using bridge::journal::LogClock;
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max(), kNow = 1'790'000'000'000;
  for (const LogClock::Kept kept : {LogClock::Kept{kMost, 1}, {kMost, kMost}, {1, -kMost}, {-5, 1}, {0, 0}}) {
    CHECK(LogClock(kept, kNow, 0ms).at(5ms) == kNow + 5);
  }
  CHECK(LogClock({kNow, kNow}, kNow + 7, 0ms).at(5ms) == kNow + 12);
}

TEST_CASE("a jump of the system's clock makes nothing older, while it runs and after a restart") {
  Bench bench;
  const std::int64_t before = bench.journal->now();
  bench.append("x");
  bench.watch->add_seen(42);
  REQUIRE(bench.commit());
  const auto is_young = [&] {
    return bench.journal->now() - before < 60'000 && bench.page(1, 2, before).entries.size() == 1;
  };

  bench.loop.shift += 31 * 24 * 3600;
  bench.clean(2);
  CHECK(is_young());
  CHECK(bench.log.contains("clock has jumped seconds=2678400"));
  REQUIRE(bench.commit());
  bench.open();
  CHECK(is_young());
  CHECK(bench.journal->earlier().seen.size() == 1);

  bench.loop.shift = 0;
  bench.open();
  CHECK(is_young());
  CHECK(bench.journal->earlier().seen.size() == 1);
}

TEST_CASE("only events count for the size, and who loses some that it waits for is named once") {
  Bench bench({.retention = {.age = 24h, .size = 2 << 20}});
  for (int i = 0; i < 3'000; ++i) {
    bench.journal->keep("mock/1", {"note", std::to_string(i), std::string(1'000, 'n')});
  }
  bench.journal->set_place("console", 1);
  for (int i = 0; i < 4'000; ++i) bench.append(std::string(1'000, 'x'));
  REQUIRE(bench.commit());

  bench.clean(5);

  const auto kept = bench.page(1, 4'001, 0, 100 << 20).entries;
  const std::size_t each = kept.at(0).second.size() + 32;
  CHECK(kept.size() == (2 << 20) / each);
  CHECK(bench.log.counters["events_deleted_waiting"] == 4'000 - kept.size());
  CHECK(bench.log.contains("before consumer=console had them events=" + std::to_string(4'000 - kept.size()) +
                           " from=20"));
}

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
  make_private(folder.data());
  std::ofstream(folder.data() + "/journal.db") << std::string(8192, 'x');

  const auto journal = Journal::open(loop, log, {.data_dir = folder.data()});

  REQUIRE_FALSE(journal);
  CHECK(journal.error().message.find(folder.data() + "/journal.db") != std::string::npos);
  CHECK(journal.error().message.find("not a database") != std::string::npos);
  CHECK(journal.error().message.find("move it away") != std::string::npos);
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

TEST_CASE("behind a large batch the next one takes twenty milliseconds, but for who waits for its commit") {
  Bench bench({.group_bytes = 8 << 10});
  const auto commits = [&] { return bench.log.counters["journal_commits"]; };
  bench.append("large enough: " + std::string(2'000, '.'));
  bench.loop.advance(5ms);
  REQUIRE(bench.loop.until([&] { return commits() == 1; }));

  bench.append("b");
  bench.loop.advance(19ms);
  CHECK(commits() == 1);
  bench.loop.advance(1ms);
  REQUIRE(bench.loop.until([&] { return commits() == 2; }));

  bench.append("large enough: " + std::string(2'000, '.'));
  bench.loop.advance(5ms);
  REQUIRE(bench.loop.until([&] { return commits() == 3; }));
  std::optional<bool> result;
  bench.append("c");
  bench.journal->append({.committed = [&](bool done) { result = done; }});
  bench.loop.advance(5ms);
  CHECK(bench.loop.until([&] { return result.has_value(); }));
}

TEST_CASE("what is too old is deleted, and numbers still go on after all is gone") {
  Bench bench({.retention = {.age = 1h}});
  for (int i = 0; i < 2'500; ++i) bench.append("x");
  bench.watch->add_seen(42);
  REQUIRE(bench.commit());

  bench.pass(2h);
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
