// Links that serve some of the bots: which events, meta events and actions are theirs.

#include "bridge/link_view.h"

#include "tests/unit/core/bridge_rig.h"

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

using onebot::Self;
using rig::at;
using rig::has;
using namespace std::chrono_literals;

namespace {

using Keys = std::vector<std::string>;

// The bridge as one link sees it.
struct Link : rig::Transport {
  Link(rig::Process& process, const Keys& bots) : Link(process.bridge.backend(process.client, process.server, bots)) {
    process.bridge.add(*this, bots);
  }
  explicit Link(onebot::Backend seen) : rig::Transport(seen), backend(seen) {}
  std::string ask(std::string name, std::optional<Self> self = std::nullopt) const {
    const auto response = std::make_shared<std::string>();  // the adapter may keep the reply
    backend.actions.act({std::move(name), {}, std::move(self)}, onebot::Reply([response](onebot::ActionResult result) {
                          *response = onebot::encode_response(result, std::nullopt);
                        }));
    return *response;
  }
  // Text of the events it reads from here on, each behind a blank.
  std::string read(onebot::Seq from) const {
    std::string all;
    onebot::EventLog::Reader some(
        backend.events, from, 0, [] {}, backend.only);
    while (const auto entry = some.next()) all += " " + at(std::string(entry->json), "user_id");
    return all;
  }

  onebot::Backend backend;
};

struct Bench {
  fakes::Disk disk;
  fakes::Loop loop;
  fakes::Log log;
  rig::Adapter one{"mock", "1"}, two{"mock", "2", {"send_message", "mock.wave"}}, three{"mock.two", "3"};
  rig::Process process{loop, log, disk, {.heartbeat = 5'000ms}};
  bridge::Bot& first = process.add(one, "mock/app1");
  bridge::Bot& second = process.add(two, "mock/app2");
  bridge::Bot& third = process.add(three, "mock.two/app3");
  Link all{process, {}}, a{process, {"mock/app1"}}, bc{process, {"mock/app2", "mock.two/app3"}};

  Bench() { REQUIRE(process.bridge.start()); }
};

void say(bridge::Bot& bot, std::string text) {
  bot.emit({.events = {{.type = "notice", .detail_type = "n", .fields = {{"user_id", std::move(text)}}}}});
}

}  // namespace

TEST_CASE("a link reads the events of its bots alone, and one that serves all is given the log as it is") {
  Bench bench;
  say(bench.first, "a"), say(bench.second, "b"), say(bench.third, "c"), say(bench.first, "d");

  CHECK(bench.all.backend.only == nullptr);
  CHECK(bench.all.read(1) == R"( "a" "b" "c" "d")");
  CHECK(bench.a.read(1) == R"( "a" "d")");
  CHECK(bench.bc.read(1) == R"( "b" "c")");
}

TEST_CASE("events under a name that a bot had are still its own, also after a restart, before it has a name again") {
  fakes::Disk disk;
  fakes::Loop loop;
  fakes::Log log;
  rig::Adapter one("mock", "old"), two("mock", "2");
  {
    rig::Process process(loop, log, disk);
    bridge::Bot& bot = process.add(one, "mock/app1");
    bridge::Bot& other = process.add(two, "mock/app2");
    say(bot, "a"), say(other, "b");
    one.rename("new");
    say(bot, "c");
    loop.advance(1s);
  }
  one.rename("");

  rig::Process process(loop, log, disk);
  process.add(one, "mock/app1");
  process.add(two, "mock/app2");
  const Link link(process, {"mock/app1"});
  onebot::EventLog::Reader reader(
      link.backend.events, 1, 0, [] {}, link.backend.only);
  CHECK_FALSE(reader.next());
  loop.advance(1s);

  std::string texts;
  while (const auto entry = reader.next()) texts += at(std::string(entry->json), "user_id");
  CHECK(texts == R"("a""c")");
}

TEST_CASE("the names a bot had are bounded, the oldest is forgotten first") {
  Bench bench;
  for (std::size_t i = 0; i <= bridge::Bot::kMostNames; ++i) {
    bench.one.rename("n" + std::to_string(i));
    bench.first.set_online(true);
  }

  CHECK_FALSE(bench.first.goes_by(onebot::to_json(Self{"mock", "1"})));
  CHECK_FALSE(bench.first.goes_by(onebot::to_json(Self{"mock", "n0"})));
  CHECK(bench.first.goes_by(onebot::to_json(Self{"mock", "n1"})));
  CHECK(bench.process.store.recall("mock/app1", "known_as").size() == bridge::Bot::kMostNames);
}

TEST_CASE("the status is that of the link's bots, always of all of them") {
  Bench bench;
  bench.second.set_online(true);

  const std::string status = at(bench.bc.backend.meta.status_event(), "status");

  CHECK(status == R"({"good":true,"bots":[{"self":{"platform":"mock","user_id":"2"},"online":true},)"
                  R"({"self":{"platform":"mock.two","user_id":"3"},"online":false}]})");
  CHECK(at(bench.bc.ask("get_status"), "data") == status);
  CHECK(at(bench.bc.announced.at(0), "status") == status);
  CHECK(at(bench.a.ask("get_status"), "data.bots") == R"([{"self":{"platform":"mock","user_id":"1"},"online":false}])");
}

TEST_CASE("a change of a bot is told to the links that serve it, and to no other; the heartbeat to all") {
  Bench bench;

  bench.second.set_online(true);

  CHECK(bench.all.announced.size() == 1);
  CHECK(bench.bc.announced.size() == 1);
  CHECK(bench.a.announced.empty());
  bench.loop.advance(5s);
  CHECK(bench.all.announced.size() == 2);
  CHECK(bench.bc.announced.size() == 2);
  CHECK(bench.a.announced.size() == 1);
}

TEST_CASE("a disk that fails is told with all bots of the link") {
  Bench bench;
  bench.disk.mood = fakes::Disk::Mood::full;

  say(bench.first, "a");
  bench.loop.advance(1s);

  REQUIRE(bench.a.announced.size() == 1);
  CHECK(at(bench.a.announced[0], "status") ==
        R"({"good":false,"bots":[{"self":{"platform":"mock","user_id":"1"},"online":false}]})");
}

TEST_CASE("a link with one bot needs no self, though the bridge has more; supported actions are those of its bots") {
  Bench bench;

  CHECK(bench.a.ask("send_message").empty());
  CHECK(bench.one.calls.size() == 1);
  CHECK(has(bench.a.ask("mock.wave"), "10002"));
  CHECK_FALSE(has(bench.a.ask("get_supported_actions"), "mock.wave"));
  CHECK(has(bench.bc.ask("get_supported_actions"), "mock.wave"));
  bench.one.replies.clear();
}

TEST_CASE("a bot that is not the link's is 10102, and a missing self 10101: both say which bots the link has") {
  Bench bench;

  const std::string unknown = bench.bc.ask("send_message", Self{"mock", "1"});
  CHECK(has(unknown, "10102"));
  CHECK(at(unknown, "message") ==
        R"("there is no bot \"1\" on platform \"mock\" here; this connection has mock \"2\", mock.two \"3\"")");
  const std::string missing = bench.bc.ask("send_message");
  CHECK(has(missing, "10101"));
  CHECK(at(missing, "message") ==
        R"("this connection has 2 bots, say in \"self\" which one: mock \"2\", mock.two \"3\"")");
  CHECK(bench.two.calls.empty());
  bench.two.rename("");
  CHECK(has(bench.bc.ask("send_message"), "mock/app2 (its user_id is not known yet)"));
}
