#include "bridge/journal/journal.h"

#include "tests/unit/bridge/journal_rig.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sys/resource.h>
#include <sys/stat.h>

using bridge::Journal;
using onebot::Seq;
using rig::event;
using namespace std::chrono_literals;

namespace {

struct Bench {
  rig::Folder folder;
  rig::Loop loop;
  fakes::Log log;
  std::unique_ptr<Journal> journal;
  std::unique_ptr<onebot::EventLog> events;

  explicit Bench(Journal::Options options = {}) { open(std::move(options)); }
  void open(Journal::Options options = {}) {
    events.reset();
    journal.reset();
    options.data_dir = folder.data();
    journal = rig::open(loop, log, std::move(options));
    events = std::make_unique<onebot::EventLog>(1 << 20, &journal->history(), journal->start().next);
  }
  void append(const std::string& text) {
    journal->append(events->append(event(text), static_cast<std::int64_t>(loop.wall() * 1000)));
  }
  // The result of the commit that holds everything so far.
  bool commit() {
    std::optional<bool> result;
    journal->when_committed([&](bool done) { result = done; });
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
    bench.append(std::to_string(i));
    bench.journal->when_committed([&](bool done) { told += done; });
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

TEST_CASE("numbers, cursors, hashes and records are there after a restart") {
  Bench bench;
  bench.append("a");
  bench.append("b");
  bench.journal->set_cursor("console", 2);
  bench.journal->set_cursor("console", 3);
  bench.journal->add_seen(42);
  bench.journal->add_seen(43);
  bench.journal->keep("mock/1", {"session", "", "first"});
  bench.journal->keep("mock/1", {"session", "", "second"});
  bench.journal->keep("mock/2", {"session", "", "other"});
  REQUIRE(bench.commit());

  bench.open();

  CHECK(bench.journal->start().next == 3);
  CHECK(bench.journal->start().cursors.at("console") == 3);
  std::ranges::sort(bench.journal->start().seen);
  CHECK(bench.journal->start().seen == std::vector<std::uint64_t>{42, 43});
  const auto records = bench.journal->recall("mock/1", "session");
  REQUIRE(records.size() == 1);
  CHECK(records[0].value == "second");
}

TEST_CASE("records are recalled oldest first, whether they are committed or not, and without what was forgotten") {
  Bench bench;
  for (const char* key : {"c", "b", "a"}) bench.journal->keep("mock/1", {"sent", key, "chat"});
  REQUIRE(bench.commit());
  bench.journal->keep("mock/1", {"sent", "b", ""});
  bench.journal->keep("mock/1", {"sent", "c", "newer"});
  bench.journal->keep("mock/1", {"sent", "d", "chat"});

  const auto check = [&] {
    const auto records = bench.journal->recall("mock/1", "sent");
    REQUIRE(records.size() == 3);
    CHECK(records[0].key == "a");
    CHECK(records[1].key == "c");
    CHECK(records[1].value == "newer");
    CHECK(records[2].key == "d");
  };
  check();
  REQUIRE(bench.commit());
  check();
}

TEST_CASE("history gives committed events page by page, without gaps") {
  Bench bench;
  for (int i = 1; i <= 50; ++i) bench.append(std::to_string(i));
  REQUIRE(bench.commit());
  std::vector<Seq> seen;

  Seq from = 1;
  int pages = 0;
  for (; from < 51; ++pages) {
    const auto page = bench.page(from, 51, 0, 1000);
    for (const auto& [seq, json] : page.entries) {
      seen.push_back(seq);
      CHECK(json.find("\"user_id\":\"" + std::to_string(seq) + "\"") != std::string::npos);
    }
    CHECK(page.skipped == 0);
    CHECK(page.next > from);
    from = page.next;
  }

  CHECK(pages > 5);
  REQUIRE(seen.size() == 50);
  CHECK(std::ranges::is_sorted(seen));
}

TEST_CASE("a page holds at least one entry, however large, and none past the end") {
  Bench bench;
  bench.append(std::string(10'000, 'x'));
  bench.append("b");
  REQUIRE(bench.commit());

  const auto first = bench.page(1, 3, 0, 10);
  CHECK(first.entries.size() == 1);
  CHECK(first.next == 2);

  const auto end = bench.page(3, 3);
  CHECK(end.entries.empty());
  CHECK(end.next == 3);
}

TEST_CASE("history leaves out what is older than since, and counts it") {
  Bench bench;
  std::int64_t since = 0;
  for (int i = 1; i <= 30; ++i) {
    if (i == 18) since = bench.wall_ms();
    bench.append(std::to_string(i));
    bench.loop.advance(1s);
  }
  REQUIRE(bench.commit());

  const auto page = bench.page(3, 31, since);
  REQUIRE(page.entries.size() == 13);
  CHECK(page.entries.front().first == 18);
  CHECK(page.skipped == 15);

  const auto none = bench.page(1, 31, bench.wall_ms() + 60'000);
  CHECK(none.entries.empty());
  CHECK(none.skipped == 30);
  CHECK(none.next == 31);
}

TEST_CASE("a page whose owner was dropped is not delivered") {
  Bench bench;
  bench.append("a");
  REQUIRE(bench.commit());
  bool delivered = false;

  {
    const auto owner = bench.journal->history().fetch(1, 2, 0, 100, [&](auto) { delivered = true; });
  }
  (void)bench.page(1, 2);

  CHECK_FALSE(delivered);
}

TEST_CASE("on a full disk everybody is told no, nothing is lost, and all is well when there is room again") {
  Bench bench;
  std::vector<bool> health;
  bench.journal->on({.health = [&](bool good) { health.push_back(good); }});
  bench.append("before");
  REQUIRE(bench.commit());

  {
    const FullDisk full;
    bench.append("during");
    bench.journal->keep("mock/1", {"session", "", "kept"});
    CHECK_FALSE(bench.commit());
    CHECK_FALSE(bench.journal->healthy());
    bench.append("later");
    CHECK_FALSE(bench.commit());
  }
  CHECK(bench.journal->uncommitted_bytes() > 0);
  CHECK(bench.log.counters["journal_failures"] >= 2);

  CHECK(bench.commit());

  CHECK(bench.journal->healthy());
  CHECK(health == std::vector<bool>{false, true});
  CHECK(bench.journal->uncommitted_bytes() == 0);
  const auto page = bench.page(1, 4);
  REQUIRE(page.entries.size() == 3);
  CHECK(page.entries[2].second.find("later") != std::string::npos);
  CHECK(bench.journal->recall("mock/1", "session").size() == 1);
}

TEST_CASE("a failed commit is tried again by itself") {
  Bench bench;
  {
    const FullDisk full;
    bench.append("a");
    CHECK_FALSE(bench.commit());
  }

  bench.loop.advance(250ms);

  CHECK(bench.loop.until([&] { return bench.journal->healthy(); }));
}

TEST_CASE("platforms are held while too much is uncommitted, and let go after the commit") {
  Bench bench({.high_water = 10'000, .low_water = 1'000});
  std::vector<bool> holds;
  bench.journal->on({.hold = [&](bool hold) { holds.push_back(hold); }});

  for (int i = 0; i < 200; ++i) bench.append("x");
  bench.loop.turn();
  CHECK(holds == std::vector<bool>{true});

  REQUIRE(bench.commit());
  REQUIRE(bench.loop.until([&] { return holds.size() == 2; }));
  CHECK_FALSE(holds[1]);
}

TEST_CASE("what is too old is deleted, and numbers still go on after all is gone") {
  Bench bench({.retention = {.age = 1h}});
  for (int i = 0; i < 2'500; ++i) bench.append("x");
  bench.journal->add_seen(42);
  REQUIRE(bench.commit());

  bench.loop.shift += 2 * 3600;
  bench.clean(1);
  CHECK(bench.page(1, 2'501).entries.size() == 1'500);
  bench.clean(2);
  CHECK(bench.page(1, 2'501).entries.empty());
  bench.open();

  CHECK(bench.journal->start().next == 2'501);
  CHECK(bench.journal->start().seen.size() == 1);

  bench.loop.shift += 13 * 3600;
  bench.open();
  CHECK(bench.journal->start().seen.empty());
}

TEST_CASE("what does not fit the size is deleted from the oldest") {
  Bench bench({.retention = {.age = 24h, .size = 6 << 20}});
  for (int i = 0; i < 4'000; ++i) bench.append(std::string(1'000, 'x'));
  REQUIRE(bench.commit());

  bench.clean(5);

  CHECK(bench.page(1, 4'001, 0, 100 << 20).entries.size() == 1'000);
  CHECK(bench.page(4'000, 4'001).entries.size() == 1);
}

TEST_CASE("flush commits what is pending without a turn of the loop, and tells") {
  Bench bench;
  bool told = false;
  bench.append("a");
  bench.journal->when_committed([&](bool done) { told = done; });

  CHECK(bench.journal->flush(5s));

  CHECK(told);
  bench.loop.turn();
  bench.open();
  CHECK(bench.journal->start().next == 2);
}

TEST_CASE("a journal that is dropped in the middle of a commit leaves nothing behind on the loop") {
  Bench bench;
  bool told = false;
  bench.append("a");
  bench.journal->when_committed([&](bool) { told = true; });
  bench.loop.advance(5ms);

  bench.events.reset();
  bench.journal.reset();
  bench.loop.turn();

  CHECK_FALSE(told);
}
