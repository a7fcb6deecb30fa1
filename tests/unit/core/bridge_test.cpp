// Actions: who gets them, in which order they are checked, and that each is answered once.

#include "bridge/bridge.h"

#include "tests/unit/core/bridge_rig.h"

#include <doctest/doctest.h>

using onebot::Self;
using rig::has;
using namespace std::chrono_literals;

namespace {

struct Bench {
  fakes::Disk disk;
  fakes::Loop loop;
  fakes::Log log;
  std::vector<std::string> answers;  // outlives the calls that are open at the end
  rig::Adapter one{"mock", "1", {"send_message", "get_self_info"}};
  rig::Adapter two{"mock.two", "2", {"send_message", "mock.wave"}};
  rig::Process process{loop, log, disk, {.actions_at_once = 3}};

  explicit Bench(int bots = 2) {
    if (bots > 0) process.add(one, "mock/app1");
    if (bots > 1) process.add(two, "mock.two/app2");
  }
};

}  // namespace

// Every bot here is offline: that is the platform's to refuse (34xxx), never 10102. C-SELF-01..05, C-SELF-08
TEST_CASE("actions are checked in the order of the standard") {
  struct Row {
    int bots;
    const char* action;
    std::optional<Self> self;
    const char* answer;  // part of the response; "": an adapter has it
  };
  const Row rows[] = {
      {0, "send_message", std::nullopt, "10002"},
      {1, "nope", std::nullopt, "10002"},
      {1, "send_message", std::nullopt, ""},
      {1, "send_message", Self{"mock", "1"}, ""},
      {1, "send_message", Self{"mock", "2"}, "10102"},
      {1, "send_message", Self{"mock.two", "1"}, "10102"},
      {1, "send_message", Self{"", ""}, "10102"},
      {2, "nope", std::nullopt, "10002"},
      {2, "nope", Self{"who", "ever"}, "10002"},
      {2, "send_message", std::nullopt, "10101"},
      {2, "send_message", Self{"mock", "2"}, "10102"},
      {2, "send_message", Self{"mock.two", "2"}, ""},
      {2, "mock.wave", Self{"mock", "1"}, "10002"},
      {2, "mock.wave", Self{"mock.two", "2"}, ""},
      {2, "get_latest_events", std::nullopt, "10002"},
      {2, "get_status", std::nullopt, "\"ok\""},
      {2, "get_status", Self{"who", "ever"}, "\"ok\""},
      {2, "get_version", Self{"who", "ever"}, "\"ok\""},
      {2, "get_supported_actions", std::nullopt, "\"ok\""},
  };

  for (const Row& row : rows) {
    Bench bench(row.bots);
    CAPTURE(row.bots);
    CAPTURE(row.action);

    const std::string response = bench.process.act(row.action, row.self);

    if (std::string_view(row.answer).empty()) {
      CHECK(response.empty());
      CHECK(bench.one.calls.size() + bench.two.calls.size() == 1);
    } else {
      CHECK(has(response, row.answer));
      CHECK(bench.one.calls.size() + bench.two.calls.size() == 0);
    }
    bench.one.replies.clear();
    bench.two.replies.clear();
  }
}

TEST_CASE(
    "a bot that was never online, or has stopped for good, is named with the reason; one that will be back is not") {
  fakes::Loop loop;
  fakes::Log log;
  fakes::Disk disk;
  rig::Process process(loop, log, disk);
  rig::Adapter one("irc", "1"), two("xmpp", "2");
  bridge::Bot& first = process.add(one, "irc/1");
  process.add(two, "xmpp/2").set_online(true);
  const auto absent = [&] { return process.bridge.why_bots_are_absent(); };
  CHECK(absent() == std::vector<std::string>{"bot irc/1 has not been online yet"});
  one.troubled = {"the secret is wrong"};
  CHECK(absent() == std::vector<std::string>{"bot irc/1 has not been online yet: the secret is wrong"});

  first.set_online(true);
  CHECK(absent().empty());
  first.set_online(false);
  CHECK(absent().empty());
  one.troubled = {"banned", true};
  CHECK(absent() == std::vector<std::string>{"bot irc/1 has stopped: banned"});
  first.lose();
  CHECK(absent().empty());
}

