// What onebot/store.h promises, of every store: the journal on a real disk, and the one in memory that stands for it in
// the tests of the core.

#include "onebot/store.h"

#include "tests/fakes_store.h"
#include "tests/unit/core/store_watch.h"
#include "tests/unit/journal/journal_rig.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using onebot::Seq;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kHighWater = 10'000, kLowWater = 1'000;

class OnDisk {
 public:
  std::unique_ptr<onebot::Store> open(rig::Loop& loop, fakes::Log& log) {
    return rig::open(loop, log, {.data_dir = folder_.data(), .high_water = kHighWater, .low_water = kLowWater});
  }
  void fill() { full_.emplace(); }
  void make_room() { full_.reset(); }

 private:
  rig::Folder folder_;
  std::optional<rig::FullDisk> full_;
};

class InMemory {
 public:
  std::unique_ptr<onebot::Store> open(rig::Loop& loop, fakes::Log&) {
    return std::make_unique<fakes::Store>(loop, disk_,
                                          fakes::Store::Options{.high_water = kHighWater, .low_water = kLowWater});
  }
  void fill() { disk_.mood = fakes::Disk::Mood::full; }
  void make_room() { disk_.mood = fakes::Disk::Mood::well; }

 private:
  fakes::Disk disk_;
};

template <class Kind>
struct Bench {
  Kind kind;
  rig::Loop loop;
  fakes::Log log;
  std::unique_ptr<onebot::Store> store;
  std::unique_ptr<rig::Watch> watch;

  Bench() { restart(); }
  void restart() {
    watch.reset();
    store.reset();
    store = kind.open(loop, log);
    watch = std::make_unique<rig::Watch>(*store);
  }
  void append(std::string text) { watch->append(std::move(text)); }
  // The result of the commit that holds everything so far.
  bool commit() {
    std::optional<bool> result;
    store->append({.committed = [&](bool done) { result = done; }});
    loop.advance(250ms);
    REQUIRE(loop.until([&] { return result.has_value(); }));
    return *result;
  }
  onebot::History::Page page(Seq from, Seq until, std::int64_t since = 0, std::size_t max_bytes = 1 << 20) {
    std::optional<onebot::History::Page> got;
    const auto owner = store->history().fetch(from, until, since, max_bytes, [&](auto page) { got = std::move(page); });
    CHECK_FALSE(got.has_value());
    REQUIRE(loop.until([&] { return got.has_value(); }));
    return *std::move(got);
  }
  std::int64_t wall_ms() const { return static_cast<std::int64_t>(loop.wall() * 1000); }
};

}  // namespace

TYPE_TO_STRING(OnDisk);
TYPE_TO_STRING(InMemory);

TEST_CASE_TEMPLATE("entries are in the log in the order of their drafts, numbered without gaps, and at never falls",
                   Kind, OnDisk, InMemory) {
  Bench<Kind> bench;

  bench.append("a");
  bench.loop.shift -= 3600;  // somebody set the clock back
  const std::vector<std::string> two{onebot::to_json(rig::event("b")), onebot::to_json(rig::event("c"))};
  bench.store->append({.events = two});
  REQUIRE(bench.commit());
  bench.restart();
  bench.append("d");
  REQUIRE(bench.commit());

  const auto page = bench.page(1, 5);
  REQUIRE(page.entries.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(page.entries[i].first == i + 1);
    CHECK(page.entries[i].second.find(std::string("id-") + "abcd"[i]) != std::string::npos);
  }
  CHECK(bench.watch->ats.at(0) >= bench.wall_ms() + 3'599'000);
}

