#include "adapters/kit/connection.h"

#include "tests/fakes.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using kit::Ending;
using kit::Loss;

namespace {

// The smallest platform: it asks nobody where to connect, echoes what it hears, and comes again after five seconds.
struct Platform final : kit::ConnectionPeer {
  explicit Platform(fakes::World& in) : world(in), connection("line", {in.loop, in.client, in.log}, *this) {}

  onebot::Task<Address> prepare() override {
    ++prepared;
    if (takes > 0ms) co_await onebot::pause(world.loop, takes);
    if (refusal) co_return std::unexpected(*refusal);
    co_return "wss://platform.test/" + std::to_string(prepared);
  }
  void on_open() override { ++opened; }
  void on_text(std::string_view text) override {
    if (text == "go away") return connection.lose({.why = "it was asked for", .pause = 1s});
    heard.emplace_back(text);
    connection.send_text(text);
  }
  void on_binary(std::string_view bytes) override { connection.send_binary(bytes); }
  void on_passed_over() override { ++passed_over; }
  std::string as_told(std::string reason) const override { return reason == "s3cret" ? "***" : reason; }
  Loss on_end(const Ending& ending) override {
    endings.push_back(ending);
    return {.why = ending.why, .pause = 5s, .final = ending.code == 4000};
  }

  fakes::World& world;
  std::chrono::milliseconds takes{0};
  std::optional<Loss> refusal{};
  int prepared = 0, opened = 0, passed_over = 0;
  std::vector<std::string> heard{};
  std::vector<Ending> endings{};
  kit::Connection connection;
};

struct Rig {
  fakes::World world{};
  Platform platform{world};
  Rig() { platform.connection.start(); }
  fakes::Link& link() { return *world.client.links.back(); }
  std::size_t dials() const { return world.client.links.size(); }
  void pass(std::chrono::milliseconds time) { world.loop.advance(time); }
};

}  // namespace

TEST_CASE("a connection is prepared, dialed, spoken over, and made again after each loss, for ever") {
  Rig rig;
  for (int i = 1; i <= 20; ++i) {
    CHECK(rig.link().upgrade.url == fmt::format("wss://platform.test/{}", i));
    rig.link().open();
    rig.link().text("one");
    rig.link().binary("two");
    rig.pass(0ms);
    CHECK(rig.link().received == std::vector<std::string>{"one", "binary:two"});
    rig.link().close(1006, "reset");
    rig.pass(4999ms);
    CHECK(rig.platform.prepared == i);
    rig.pass(1ms);
    CHECK(rig.platform.prepared == i + 1);
  }
  CHECK(rig.platform.opened == 20);
  CHECK(rig.world.log.contains("line lost: closed with 1006 \"reset\"; retry in 5000ms"));
}

TEST_CASE("where it cannot be found out where to connect, the platform says when to ask again") {
  Rig rig;
  rig.link().close(1006);
  rig.platform.refusal = Loss{.why = "busy", .pause = 30s, .then = "ask"};
  rig.pass(5s);
  CHECK(rig.world.log.contains("no line: busy; ask in 30000ms"));
  rig.platform.refusal.reset();
  rig.pass(29s);
  CHECK(rig.dials() == 1);
  rig.pass(1s);
  CHECK(rig.dials() == 2);
}

TEST_CASE("a connection that does not open in time is given up, unless nothing is read meanwhile") {
  Rig rig;
  rig.platform.connection.hold(true);
  rig.pass(5min);
  CHECK(rig.link().peer != nullptr);
  rig.platform.connection.hold(false);
  rig.pass(15s);
  CHECK(rig.link().peer == nullptr);
  REQUIRE(rig.platform.endings.size() == 1);
  CHECK(rig.platform.endings[0].why == "the connection did not open in time");
  CHECK(rig.platform.endings[0].code == 0);
}

TEST_CASE("a refused upgrade is told with its status and headers, and those of one attempt only") {
  Rig rig;
  rig.link().refuse(403, {{"Why", "full"}});
  rig.pass(5s);
  rig.link().close(1006);
  REQUIRE(rig.platform.endings.size() == 2);
  CHECK(rig.platform.endings[0].http_status == 403);
  CHECK(onebot::io::header(rig.platform.endings[0].headers, "why") == "full");
  CHECK(rig.platform.endings[1].http_status == 0);
  CHECK(rig.platform.endings[1].headers.empty());
}

TEST_CASE("what is expected and not heard ends the connection; what is heard, or expected anew, does not") {
  Rig rig;
  rig.link().open();
  rig.platform.connection.expect(10s, "no hello");
  rig.platform.connection.expect(20s, "no word");
  rig.pass(19s);
  rig.platform.connection.heard();
  rig.pass(1h);
  CHECK(rig.platform.endings.empty());

  rig.platform.connection.expect(20s, "no word");
  rig.pass(20s);
  REQUIRE(rig.platform.endings.size() == 1);
  CHECK(rig.platform.endings[0].why == "no word");
}

