// A forward connection that names itself: its cursor, its return, its successor.
#include "backend.h"
#include "onebot/connect/websocket.h"

#include <algorithm>

namespace {

using namespace connect_test;

constexpr std::string_view kCursor = "websocket:127.0.0.1:6700:app";

struct Named : World {
  explicit Named(std::size_t window = 1 << 20) : World(window) {
    server.clients_answer = true;
    REQUIRE(transport.start());
  }
  std::shared_ptr<fakes::Link> connect(std::string query = "consumer=app") {
    return server.connect({.url = "/", .query = std::move(query)});
  }
  Seq cursor() { return cursors.places.find(kCursor)->second; }

  connect::WebSocket transport{{}, backend};
};

TEST_CASE("a consumer name has letters, digits and -_. only, else 400") {
  Named world;

  const std::string too_long(65, 'x');
  for (const std::string_view bad : {"", "a%20b", "a/b", "%C3%A9", "a:b", too_long.c_str()}) {
    CAPTURE(bad);
    CHECK_FALSE(world.connect("consumer=" + std::string(bad)));
    CHECK(world.server.refused == 400);
  }
  CHECK(world.connect("consumer=My-app_1.0"));
}

TEST_CASE("what was not confirmed comes again after a reconnect, with the same id, and nothing is lost") {
  Named world;
  const auto first = world.connect();
  world.emit(world.transport, 2);
  world.turn(connect::Ponged::kPause);
  first->answers = false;
  world.emit(world.transport, 2);
  first->close(1006);
  world.emit(world.transport, 2);

  const auto second = world.connect();
  world.turn(5s);

  CHECK(numbers(first->received) == Numbers{1, 2, 3, 4});
  CHECK(numbers(second->received) == Numbers{3, 4, 5, 6});
  const auto third = [](const fakes::Link& link) {
    return *std::ranges::find_if(link.received, [](const auto& text) { return text.find("\"n\":3") != text.npos; });
  };
  CHECK(third(*second) == third(*first));
  CHECK(world.cursor() == 7);
}

TEST_CASE("a consumer that was away is served from the journal what has left memory") {
  Named world(1000);
  world.connect()->close(1000);
  world.append(2000);

  const auto link = world.connect();
  world.turn(1s);

  CHECK(numbers(link->received) == range(1, 2000));
  CHECK(world.cursor() == 2001);
}

TEST_CASE("what is older than the replay window is left out and counted") {
  Named world;
  world.connect()->close(1000);
  world.append(3);
  world.turn(1h);
  world.append(2);
  world.cursors.since = static_cast<std::int64_t>(world.loop.wall() * 1000) - 60'000;

  const auto link = world.connect();
  world.turn(1s);

  CHECK(numbers(link->received) == Numbers{4, 5});
  CHECK(world.log.counters["events_left_out"] == 3);
  CHECK(world.cursor() == 6);
}

TEST_CASE("a second connection of the same name takes over, and the first one moves the cursor no more") {
  Named world;
  const auto first = world.connect();
  first->answers = false;
  world.emit(world.transport, 2);

  const auto second = world.connect();
  world.emit(world.transport);

  CHECK(first->closed_with == 1008);
  CHECK(first->peer == nullptr);
  CHECK(numbers(first->received) == Numbers{1, 2});
  CHECK(numbers(second->received) == Numbers{1, 2, 3});
}

TEST_CASE("two names are two cursors, and an anonymous connection has none") {
  Named world;
  const auto one = world.connect("consumer=one"), two = world.connect("consumer=two"), none = world.connect("");
  two->answers = false;
  world.emit(world.transport);
  world.turn(1s);

  CHECK(world.cursors.places.size() == 2);
  CHECK(world.cursors.places.find("websocket:127.0.0.1:6700:one")->second == 2);
  CHECK(world.cursors.places.find("websocket:127.0.0.1:6700:two")->second == 1);
  CHECK(numbers(none->received) == Numbers{1});
}

// --- connections without a name ---

struct Nameless : World {
  explicit Nameless(std::string name = "default") : transport({.default_consumer = std::move(name)}, backend) {
    server.clients_answer = true;
    REQUIRE(transport.start());
  }
  std::shared_ptr<fakes::Link> connect(std::string query = "") {
    return server.connect({.url = "/", .query = std::move(query), .remote = "192.0.2.7:50000"});
  }
  connect::WebSocket transport;
};

TEST_CASE("a lone connection without a name gets what it missed while it was away") {
  Nameless world;
  world.connect()->close(1006);
  world.append(3);

  const auto link = world.connect();
  world.turn(1s);

  CHECK(numbers(link->received) == Numbers{1, 2, 3});
  CHECK(world.cursors.places.find("websocket:127.0.0.1:6700:default")->second == 4);
}

TEST_CASE("a second connection without a name is live only, and told so; a third one after the first's end is not") {
  Nameless world;
  const auto first = world.connect();
  first->answers = false;
  world.emit(world.transport);

  const auto second = world.connect();
  world.emit(world.transport);
  CHECK(first->closed_with == 0);
  CHECK(numbers(second->received) == Numbers{2});
  CHECK(world.log.contains("client=192.0.2.7:50000 has no name, and another one is connected"));
  CHECK(world.log.counters["consumers_nameless"] == 1);
  first->close(1000);
  const auto third = world.connect();
  world.turn(5s);

  CHECK(numbers(third->received) == Numbers{1, 2});
}

TEST_CASE("without a default name a connection without one is live only, and remembers nothing") {
  Nameless world("");
  world.connect()->close(1006);
  world.append(3);

  const auto link = world.connect();
  world.emit(world.transport);

  CHECK(numbers(link->received) == Numbers{4});
  CHECK(world.cursors.places.empty());
  CHECK(world.log.counters["consumers_nameless"] == 0);
}

TEST_CASE("what is left out is counted once, however often a consumer comes back") {
  Named world;
  world.connect()->close(1000);
  world.append(3);
  world.turn(1h);
  world.append(2);
  world.cursors.since = static_cast<std::int64_t>(world.loop.wall() * 1000) - 60'000;
  world.server.clients_answer = false;

  for (int i = 0; i < 3; ++i) world.connect()->close(1006);

  CHECK(world.log.counters["events_left_out"] == 3);
}

TEST_CASE("nothing is asked of the kernel once everything is confirmed") {
  Named world;
  world.connect();
  world.emit(world.transport);
  world.turn(200ms);

  CHECK(world.loop.timers() == 1);  // the slow watch alone
}

TEST_CASE("stop keeps what was acknowledged in the last moment of a link that answers no pings") {
  Named world;
  world.server.clients_answer = false;
  world.connect();
  world.turn(11s);
  world.emit(world.transport);

  world.transport.stop();

  CHECK(world.cursor() == 2);
}

}  // namespace