TEST_CASE_TEMPLATE("nobody is told before the commit, and then everybody in order", Kind, OnDisk, InMemory) {
  Bench<Kind> bench;
  std::vector<std::string> told;

  bench.watch->append("1", [&](bool done) { told.push_back(done ? "first" : "no"); });
  bench.watch->append("2", [&](bool done) { told.push_back(done ? "second" : "no"); });
  bench.store->append({.committed = [&](bool done) { told.push_back(done ? "nothing of its own" : "no"); }});
  bench.loop.advance(4ms);
  bench.loop.turn();
  CHECK(told.empty());
  CHECK(bench.watch->committed == 0);
  CHECK(bench.store->uncommitted_bytes() > 0);

  bench.loop.advance(1ms);
  REQUIRE(bench.loop.until([&] { return told.size() == 3; }));
  CHECK(told == std::vector<std::string>{"first", "second", "nothing of its own"});
  CHECK(bench.watch->committed == 3);
  CHECK(bench.store->uncommitted_bytes() == 0);
}

TEST_CASE_TEMPLATE("numbers, places, hashes and records are there after a restart", Kind, OnDisk, InMemory) {
  Bench<Kind> bench;
  bench.append("a");
  bench.append("b");
  bench.store->set_place("console", 2);
  bench.store->set_place("console", 3);
  bench.watch->add_seen(42);
  bench.watch->add_seen(43);
  bench.store->append({.bot = "mock/1", .records = {{"session", "", "first"}}});
  bench.store->keep("mock/1", {"session", "", "second"});
  bench.store->keep("mock/2", {"session", "", "other"});
  REQUIRE(bench.commit());

  bench.restart();

  CHECK(bench.store->earlier().next == 3);
  CHECK(bench.store->earlier().places.at("console") == 3);
  CHECK(bench.store->earlier().seen == std::vector<std::uint64_t>{42, 43});
  const auto records = bench.store->recall("mock/1", "session");
  REQUIRE(records.size() == 1);
  CHECK(records[0].value == "second");
}

TEST_CASE_TEMPLATE("a place that is forgotten is gone after a restart, and may be set again", Kind, OnDisk, InMemory) {
  Bench<Kind> bench;
  bench.append("a");
  for (const char* name : {"console", "other", "again"}) bench.store->set_place(name, 2);
  REQUIRE(bench.commit());
  bench.store->set_place("console", 0);
  REQUIRE(bench.commit());
  bench.store->set_place("again", 0);
  bench.store->set_place("again", 1);
  REQUIRE(bench.commit());

  bench.restart();

  CHECK_FALSE(bench.store->earlier().places.contains("console"));
  CHECK(bench.store->earlier().places.at("other") == 2);
  CHECK(bench.store->earlier().places.at("again") == 1);
}

TEST_CASE_TEMPLATE("what was not committed is gone after a crash, and its numbers are given again", Kind, OnDisk,
                   InMemory) {
  Bench<Kind> bench;
  bench.append("a");
  REQUIRE(bench.commit());
  bench.append("b");
  bench.store->set_place("console", 3);
  bench.watch->add_seen(42);
  bench.store->keep("mock/1", {"session", "", "value"});

  bench.restart();

  CHECK(bench.store->earlier().next == 2);
  CHECK(bench.store->earlier().places.empty());
  CHECK(bench.store->earlier().seen.empty());
  CHECK(bench.store->recall("mock/1", "session").empty());
}

TEST_CASE_TEMPLATE("records are recalled oldest first, committed or not, and without what was forgotten", Kind, OnDisk,
                   InMemory) {
  Bench<Kind> bench;
  for (const char* key : {"c", "b", "a"}) bench.store->keep("mock/1", {"sent", key, "chat"});
  REQUIRE(bench.commit());
  bench.store->keep("mock/1", {"sent", "b", ""});
  bench.store->keep("mock/1", {"sent", "c", "newer"});
  bench.store->keep("mock/1", {"sent", "d", "chat"});

  const auto check = [&] {
    const auto records = bench.store->recall("mock/1", "sent");
    REQUIRE(records.size() == 3);
    CHECK(records[0].key == "a");
    CHECK(records[1].key == "c");
    CHECK(records[1].value == "newer");
    CHECK(records[2].key == "d");
  };
  check();
  REQUIRE(bench.commit());
  check();
  bench.restart();
  check();
}

