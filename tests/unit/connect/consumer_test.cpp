// A forward connection that names itself: its cursor, its return, its successor.
#include "backend.h"
#include "onebot/connect/websocket.h"

namespace {

using namespace connect_test;

constexpr std::string_view kCursor = "websocket:127.0.0.1:6700:app";

struct Named : World {
  explicit Named(std::size_t window = 1 << 20) : World(window) { REQUIRE(transport.start()); }
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

TEST_CASE("the cursor moves when the bytes are acknowledged and not before") {
  Named world;
  const auto link = world.connect();
  link->acknowledging = false;

  world.emit(world.transport, 2);
  world.emit(world.transport);
  world.turn(1s);
  CHECK(numbers(link->received) == Numbers{1, 2, 3});
  CHECK(world.cursor() == 1);
  link->acknowledged = link->written - 1;
  world.turn(100ms);
  CHECK(world.cursor() == 3);
  link->acknowledged = link->written;
  world.turn(100ms);

  CHECK(world.cursor() == 4);
}

TEST_CASE("what was not confirmed comes again after a reconnect, with the same id, and nothing is lost") {
  Named world;
  const auto first = world.connect();
  world.emit(world.transport, 2);
  world.turn(100ms);
  first->acknowledging = false;
  world.emit(world.transport, 2);
  first->close(1006);
  world.emit(world.transport, 2);

  const auto second = world.connect();
  world.turn(100ms);

  CHECK(numbers(first->received) == Numbers{1, 2, 3, 4});
  CHECK(kinds(second->received) == Kinds{"connect", "status_update", "e3", "e4", "e5", "e6"});
  CHECK(second->received.at(2) == first->received.at(4));
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
  first->acknowledging = false;
  world.emit(world.transport, 2);

  const auto second = world.connect();
  first->acknowledged = first->written;
  world.emit(world.transport);
  second->acknowledging = false;

  CHECK(first->closed_with == 1008);
  CHECK(first->peer == nullptr);
  CHECK(numbers(first->received) == Numbers{1, 2});
  CHECK(numbers(second->received) == Numbers{1, 2, 3});
}

TEST_CASE("two names are two cursors, and an anonymous connection has none") {
  Named world;
  const auto one = world.connect("consumer=one"), two = world.connect("consumer=two"), none = world.connect("");
  two->acknowledging = false;
  world.emit(world.transport);
  world.turn(1s);

  CHECK(world.cursors.places.size() == 2);
  CHECK(world.cursors.places.find("websocket:127.0.0.1:6700:one")->second == 2);
  CHECK(world.cursors.places.find("websocket:127.0.0.1:6700:two")->second == 1);
  CHECK(numbers(none->received) == Numbers{1});
}

TEST_CASE("nothing is asked of the kernel once everything is confirmed") {
  Named world;
  world.connect();
  world.emit(world.transport);
  world.turn(200ms);

  CHECK(world.loop.timers() == 1);  // the slow watch alone
}

TEST_CASE("stop keeps what was acknowledged in the last moment") {
  Named world;
  world.connect();
  world.emit(world.transport);

  world.transport.stop();

  CHECK(world.cursor() == 2);
}

}  // namespace
