// What comes from a platform is once in the log, in order, and acknowledged only when it is on disk.

#include "tests/unit/core/bridge_rig.h"

#include <doctest/doctest.h>

#include <optional>
#include <tuple>

using onebot::Arrival;
using onebot::Event;
using rig::at;
using namespace std::chrono_literals;

namespace {

struct Bench {
  fakes::Disk disk;
  fakes::Loop loop;
  fakes::Log log;
  rig::Adapter adapter{"mock", "b"};
  std::unique_ptr<rig::Process> process;
  std::unique_ptr<rig::Transport> application;
  bridge::Bot* bot = nullptr;

  explicit Bench(bridge::Bridge::Options options = {}, fakes::Store::Options store = {}) { restart(options, store); }
  // After a crash: what was not committed is gone.
  void restart(bridge::Bridge::Options options = {}, fakes::Store::Options store = {}) {
    application.reset();
    process.reset();
    process = std::make_unique<rig::Process>(loop, log, disk, std::move(options), store);
    bot = &process->add(adapter, "mock/1");
    application = std::make_unique<rig::Transport>(process->backend());
    process->bridge.add(*application);
  }
  void emit(std::string text, std::vector<std::string> keys) {
    Event event{.type = "notice", .detail_type = "friend_increase", .fields = {{"user_id", std::move(text)}}};
    bot->emit({.events = {std::move(event)}, .keys = std::move(keys)});
  }
  bool commit() {
    std::optional<bool> result;
    bot->emit({.committed = [&](bool done) { result = done; }});
    loop.advance(250ms);
    REQUIRE(result);
    return *result;
  }
};

}  // namespace

TEST_CASE("an event is completed with id, time and self, and delivered before the commit") {
  Bench bench;

  bench.emit("u", {"k"});
  bench.loop.run();

  REQUIRE(bench.application->events.size() == 1);
  const std::string& event = bench.application->events[0];
  CHECK(at(event, "id").size() == 38);
  CHECK(at(event, "time") == "1790001000.0");
  CHECK(at(event, "self") == R"({"platform":"mock","user_id":"b"})");
  CHECK(bench.disk.commits == 0);
}

TEST_CASE("an id made of a native name is a UUID of version 8, and each event of one arrival has its own") {
  Bench bench;
  Event event{.type = "notice", .detail_type = "friend_increase"};

  bench.bot->emit({.events = {event, event}, .keys = {"k"}});
  bench.loop.run();

  REQUIRE(bench.application->events.size() == 2);
  const std::string first = at(bench.application->events[0], "id"), second = at(bench.application->events[1], "id");
  CHECK(first != second);
  const std::string_view shape = "\"xxxxxxxx-xxxx-8xxx-vxxx-xxxxxxxxxxxx\"";
  REQUIRE(first.size() == shape.size());
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::string_view allowed = shape[i] == 'x'   ? "0123456789abcdef"
                                     : shape[i] == 'v' ? "89ab"
                                                       : shape.substr(i, 1);
    CHECK(allowed.find(first[i]) != std::string_view::npos);
  }
}

TEST_CASE("id, time and self that the adapter knows are kept") {
  Bench bench;

  bench.bot->emit({.events = {rig::event("u")}});
  bench.loop.run();

  CHECK(at(bench.application->events.at(0), "id") == "\"id-u\"");
  CHECK(at(bench.application->events.at(0), "time") == "1.0");
}

TEST_CASE("an arrival is a repeat when one of its names was seen, whichever, and is counted") {
  Bench bench;

  bench.emit("1", {"event-1", "message-1"});
  bench.emit("again", {"message-1"});
  bench.emit("again", {"event-1b", "message-1"});
  bench.emit("again", {"event-1b"});
  bench.emit("2", {"event-2", "event-2"});
  bench.emit("3", {});
  bench.emit("4", {});
  bench.loop.run();

  CHECK(bench.application->events.size() == 4);
  CHECK(bench.log.counters["events"] == 4);
  CHECK(bench.log.counters["events_duplicate"] == 3);
}

TEST_CASE("two bots may have the same native id") {
  Bench bench;
  rig::Adapter other("mock", "c");
  bridge::Bot& second = bench.process->add(other, "mock/2");

  bench.emit("1", {"event-1"});
  second.emit({.events = {rig::event("2")}, .keys = {"event-1"}});
  bench.loop.run();

  CHECK(bench.application->events.size() == 2);
}

TEST_CASE("whoever looks at events sees each once, complete, before it is in the log") {
  struct Looking final : bridge::EventWatch {
    void on_event(std::string_view bot, const Event& event) override {
      seen.push_back(std::string(bot) + " " + event.id + " " + event.self.user_id);
      places.push_back(log.next());
    }
    explicit Looking(const onebot::EventLog& of) : log(of) {}
    const onebot::EventLog& log;
    std::vector<std::string> seen;
    std::vector<onebot::Seq> places;
  };
  Bench bench;
  Looking looking(bench.process->backend().events);
  bench.process->bridge.watch(looking);
  const onebot::Seq next = looking.log.next();

  bench.bot->emit({.events = {rig::event("1"), rig::event("2")}, .keys = {"k"}});
  bench.bot->emit({.events = {rig::event("1"), rig::event("2")}, .keys = {"k"}});

  CHECK(looking.seen == std::vector<std::string>{"mock/1 id-1 b", "mock/1 id-2 b"});
  CHECK(looking.places == std::vector<onebot::Seq>{next, next});
}

