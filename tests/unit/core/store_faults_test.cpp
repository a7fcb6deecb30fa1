// What a store may do to a bridge: fail, be late, forget at a crash, put events in order later, give a bot away.

#include "tests/unit/core/bridge_rig.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

using onebot::Self;
using rig::at;
using rig::has;
using Mood = fakes::Disk::Mood;
using namespace std::chrono_literals;

namespace {

struct Bench {
  fakes::Disk disk;
  fakes::Loop loop;
  fakes::Log log;
  std::vector<std::string> answers;
  std::vector<bool> told;
  rig::Adapter one{"mock", "1"}, two{"mock", "2"};
  std::unique_ptr<rig::Process> process;
  std::unique_ptr<rig::Transport> application;
  bridge::Bot *first = nullptr, *second = nullptr;

  explicit Bench(fakes::Store::Options options = {}) { restart(options); }
  // After a crash: what was not committed is gone.
  void restart(fakes::Store::Options options = {}) {
    application.reset();
    process.reset();
    process = std::make_unique<rig::Process>(loop, log, disk, bridge::Bridge::Options{.heartbeat = 0ms}, options);
    first = &process->add(one, "mock/app1");
    second = &process->add(two, "mock/app2");
    application = std::make_unique<rig::Transport>(process->backend());
    process->bridge.add(*application);
    REQUIRE(process->bridge.start());
  }
  void push(bridge::Bot& bot, std::string key) {
    onebot::Event event{.type = "notice", .detail_type = "friend_increase", .fields = {{"user_id", key}}};
    bot.emit({.events = {std::move(event)}, .keys = {key}, .committed = [this](bool done) { told.push_back(done); }});
  }
  void send_message(const std::string& user_id) {
    process->bridge.act({"send_message", {}, Self{"mock", user_id}}, process->into(answers));
  }
  // How many of the native deliveries are in the log on disk.
  std::size_t on_disk() const { return disk.entries.size(); }
};

}  // namespace

TEST_CASE("while a commit does not end, applications are served and nobody is acknowledged") {
  Bench bench;
  bench.disk.mood = Mood::silent;

  for (const char* key : {"1", "2", "3"}) bench.push(*bench.first, key);
  bench.push(*bench.first, "1");  // the platform is impatient
  bench.loop.advance(10s);
  CHECK(bench.application->events.size() == 3);
  CHECK(bench.told.empty());
  CHECK(bench.process->backend().events.first() == 1);

  bench.disk.mood = Mood::well;
  bench.loop.advance(5ms);
  CHECK(bench.told == std::vector<bool>{true, true, true, true});
  CHECK(bench.on_disk() == 3);
}

TEST_CASE("a push that cannot be committed is refused, its repeat is no second event, and the status is not good") {
  Bench bench;
  bench.disk.mood = Mood::full;

  bench.push(*bench.first, "k");
  bench.loop.advance(5ms);
  CHECK(bench.told == std::vector<bool>{false});
  REQUIRE(bench.application->announced.size() == 1);
  CHECK(at(bench.application->announced[0], "status") ==
        R"({"good":false,"bots":[{"self":{"platform":"mock","user_id":"1"},"online":false},)"
        R"({"self":{"platform":"mock","user_id":"2"},"online":false}]})");
  CHECK(has(bench.process->act("get_status"), R"("good":false)"));

  bench.disk.mood = Mood::well;
  bench.push(*bench.first, "k");
  bench.loop.advance(250ms);
  CHECK(bench.told == std::vector<bool>{false, true});
  CHECK(bench.application->events.size() == 1);
  CHECK(bench.on_disk() == 1);
  REQUIRE(bench.application->announced.size() == 2);
  CHECK(has(bench.process->act("get_status"), R"("good":true)"));
}

TEST_CASE("events of a minute without room are delivered as they come, and all on disk when there is room again") {
  Bench bench;
  bench.disk.mood = Mood::full;
  for (int i = 0; i < 60; ++i) {
    bench.push(*bench.first, std::to_string(i));
    bench.loop.advance(1s);
  }
  CHECK(bench.application->events.size() == 60);
  CHECK(bench.told == std::vector<bool>(60, false));
  CHECK(bench.on_disk() == 0);

  bench.disk.mood = Mood::well;
  bench.loop.advance(250ms);
  bench.restart();

  CHECK(bench.on_disk() == 60);
  CHECK(bench.process->bridge.gauges().next == 61);
  for (int i = 0; i < 60; ++i) bench.push(*bench.first, std::to_string(i));
  CHECK(bench.log.counters["events_duplicate"] == 60);
}