TEST_CASE("while it is held nothing is read, silence proves nothing, and a new connection is held, too") {
  Rig rig;
  rig.link().open();
  rig.platform.connection.hold(true);
  CHECK(rig.link().held);
  rig.platform.connection.expect(20s, "no word");
  rig.pass(1h);
  CHECK(rig.platform.endings.empty());
  rig.link().close(1006);
  rig.pass(5s);
  rig.link().open();
  CHECK(rig.link().held);
  rig.platform.connection.hold(false);
  CHECK_FALSE(rig.link().held);
}

TEST_CASE("a platform that does not read is replaced, and what waited for it is not said to the next") {
  Rig rig;
  rig.link().open();
  rig.link().reading = false;
  const std::string kilobyte(1000, 'x');
  int said = 0;
  for (; rig.link().peer && said < 10'000; ++said) {
    rig.platform.connection.send_text(kilobyte);
    rig.pass(0ms);
  }
  CHECK(said > 200);
  CHECK(said < 400);
  CHECK(rig.platform.endings[0].why == "the platform does not read what we send");
  rig.pass(5s);
  rig.link().open();
  rig.pass(1s);
  CHECK(rig.link().received.empty());
}

TEST_CASE("a connection that is given up is cut, not closed, with the next turn of the loop, and not heard any more") {
  Rig rig;
  rig.link().open();
  const auto old = rig.world.client.links.back();
  old->text("go away");
  REQUIRE(old->peer != nullptr);
  old->peer->on_text("late");
  rig.pass(0ms);
  CHECK(old->closed_with == 1006);
  CHECK(old->peer == nullptr);
  CHECK(rig.platform.heard.empty());
  rig.pass(1s);
  CHECK(rig.dials() == 2);
}

TEST_CASE("a final loss is the last, until it is started again") {
  Rig rig;
  rig.link().open();
  rig.link().close(4000, "banned");
  rig.pass(24h);
  CHECK(rig.dials() == 1);
  CHECK(rig.platform.connection.last_loss().final);
  CHECK(rig.world.log.contains("the bot stays offline until it is started again"));
  rig.platform.connection.start();
  CHECK(rig.dials() == 2);
}

TEST_CASE("a stopped connection does nothing more, whatever it was about") {
  for (const std::string_view when : {"preparing", "opening", "open", "waiting"}) {
    CAPTURE(when);
    Rig rig;
    if (when == "preparing") {
      rig.link().close(1006);
      rig.platform.takes = 1s;
      rig.pass(5s);
    }
    if (when == "open") rig.link().open();
    if (when == "waiting") rig.link().close(1006);
    const std::size_t dials = rig.dials(), ends = rig.platform.endings.size();
    rig.platform.connection.stop();
    CHECK(rig.link().peer == nullptr);
    rig.platform.connection.send_text("unheard");
    rig.pass(1h);
    CHECK(rig.dials() == dials);
    CHECK(rig.platform.endings.size() == ends);
    CHECK(rig.world.loop.timers() == 0);
  }
}

TEST_CASE("a text that is not UTF-8 is repaired and goes on, over the same connection") {
  Rig rig;
  rig.link().open();
  rig.link().broken_text("cut \xE4");
  rig.link().text("next");
  CHECK(rig.platform.heard == std::vector<std::string>{"cut \xEF\xBF\xBD", "next"});
  CHECK(rig.dials() == 1);
  CHECK(rig.world.log.counters["frames_malformed"] == 1);
  CHECK(rig.world.log.contains("line text that is not UTF-8 repaired"));
}

TEST_CASE("a message that is too long is read over, counted and told, and the next one is heard") {
  Rig rig;
  rig.link().open();
  rig.link().too_long();
  rig.link().text("next");
  CHECK(rig.platform.heard == std::vector<std::string>{"next"});
  CHECK(rig.platform.passed_over == 1);
  CHECK(rig.dials() == 1);
  CHECK(rig.world.log.counters["frames_too_long"] == 1);
  CHECK(rig.world.log.contains("line message too long, read over and lost bytes=10"));
}

TEST_CASE("a close of ours, for what cannot be read, is told as one, and no later close with it") {
  Rig rig;
  rig.link().open();
  rig.link().break_off(1002, "reserved bits without an extension");
  rig.pass(5s);
  rig.link().open();
  rig.link().close(1002, "theirs");
  REQUIRE(rig.platform.endings.size() == 2);
  CHECK(rig.platform.endings[0].ours);
  CHECK(rig.platform.endings[0].why == "closed by us: reserved bits without an extension");
  CHECK_FALSE(rig.platform.endings[1].ours);
}

TEST_CASE("what the other side says of its close is told without what nobody may hear") {
  Rig rig;
  rig.link().open();
  rig.link().close(4000, "s3cret");
  CHECK(rig.platform.connection.last_loss().why == "closed with 4000 \"***\"");
  CHECK_FALSE(rig.world.log.contains("s3cret"));
}