TEST_CASE("a burst wakes the applications once, and they see its order") {
  Bench bench;

  for (int i = 0; i < 100; ++i) bench.emit(std::to_string(i), {std::to_string(i)});
  bench.loop.run();

  CHECK(bench.application->wakes == 1);
  REQUIRE(bench.application->events.size() == 100);
  for (std::size_t i = 0; i < 100; ++i) {
    CHECK(at(bench.application->events[i], "user_id") == "\"" + std::to_string(i) + "\"");
  }
}

TEST_CASE("a repeat is acknowledged with the commit of the first copy and keeps its records") {
  Bench bench;
  std::vector<std::string> told;

  bench.bot->emit({.events = {rig::event("1")}, .keys = {"k"}, .committed = [&](bool) { told.push_back("first"); }});
  bench.bot->emit(
      {.events = {rig::event("1")}, .keys = {"k"}, .records = {{"session", "", "newer"}}, .committed = [&](bool) {
         told.push_back("repeat");
       }});
  CHECK(told.empty());
  bench.loop.advance(5ms);

  CHECK(told == std::vector<std::string>{"first", "repeat"});
  CHECK(bench.bot->recall("session").at(0).value == "newer");
}

TEST_CASE("after a restart repeats are still dropped, numbers go on and the session is recalled") {
  Bench bench;
  bench.emit("1", {"event-1"});
  bench.bot->remember({"session", "", "{\"seq\":7}"});
  REQUIRE(bench.commit());

  bench.restart();
  bench.emit("1", {"event-1"});
  bench.emit("2", {"event-2"});
  bench.loop.run();

  CHECK(bench.application->events.size() == 1);
  CHECK(bench.process->bridge.gauges().next == 3);
  CHECK(bench.bot->recall("session").at(0).value == "{\"seq\":7}");
}

TEST_CASE("an event that was delivered, lost in a crash and pushed again has the same id") {
  Bench bench;
  bench.emit("1", {"event-1"});
  bench.loop.run();
  const std::string before = at(bench.application->events.at(0), "id");

  bench.restart();  // nothing was committed
  bench.emit("0", {"event-0"});
  bench.emit("1", {"event-1"});
  bench.loop.run();

  REQUIRE(bench.application->events.size() == 2);
  CHECK(at(bench.application->events[1], "id") == before);
  CHECK(at(bench.application->events[0], "id") != before);
}

TEST_CASE("a known consumer goes on where it confirmed, a new one begins at the end") {
  Bench bench;
  const auto cursors = [&]() -> onebot::Cursors& { return bench.process->backend().cursors; };
  CHECK(cursors().position("console") == 1);
  for (const char* key : {"1", "2", "3"}) bench.emit(key, {key});
  cursors().confirm("console", 3);
  cursors().confirm("console", 2);
  REQUIRE(bench.commit());

  bench.restart();

  CHECK(cursors().position("console") == 3);
  CHECK(cursors().position("newcomer") == 4);
  const auto gauges = bench.process->bridge.gauges();
  REQUIRE(gauges.consumers.size() == 2);
  CHECK(gauges.consumers[0].name == "console");
  CHECK(gauges.consumers[0].lag == 1);
}

