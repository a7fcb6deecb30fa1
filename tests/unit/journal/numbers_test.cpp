// OneBot 11's numbers in the journal: what a crash leaves of them, what they cost, and when messages are forgotten.

#include "onebot/v11/numbers.h"

#include "onebot/v11/message_numbers.h"
#include "tests/unit/core/store_watch.h"
#include "tests/unit/journal/journal_rig.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace v11 = onebot::v11;
using v11::Kind;
using v11::Number;
using namespace std::chrono_literals;

namespace {

struct Bench {
  rig::Folder folder;
  rig::Loop loop;
  fakes::Log log;
  std::unique_ptr<bridge::Journal> journal;
  std::unique_ptr<rig::Watch> watch;
  std::optional<v11::IdNumbers> ids;
  std::optional<v11::MessageNumbers> messages;

  Bench() { restart(); }
  // Without a flush: what is not committed yet is lost.
  void restart(bridge::Journal::Options options = {}) {
    watch.reset();
    journal.reset();
    options.data_dir = folder.data();
    journal = rig::open(loop, log, std::move(options));
    watch = std::make_unique<rig::Watch>(*journal);
    ids.emplace(journal->numbers().ids);
    messages.emplace(journal->numbers().messages, journal->numbers().reserve, static_cast<Number>(loop.wall()));
  }
  Number message(int index, const std::string& bot = "chat/1") {
    return messages->number({.bot = bot, .native = fmt::format("m{}", index)});
  }
  bool commit() {
    std::optional<bool> result;
    journal->append({.committed = [&](bool done) { result = done; }});
    loop.advance(250ms);
    REQUIRE(loop.until([&] { return result.has_value(); }));
    return *result;
  }
  void clean(int portions) {
    for (int i = 0; i < portions; ++i) {
      const auto before = log.counters["journal_cleanings"];
      loop.advance(10s);
      REQUIRE(loop.until([&] { return log.counters["journal_cleanings"] > before; }));
    }
  }
};

TEST_CASE("a row is safe when its batch is committed, and whoever waits for it is called then") {
  Bench bench;
  onebot::v11::Safety& safety = bench.journal->safety();
  bench.message(1);
  const auto put = safety.put();
  int calls = 0;
  safety.when_safe(put, [&calls] { ++calls; });
  CHECK(put > 0);
  CHECK(safety.safe() < put);

  REQUIRE(bench.commit());
  CHECK(safety.safe() >= put);
  CHECK(calls == 1);

  bench.message(2);
  safety.when_safe(safety.put(), [&calls] { ++calls; });
  CHECK(calls == 1);
  REQUIRE(bench.commit());
  CHECK(calls == 2);
}

}  // namespace

TEST_CASE("numbers are committed together with the event that they are for") {
  Bench bench;
  const auto before = bench.log.counters["journal_commits"];

  bench.watch->append("a");
  (void)bench.ids->number({Kind::user, "chat", "a"}, "Ann");
  (void)bench.message(1);
  REQUIRE(bench.commit());

  CHECK(bench.log.counters["journal_commits"] == before + 1);
}

