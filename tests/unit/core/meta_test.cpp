// Meta events: their shape, and who is told what when a bot's state changes.

#include "bridge/meta.h"

#include "tests/unit/core/bridge_rig.h"

#include <doctest/doctest.h>

using rig::at;
using namespace std::chrono_literals;

namespace {

struct Bench {
  fakes::Disk disk;
  fakes::Loop loop;
  fakes::Log log;
  rig::Adapter one{"mock", "1"}, two{"mock.two", "2"};
  rig::Process process{loop, log, disk, {.heartbeat = 5'000ms, .version = "1.2.3"}};
  bridge::Bot& first = process.add(one, "mock/app1");
  bridge::Bot& second = process.add(two, "mock.two/app2");
  rig::Transport a{process.backend()}, b{process.backend()};

  Bench() {
    process.bridge.add(a);
    process.bridge.add(b);
    REQUIRE(process.bridge.start());
  }
};

}  // namespace

TEST_CASE("connect says who we are, and has no self") {
  Bench bench;

  const std::string event = bench.process.backend().meta.connect_event();

  CHECK(at(event, "type") == "\"meta\"");
  CHECK(at(event, "detail_type") == "\"connect\"");
  CHECK(at(event, "sub_type") == "\"\"");
  CHECK(at(event, "version") ==
        R"({"impl":"onebridge","version":"1.2.3","onebot_version":"12","onebridge.max_request":16777216})");
  CHECK(at(event, "id").size() == 38);
  CHECK_FALSE(rig::has(event, "\"self\""));
}

TEST_CASE("the status lists every bot the platform has named, and agrees with get_status") {
  Bench bench;
  bench.two.rename("");
  bench.first.set_online(true);

  const std::string status = at(bench.process.backend().meta.status_event(), "status");

  CHECK(status == R"({"good":true,"bots":[{"self":{"platform":"mock","user_id":"1"},"online":true}]})");
  CHECK(at(bench.process.act("get_status"), "data") == status);
}

TEST_CASE("a change of state is told to every transport, with all bots, as get_status has them") {
  Bench bench;

  bench.second.set_online(true);

  REQUIRE(bench.a.announced.size() == 1);
  CHECK(bench.b.announced == bench.a.announced);
  CHECK(at(bench.a.announced[0], "detail_type") == "\"status_update\"");
  CHECK(at(bench.a.announced[0], "status") ==
        R"({"good":true,"bots":[{"self":{"platform":"mock","user_id":"1"},"online":false},)"
        R"({"self":{"platform":"mock.two","user_id":"2"},"online":true}]})");
  CHECK(at(bench.process.act("get_status"), "data") == at(bench.a.announced[0], "status"));
}

TEST_CASE("the same state again is no change") {
  Bench bench;

  bench.first.set_online(false);
  bench.first.set_online(true);
  bench.first.set_online(true);

  CHECK(bench.a.announced.size() == 1);
}

TEST_CASE("a bot is announced when the platform has told its user_id, and under a new one its old self is gone") {
  Bench bench;
  rig::Adapter late("mock", "");
  bridge::Bot& bot = bench.process.add(late, "mock/late");

  bot.set_online(true);
  CHECK(bench.a.announced.empty());

  late.rename("9");
  bot.set_online(true);
  REQUIRE(bench.a.announced.size() == 1);
  const std::string others = R"({"self":{"platform":"mock","user_id":"1"},"online":false},)"
                             R"({"self":{"platform":"mock.two","user_id":"2"},"online":false},)";
  CHECK(at(bench.a.announced[0], "status.bots") ==
        "[" + others + R"({"self":{"platform":"mock","user_id":"9"},"online":true}])");

  late.rename("10");
  bot.set_online(true);
  REQUIRE(bench.a.announced.size() == 2);
  CHECK(at(bench.a.announced[1], "status.bots") == R"([{"self":{"platform":"mock","user_id":"9"},"online":false},)" +
                                                       others +
                                                       R"({"self":{"platform":"mock","user_id":"10"},"online":true}])");
}

TEST_CASE("two bots with one user_id are warned of once") {
  Bench bench;
  bench.two.rename("1");

  bench.second.set_online(true);
  bench.second.set_online(false);
  bench.first.set_online(true);

  int warnings = 0;
  for (const auto& [level, line] : bench.log.lines) warnings += level == onebot::LogLevel::warn;
  CHECK(warnings == 1);
  CHECK(bench.log.contains("bots mock.two/app2 and mock/app1 have the same user_id=1"));
}

TEST_CASE("the heartbeat beats for every transport, with its interval in milliseconds and nothing else") {
  Bench bench;

  bench.loop.advance(4'999ms);
  CHECK(bench.a.announced.empty());
  bench.loop.advance(10'001ms);

  REQUIRE(bench.a.announced.size() == 3);
  CHECK(bench.b.announced.size() == 3);
  CHECK(at(bench.a.announced[0], "detail_type") == "\"heartbeat\"");
  CHECK(at(bench.a.announced[0], "interval") == "5000");
  CHECK_FALSE(rig::has(bench.a.announced[0], "status"));
  CHECK(at(bench.a.announced[0], "id") != at(bench.a.announced[1], "id"));
}

TEST_CASE("without an interval there is no heartbeat") {
  fakes::Disk disk;
  fakes::Loop loop;
  fakes::Log log;
  rig::Process process(loop, log, disk, {.heartbeat = 0ms});
  rig::Transport application(process.backend());
  process.bridge.add(application);
  REQUIRE(process.bridge.start());

  loop.advance(1h);

  CHECK(application.announced.empty());
}