TEST_CASE("a consumer that confirms more than there is does not skip what comes") {
  Bench bench;
  onebot::Cursors& cursors = bench.process->backend().cursors;
  (void)cursors.position("console");
  bench.emit("1", {"1"});

  cursors.confirm("console", 1'000);

  CHECK(cursors.position("console") == 2);
}

namespace {

// As many consumers as there may be, each with an event confirmed.
onebot::Cursors& crowd(Bench& bench) {
  onebot::Cursors& cursors = bench.process->backend().cursors;
  for (std::size_t i = 0; i < bridge::Consumers::kBound; ++i) {
    (void)cursors.position("c" + std::to_string(i));
    cursors.confirm("c" + std::to_string(i), 1);
  }
  return cursors;
}

}  // namespace

TEST_CASE("names of consumers are bounded: one more is served live while all others are in use") {
  Bench bench;
  onebot::Cursors& cursors = crowd(bench);

  for (int i = 0; i < 5; ++i) (void)cursors.position("more");

  CHECK(bench.process->bridge.gauges().consumers.size() == bridge::Consumers::kBound);
  CHECK(bench.log.counters["consumers_refused"] == 5);
  CHECK(bench.log.counters["consumers_forgotten"] == 0);
}

TEST_CASE("a name that was not seen for an hour gives way to a new one, for good") {
  Bench bench;
  onebot::Cursors& cursors = crowd(bench);
  bench.loop.advance(59min);
  for (std::size_t i = 1; i < bridge::Consumers::kBound; ++i) (void)cursors.position("c" + std::to_string(i));
  bench.loop.advance(1min);
  bench.emit("1", {"1"});

  CHECK(cursors.position("more") == 2);
  bench.emit("2", {"2"});
  REQUIRE(bench.commit());
  bench.restart();

  CHECK(bench.process->backend().cursors.position("more") == 2);
  CHECK(bench.disk.places.size() == bridge::Consumers::kBound);
  CHECK_FALSE(bench.disk.places.contains("c0"));
  CHECK(bench.log.counters["consumers_forgotten"] == 1);
  CHECK(bench.log.counters["consumers_refused"] == 0);
}

TEST_CASE("names that never confirmed anything give way to each other, and not one that waits since the start") {
  Bench bench;
  onebot::Cursors& cursors = bench.process->backend().cursors;
  (void)cursors.position("waits");
  for (std::size_t i = 0; i < 3 * bridge::Consumers::kBound; ++i) {
    bench.loop.advance(1ms);
    (void)cursors.position("c" + std::to_string(i));
  }
  REQUIRE(bench.commit());

  CHECK(bench.disk.places.size() == bridge::Consumers::kBound);
  CHECK(bench.disk.places.contains("waits"));
  CHECK(bench.disk.places.contains("c2999"));
  CHECK_FALSE(bench.disk.places.contains("c2998"));
}

TEST_CASE("one whose name gave way while it was connected has a place again with its next confirmation") {
  Bench bench;
  onebot::Cursors& cursors = bench.process->backend().cursors;
  for (std::size_t i = 0; i <= bridge::Consumers::kBound; ++i) {
    bench.loop.advance(1ms);
    (void)cursors.position("c" + std::to_string(i));
  }
  bench.emit("1", {"1"});
  REQUIRE(bench.commit());
  REQUIRE_FALSE(bench.disk.places.contains("c999"));

  cursors.confirm("c999", 2);
  REQUIRE(bench.commit());

  CHECK(bench.disk.places.find("c999")->second == 2);
  CHECK(bench.disk.places.size() == bridge::Consumers::kBound);
}

TEST_CASE("a consumer that is called otherwise keeps its place, once") {
  Bench bench;
  onebot::Cursors& cursors = bench.process->backend().cursors;
  for (const char* name : {"webhook:http://a/", "webhook:http://a/b", "websocket:h:1:x", "websocket:h:1:y"}) {
    (void)cursors.position(name);
  }
  for (const char* key : {"1", "2"}) bench.emit(key, {key});

  cursors.rename("webhook:http://a/", "webhook:hook");
  cursors.rename("websocket:h:1:", "websocket:app:");
  cursors.rename("nobody", "somebody");
  CHECK(cursors.position("webhook:hook") == 1);
  CHECK(cursors.position("websocket:app:x") == 1);
  CHECK(cursors.position("websocket:app:y") == 1);
  CHECK(cursors.position("webhook:http://a/b") == 1);
  cursors.confirm("webhook:hook", 3);
  (void)cursors.position("webhook:http://a/");
  cursors.rename("webhook:http://a/", "webhook:hook");
  REQUIRE(bench.commit());

  CHECK(cursors.position("webhook:hook") == 3);
  CHECK_FALSE(bench.disk.places.contains("websocket:h:1:x"));
  CHECK_FALSE(bench.disk.places.contains("somebody"));
}

TEST_CASE("what is not committed stays in memory, however small the window, and then comes from the disk") {
  Bench bench({.window = 100});
  onebot::EventLog& events = bench.process->backend().events;

  for (int i = 0; i < 50; ++i) bench.emit(std::to_string(i), {std::to_string(i)});
  CHECK(events.first() == 1);
  REQUIRE(bench.commit());
  CHECK(events.first() == 50);

  int wakes = 0;
  std::size_t read = 0;
  onebot::EventLog::Reader reader(events, 1, 0, [&] { ++wakes; });
  for (; read < 50 && wakes < 50; bench.loop.run()) {
    while (reader.next()) ++read;
  }
  CHECK(wakes > 0);
  CHECK(read == 50);
  CHECK(reader.skipped() == 0);
}

TEST_CASE("platforms are held while the disk is behind, and what still comes beyond all bounds is refused") {
  Bench bench({.refuse_beyond = 40'000}, {.high_water = 10'000, .low_water = 1'000});
  std::optional<bool> told;

  for (int i = 0; i < 400; ++i) bench.emit(std::string(100, 'x'), {std::to_string(i)});
  bench.bot->emit({.events = {rig::event("refused")}, .keys = {"k"}, .committed = [&](bool done) { told = done; }});
  bench.loop.run();

  CHECK(bench.adapter.holds == std::vector<bool>{true});
  CHECK(bench.log.counters["events_refused"] > 0);
  REQUIRE(told);
  CHECK_FALSE(*told);

  bench.loop.advance(5ms);
  CHECK(bench.adapter.holds == std::vector<bool>{true, false});
  const auto before = bench.log.counters["events"];
  bench.bot->emit({.events = {rig::event("refused")}, .keys = {"k"}});
  CHECK(bench.log.counters["events"] == before + 1);
}