TEST_CASE("a number that was told after its commit is known after a crash, and no number is given twice") {
  Bench bench;
  std::set<Number> told;
  Number last = 0;

  for (int run = 0; run < 4; ++run) {
    for (int i = 0; i < 5'000; ++i) {  // more than a block
      const Number number = bench.message(run * 10'000 + i);
      REQUIRE(number > last);
      last = number;
      REQUIRE(told.insert(number).second);
      if (i == 4'500) REQUIRE(bench.commit());
    }
    bench.restart();
    for (const int i : {0, 4'095, 4'096, 4'500}) {
      const auto row = bench.messages->find("chat/1", fmt::format("m{}", run * 10'000 + i));
      REQUIRE(row);
      CHECK(told.contains(row->number));
    }
    CHECK_FALSE(bench.messages->find("chat/1", fmt::format("m{}", run * 10'000 + 4'501)));
  }
}

TEST_CASE("a crash before the reservation of a block is safe gives none of its numbers again") {
  Bench bench;
  Number number = bench.message(0);
  REQUIRE(bench.commit());
  for (int i = 1; i < v11::kMessageBlock; ++i) number = bench.message(i);
  REQUIRE(bench.commit());
  for (int i = 0; i < 100; ++i) number = bench.message(10'000 + i);  // of the next block

  bench.restart();

  CHECK(bench.message(20'000) > number);
}

TEST_CASE("a lost data folder gives the same numbers of people again, and none of yesterday's of messages") {
  Bench bench;
  std::vector<Number> users;
  for (int i = 0; i < 2'000; ++i) users.push_back(bench.ids->number({Kind::user, "chat", fmt::format("u{}", i)}));
  const Number message = bench.message(1);
  REQUIRE(bench.commit());

  bench.watch.reset();
  bench.journal.reset();
  std::filesystem::remove_all(bench.folder.data());
  bench.loop.advance(24h);
  bench.restart();

  int other = 0;
  for (int i = 1'999; i >= 0; --i) {  // another order: only collisions mind
    if (bench.ids->number({Kind::user, "chat", fmt::format("u{}", i)}) != users.at(static_cast<std::size_t>(i)))
      ++other;
  }
  CHECK(other <= 2);
  CHECK(bench.message(2) > message);
}

TEST_CASE("numbers of a commit that failed are kept, and committed with the next") {
  Bench bench;
  std::optional<rig::FullDisk> full;
  full.emplace();
  bench.watch->append("a");
  const Number user = bench.ids->number({Kind::user, "chat", "a"});
  const Number message = bench.message(1);
  CHECK_FALSE(bench.commit());
  const Number later = bench.ids->number({Kind::user, "chat", "b"});
  CHECK(bench.ids->native(v11::Space::user, user)->id == "a");
  CHECK(bench.message(1) == message);
  CHECK(bench.journal->uncommitted_bytes() > 0);

  full.reset();
  REQUIRE(bench.commit());
  CHECK(bench.journal->uncommitted_bytes() == 0);
  bench.restart();

  CHECK(bench.ids->native(v11::Space::user, user)->id == "a");
  CHECK(bench.ids->native(v11::Space::user, later)->id == "b");
  CHECK(bench.message(1) == message);
}

TEST_CASE("messages are known for a week and as the last of their bot, and people for good") {
  Bench bench;
  bench.restart({.retention = {.messages_per_bot = 1'000}});
  const Number user = bench.ids->number({Kind::user, "chat", "a"});
  const Number first = bench.message(0);
  bench.messages->alias("chat/1", "index", first);
  for (int i = 1; i <= 1'200; ++i) (void)bench.message(i);
  const Number other = bench.message(0, "chat/2");
  REQUIRE(bench.commit());
  bench.loop.advance(8 * 24h);
  for (int i = 0; i < 1'000; ++i) (void)bench.message(10'000 + i);
  REQUIRE(bench.commit());

  bench.clean(6);

  CHECK_FALSE(bench.messages->find(first));
  CHECK_FALSE(bench.messages->find("chat/1", "m0"));
  CHECK_FALSE(bench.messages->find("chat/1", "index"));
  CHECK_FALSE(bench.messages->find("chat/1", "m1200"));
  CHECK(bench.messages->find("chat/1", "m10000"));
  CHECK(bench.messages->find(other));  // old, but among the last of its bot
  CHECK(bench.ids->native(v11::Space::user, user)->id == "a");
  CHECK(bench.message(0) > first + 2'000);  // a stranger by now
}

TEST_CASE("messages that are younger than a week are kept, however many there are, and older ones as long as events") {
  for (const auto& [days, age] : {std::pair(6, 24h), std::pair(20, 30 * 24h)}) {
    Bench bench;
    bench.restart({.retention = {.age = age, .messages_per_bot = 10}});
    const Number first = bench.message(0);
    REQUIRE(bench.commit());
    bench.loop.advance(days * 24h);
    for (int i = 1; i <= 20; ++i) (void)bench.message(i);
    REQUIRE(bench.commit());

    bench.clean(2);

    CHECK(bench.messages->find(first));
  }
}

// --- tokens and the roster ---

TEST_CASE("tokens go as messages do: older than a week, and not among the last of their bot") {
  Bench bench;
  bench.restart({.retention = {.messages_per_bot = 10}});
  const auto put = [&bench](const std::string& token, const std::string& bot = "chat/1") {
    bench.journal->numbers().tokens.put({token, bot, "file"});
  };
  for (int i = 0; i < 20; ++i) put(fmt::format("old{}", i));
  put("other", "chat/2");
  REQUIRE(bench.commit());
  bench.loop.advance(6 * 24h);
  bench.clean(6);
  CHECK(bench.journal->numbers().tokens.find("old0"));

  put("old0");
  for (int i = 0; i < 10; ++i) put(fmt::format("new{}", i));
  REQUIRE(bench.commit());
  bench.loop.advance(2 * 24h);
  bench.clean(6);

  CHECK(bench.journal->numbers().tokens.find("old0"));  // put again since
  CHECK(bench.journal->numbers().tokens.find("new0"));
  CHECK_FALSE(bench.journal->numbers().tokens.find("old1"));
  CHECK_FALSE(bench.journal->numbers().tokens.find("old19"));
  CHECK(bench.journal->numbers().tokens.find("other"));
}

TEST_CASE("of very many people whom a bot has seen the oldest go, and a place goes behind them") {
  Bench bench;
  bench.restart({.retention = {.roster_per_bot = 1'000}});
  auto& roster = bench.journal->numbers().roster;
  const auto put = [&roster](const std::string& bot, const std::string& user, std::int64_t at) {
    roster.put({.key = {bot, Kind::group, "g", user}, .first_seen = at, .last_seen = at});
  };
  put("chat/1", "", 1);
  for (int i = 0; i < 2'000; ++i) put("chat/1", fmt::format("u{}", i), i / 4);
  for (int i = 0; i < 500; ++i) put("chat/2", fmt::format("u{}", i), 1);
  put("chat/1", "u0", 10'000);
  REQUIRE(bench.commit());

  bench.clean(8);

  CHECK(roster.people({"chat/1", Kind::group, "g", ""}).size() == 1'000);
  CHECK(roster.find({"chat/1", Kind::group, "g", "u0"}));
  CHECK(roster.find({"chat/1", Kind::group, "g", "u1999"}));
  CHECK_FALSE(roster.find({"chat/1", Kind::group, "g", "u1"}));
  CHECK(roster.people({"chat/2", Kind::group, "g", ""}).size() == 500);
}

TEST_CASE("tokens and the roster are committed together with the event they are for") {
  Bench bench;
  const auto before = bench.log.counters["journal_commits"];

  bench.watch->append("a");
  bench.journal->numbers().tokens.put({"a.png", "chat/1", "file"});
  bench.journal->numbers().roster.put({.key = {"chat/1", Kind::group, "g", "a"}});
  REQUIRE(bench.commit());

  CHECK(bench.log.counters["journal_commits"] == before + 1);
}

// --- what cannot be read, and pages ---

TEST_CASE(
    "somebody whose row cannot be read is called by the derived number, and his row and that of others are left "
    "alone") {
  const v11::Native bound{Kind::user, "chat", "bound"}, pushed{Kind::user, "chat", "pushed"},
      unseen{Kind::user, "chat", "unseen"};
  Bench bench;
  // A number of its own, and the derived number of somebody who comes later.
  REQUIRE(bench.ids->bind(bound, 12'345));
  REQUIRE(bench.ids->bind(pushed, v11::derived_number(unseen)));
  REQUIRE(bench.commit());
  bench.restart();
  auto other = bridge::journal::Database::open(bench.folder.data() + "/journal.db",
                                               bridge::journal::Database::Access::write, 1s);
  REQUIRE(other);
  REQUIRE(other->run("ALTER TABLE ids RENAME TO away"));

  CHECK(bench.ids->number(bound, "Bo") == v11::derived_number(bound));
  CHECK(bench.ids->number(unseen) == v11::derived_number(unseen));
  CHECK(bench.log.counters["journal_read_failures"] > 0);
  CHECK(bench.journal->failed_looks() > 0);

  REQUIRE(other->run("ALTER TABLE away RENAME TO ids"));
  REQUIRE(bench.commit());
  CHECK(bench.ids->number(bound) == 12'345);
  CHECK(bench.ids->number(pushed) == v11::derived_number(unseen));
  CHECK(bench.ids->native(v11::Space::user, v11::derived_number(unseen)) == pushed);
  CHECK(bench.ids->number(unseen) == v11::derived_number(unseen) + 1);
  REQUIRE(bench.commit());
  bench.restart();
  CHECK(bench.ids->number(bound) == 12'345);
  CHECK(bench.ids->number(unseen) == v11::derived_number(unseen) + 1);
}

TEST_CASE("numbers of the file come page by page, each once, and those that others add meanwhile do not mind") {
  Bench bench;
  for (int i = 0; i < 25; ++i) (void)bench.ids->number({Kind::user, "chat", fmt::format("u{}", i)}, "Name");
  for (int i = 0; i < 5; ++i) REQUIRE(bench.ids->bind({Kind::user, "chat", fmt::format("u{}", i)}, i + 1));
  (void)bench.ids->number({Kind::channel, "chat", "g/c"});
  REQUIRE(bench.commit());

  std::vector<bridge::journal::IdEntry> all;
  for (bool more = true; more;) {
    const auto page = bench.journal->ids(all.empty() ? nullptr : &all.back(), 4);
    REQUIRE(page);
    CHECK(page->entries.size() <= 4);
    all.insert(all.end(), page->entries.begin(), page->entries.end());
    more = page->more;
    REQUIRE(bench.ids->bind({Kind::user, "chat", "u24"}, 1'000 + static_cast<Number>(all.size())));
    REQUIRE(bench.commit());
  }

  std::set<std::string> rows;
  std::size_t aliases = 0;
  for (const auto& entry : all) {
    if (entry.is_alias)
      ++aliases;
    else
      CHECK(rows.insert(entry.row.native.id).second);
  }
  CHECK(rows.size() == 26);
  CHECK(aliases >= 5);
  CHECK(all.front().row.native.kind == Kind::channel);
  CHECK_FALSE(all.front().is_alias);
  CHECK(all.back().is_alias);
}