TEST_CASE("an action reaches the bot it names, and its answer the application") {
  Bench bench;

  bench.process.bridge.act({"send_message", {}, Self{"mock.two", "2"}}, bench.process.into(bench.answers));
  REQUIRE(bench.two.calls == std::vector<std::string>{"send_message"});
  CHECK(bench.one.calls.empty());
  bench.two.replies[0].ok("sent");

  REQUIRE(bench.answers.size() == 1);
  CHECK(has(bench.answers[0], R"("data":"sent")"));
}

TEST_CASE("supported actions are those of the bot that is named, else of all, sorted and once") {
  Bench bench;

  CHECK(has(bench.process.act("get_supported_actions", Self{"mock", "1"}),
            R"(["get_self_info","get_status","get_supported_actions","get_version","send_message"])"));
  const char* all =
      R"(["get_self_info","get_status","get_supported_actions","get_version","mock.wave","send_message"])";
  CHECK(has(bench.process.act("get_supported_actions"), all));
  CHECK(has(bench.process.act("get_supported_actions", Self{"who", "ever"}), all));
}

TEST_CASE("the deadline answers once, and a late answer is discarded and counted") {
  Bench bench(1);
  bench.process.bridge.act({"send_message", {}, {}}, bench.process.into(bench.answers));

  bench.loop.advance(24'999ms);
  CHECK(bench.answers.empty());
  bench.loop.advance(1ms);
  REQUIRE(bench.answers.size() == 1);
  CHECK(has(bench.answers[0], "33001"));
  bench.one.replies.at(0).ok();

  CHECK(bench.answers.size() == 1);
  CHECK(bench.log.counters["actions_timeout"] == 1);
  CHECK(bench.log.counters["actions_late"] == 1);
}

TEST_CASE("an answer stops the deadline") {
  Bench bench(1);
  bench.process.bridge.act({"send_message", {}, {}}, bench.process.into(bench.answers));

  bench.one.replies.at(0).ok();
  bench.loop.advance(60s);

  CHECK(bench.answers.size() == 1);
  CHECK(has(bench.answers[0], "\"ok\""));
}

TEST_CASE("a reply the adapter dropped is answered with 20001") {
  Bench bench(1);
  bench.process.bridge.act({"send_message", {}, {}}, bench.process.into(bench.answers));

  bench.one.replies.clear();

  REQUIRE(bench.answers.size() == 1);
  CHECK(has(bench.answers[0], "20001"));
}

TEST_CASE("more actions than the bound are refused with 36002 until one is answered") {
  Bench bench(1);
  for (int i = 0; i < 4; ++i) bench.process.bridge.act({"send_message", {}, {}}, bench.process.into(bench.answers));

  REQUIRE(bench.answers.size() == 1);
  CHECK(has(bench.answers[0], "36002"));
  CHECK(bench.process.bridge.gauges().actions_open == 3);

  bench.one.replies.at(0).ok();
  bench.process.bridge.act({"send_message", {}, {}}, bench.process.into(bench.answers));
  CHECK(bench.one.calls.size() == 4);
}

TEST_CASE("stop ends feeds, answers what is open with 36001, commits everything and closes the transports") {
  Bench bench(1);
  rig::Transport application(bench.process.backend());
  bench.process.bridge.add(application);
  REQUIRE(bench.process.bridge.start());
  bool told = false;
  bench.process.bridge.act({"send_message", {}, {}}, bench.process.into(bench.answers));
  bridge::Bot& bot = bench.process.add(bench.two, "late/app");
  bot.emit({.events = {rig::event("1")}, .committed = [&](bool done) { told = done; }});

  bench.process.bridge.stop();

  CHECK(bench.one.stopped);
  CHECK(application.stopped);
  CHECK(told);
  CHECK(bench.process.store.uncommitted_bytes() == 0);
  REQUIRE(bench.answers.size() == 1);
  CHECK(has(bench.answers[0], "36001"));
  CHECK(has(bench.process.act("get_status"), "36001"));
}