TEST_CASE(
    "what a crash lost comes again from the platform, as the same event, and a consumer's place is not beyond it") {
  Bench bench;
  (void)bench.process->backend().cursors.position("console");
  bench.push(*bench.first, "1");
  bench.loop.advance(5ms);
  REQUIRE(bench.told == std::vector<bool>{true});
  bench.disk.mood = Mood::silent;
  bench.push(*bench.first, "2");
  bench.loop.run();
  const std::string delivered = bench.application->events.at(1);
  bench.process->backend().cursors.confirm("console", 3);
  bench.loop.advance(1s);

  bench.restart();
  bench.disk.mood = Mood::well;
  CHECK(bench.process->backend().cursors.position("console") == 1);
  bench.push(*bench.first, "1");
  bench.push(*bench.first, "2");
  bench.loop.advance(5ms);

  REQUIRE(bench.application->events.size() == 1);
  CHECK(at(bench.application->events[0], "id") == at(delivered, "id"));
  CHECK(bench.told == std::vector<bool>{true, true, true});
  CHECK(bench.on_disk() == 2);
}

TEST_CASE("a store that puts events in order later delays their delivery, and changes nothing else") {
  Bench bench({.order = 2ms});

  bench.push(*bench.first, "1");
  bench.push(*bench.second, "1");
  bench.push(*bench.first, "1");
  bench.push(*bench.first, "2");
  bench.loop.advance(1ms);
  CHECK(bench.application->events.empty());
  CHECK(bench.process->bridge.gauges().next == 1);
  CHECK(bench.process->bridge.gauges().uncommitted_bytes > 0);

  bench.loop.advance(1ms);
  CHECK(bench.application->wakes == 1);
  REQUIRE(bench.application->events.size() == 3);
  CHECK(at(bench.application->events[0], "self.user_id") == "\"1\"");
  CHECK(at(bench.application->events[1], "self.user_id") == "\"2\"");
  CHECK(bench.told.empty());

  bench.loop.advance(5ms);
  CHECK(bench.told == std::vector<bool>(4, true));
}

TEST_CASE("a crash before an event is in order leaves neither event nor name of it") {
  Bench bench({.order = 10ms});
  bench.push(*bench.first, "1");
  bench.loop.advance(7ms);

  bench.restart();
  bench.push(*bench.first, "1");
  bench.loop.advance(5ms);

  CHECK(bench.application->events.size() == 1);
  CHECK(bench.told == std::vector<bool>{true});
}

TEST_CASE("a bot that another process has is silent here: its feed ends, what it was asked is answered with 36001") {
  Bench bench;
  bench.first->set_online(true);
  bench.send_message("1");
  bench.send_message("2");

  bench.process->store.lose("mock/app1", "generation 7 is of node b");
  bench.loop.run();

  CHECK(bench.one.stopped);
  CHECK_FALSE(bench.two.stopped);
  REQUIRE(bench.answers.size() == 1);
  CHECK(has(bench.answers[0], "36001"));
  CHECK(has(bench.answers[0], "mock/app1"));
  CHECK(bench.log.contains("bot=mock/app1 is not ours any more why=\"generation 7 is of node b\""));
  CHECK(has(bench.application->announced.back(), R"("online":false)"));

  bench.send_message("1");
  REQUIRE(bench.answers.size() == 2);
  CHECK(has(bench.answers[1], "36001"));
  CHECK(bench.one.calls.size() == 1);
}

TEST_CASE("what a lost bot still says is refused and kept nowhere, and the others go on") {
  Bench bench;
  bench.process->store.lose("mock/app1", "why");
  bench.loop.run();

  bench.push(*bench.first, "late");
  bench.first->remember({"session", "", "late"});
  bench.push(*bench.second, "k");
  bench.loop.advance(5ms);

  CHECK(bench.application->events.size() == 1);
  CHECK(bench.told == std::vector<bool>{false, true});
  CHECK(bench.log.counters["events_refused"] == 1);
  CHECK(bench.first->recall("session").empty());
  bench.process->bridge.stop();
  CHECK(bench.two.stopped);
}

TEST_CASE("a store that is ours no more takes every bot along, once, and one that had not started does not start") {
  Bench bench;
  bench.process->store.lose("mock/app1", "first");
  bench.process->store.lose("", "all of them");
  bench.loop.run();

  CHECK(bench.one.stopped);
  CHECK(bench.two.stopped);
  CHECK(bench.log.counters["bots_lost"] == 2);
  CHECK(bench.log.contains("bot=mock/app2 is not ours any more why=\"all of them\""));
  CHECK(has(bench.process->act("get_status"), "\"ok\""));

  rig::Adapter late("mock", "3");
  rig::Process other(bench.loop, bench.log, bench.disk);
  other.add(late, "mock/app3");
  other.store.lose("mock/app3", "before the start");
  bench.loop.run();
  REQUIRE(other.bridge.start());
  CHECK_FALSE(late.started);
}