TEST_CASE_TEMPLATE("history gives committed events page by page, without gaps", Kind, OnDisk, InMemory) {
  Bench<Kind> bench;
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

TEST_CASE_TEMPLATE("a page holds at least one entry, however large, and none past the end", Kind, OnDisk, InMemory) {
  Bench<Kind> bench;
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

TEST_CASE_TEMPLATE("history leaves out what is older than since, and counts it", Kind, OnDisk, InMemory) {
  Bench<Kind> bench;
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

TEST_CASE_TEMPLATE("a page whose owner was dropped is not delivered", Kind, OnDisk, InMemory) {
  Bench<Kind> bench;
  bench.append("a");
  REQUIRE(bench.commit());
  bool delivered = false;

  {
    const auto owner = bench.store->history().fetch(1, 2, 0, 100, [&](auto) { delivered = true; });
  }
  (void)bench.page(1, 2);

  CHECK_FALSE(delivered);
}

TEST_CASE_TEMPLATE("on a full disk everybody is told no, nothing is lost, and all is well when there is room again",
                   Kind, OnDisk, InMemory) {
  Bench<Kind> bench;
  bench.append("before");
  REQUIRE(bench.commit());

  bench.kind.fill();
  bench.append("during");
  bench.store->keep("mock/1", {"session", "", "kept"});
  CHECK_FALSE(bench.commit());
  CHECK_FALSE(bench.store->healthy());
  bench.append("later");
  CHECK_FALSE(bench.commit());
  CHECK_FALSE(bench.store->flush(1s));
  CHECK(bench.watch->committed == 2);
  CHECK(bench.store->uncommitted_bytes() > 0);
  bench.kind.make_room();
  CHECK(bench.commit());

  CHECK(bench.store->healthy());
  CHECK(bench.watch->health == std::vector<bool>{false, true});
  CHECK(bench.watch->committed == 4);
  CHECK(bench.store->uncommitted_bytes() == 0);
  bench.restart();
  const auto page = bench.page(1, 4);
  REQUIRE(page.entries.size() == 3);
  CHECK(page.entries[2].second.find("later") != std::string::npos);
  CHECK(bench.store->recall("mock/1", "session").size() == 1);
}

TEST_CASE_TEMPLATE("a failed commit is tried again by itself", Kind, OnDisk, InMemory) {
  Bench<Kind> bench;
  bench.kind.fill();
  bench.append("a");
  CHECK_FALSE(bench.commit());
  bench.kind.make_room();

  bench.loop.advance(250ms);

  CHECK(bench.loop.until([&] { return bench.store->healthy(); }));
}

TEST_CASE_TEMPLATE("platforms are held while too much is uncommitted, and let go after the commit", Kind, OnDisk,
                   InMemory) {
  Bench<Kind> bench;

  for (int i = 0; i < 200; ++i) bench.append("x");
  CHECK(bench.watch->holds.empty());  // never inside
  bench.loop.turn();
  CHECK(bench.watch->holds == std::vector<bool>{true});

  REQUIRE(bench.commit());
  REQUIRE(bench.loop.until([&] { return bench.watch->holds.size() == 2; }));
  CHECK_FALSE(bench.watch->holds[1]);
}

TEST_CASE_TEMPLATE("flush commits what is pending without a turn of the loop, and tells", Kind, OnDisk, InMemory) {
  Bench<Kind> bench;
  bool told = false;
  bench.watch->append("a", [&](bool done) { told = done; });

  CHECK(bench.store->flush(5s));

  CHECK(told);
  bench.loop.turn();
  bench.restart();
  CHECK(bench.store->earlier().next == 2);
}

TEST_CASE_TEMPLATE("a store that ends tells nobody afterwards", Kind, OnDisk, InMemory) {
  Bench<Kind> bench;
  bool told = false;
  bench.watch->append("a", [&](bool) { told = true; });

  bench.restart();
  bench.loop.advance(1s);
  bench.loop.turn();

  CHECK_FALSE(told);
}
