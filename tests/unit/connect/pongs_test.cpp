// What a forward connection with a name promises: events are its application's when a pong says so, or, when it never
// answers one, its kernel.
#include "backend.h"
#include "onebot/connect/websocket.h"

#include <algorithm>

namespace {

using namespace connect_test;

constexpr std::string_view kCursor = "websocket:127.0.0.1:6700:app";

struct Forward : World {
  Forward() { REQUIRE(transport.start()); }
  std::shared_ptr<fakes::Link> connect(bool answers) {
    server.clients_answer = answers;
    return server.connect({.url = "/", .query = "consumer=app"});
  }
  Seq cursor() { return cursors.places.find(kCursor)->second; }
  std::uint64_t counted(std::string_view name) { return log.counters[std::string(name)]; }

  connect::WebSocket transport{{}, backend};
};

std::string last_ping(const fakes::Link& link) {
  for (auto text = link.received.rbegin(); text != link.received.rend(); ++text) {
    if (text->starts_with("ping:")) return text->substr(5);
  }
  return {};
}

TEST_CASE("the first ping comes behind connect and status, and pings come behind events once one was answered") {
  Forward world;
  const auto link = world.connect(false);
  CHECK(kinds(link->received) == Kinds{"connect", "status_update", "ping"});

  world.emit(world.transport);
  CHECK(kinds(link->received).back() == "e1");
  link->pong(last_ping(*link));
  world.turn(connect::Ponged::kPause);

  CHECK(kinds(link->received) == Kinds{"connect", "status_update", "ping", "e1", "ping"});
}

TEST_CASE("a place moves by pongs, and not by what the kernel has taken, once a pong has come") {
  Forward world;
  const auto link = world.connect(true);
  world.emit(world.transport, 2);
  world.turn(connect::Ponged::kPause);
  CHECK(world.cursor() == 3);

  link->answers = false;
  world.emit(world.transport, 2);
  world.turn(10min);

  CHECK(link->acknowledged == link->written);
  CHECK(world.cursor() == 3);
  CHECK(link->closed_with == 0);
  link->pong(last_ping(*link));
  world.loop.run();
  link->pong(last_ping(*link));
  CHECK(world.cursor() == 5);
}

TEST_CASE("an application that dies with thousands of events in its kernel loses none of them") {
  Forward world;
  world.connect(true)->close(1000);
  world.append(2000);

  const auto dies = world.connect(false);
  for (int i = 0; i < 8; ++i) {
    dies->pong(last_ping(*dies));
    world.turn(10ms);
  }
  CHECK(numbers(dies->received).size() > 1000);
  CHECK(dies->acknowledged == dies->written);
  const Seq confirmed = world.cursor();
  CHECK(confirmed > 100);
  CHECK(confirmed < 1900);
  dies->close(1006);
  const auto after = world.connect(true);
  world.turn(10s);

  const Numbers got = numbers(after->received);
  REQUIRE_FALSE(got.empty());
  CHECK(got.front() == static_cast<int>(confirmed));
  CHECK(got == range(static_cast<int>(confirmed), 2000));
  CHECK(world.cursor() == 2001);
}

TEST_CASE("no more than a window is under way, and the next events follow the next pong") {
  Forward world;
  world.connect(true)->close(1000);
  world.append(5000);

  const auto link = world.connect(false);
  world.turn(5s);
  CHECK(numbers(link->received).size() == connect::Ponged::kLeast);
  for (int i = 0; i < 12; ++i) {
    link->pong(last_ping(*link));
    world.loop.run();
    CHECK(static_cast<Seq>(numbers(link->received).back()) < world.cursor() + connect::Ponged::kMost);
  }

  CHECK(numbers(link->received).size() > 1000);
}

TEST_CASE("one that answers slowly delays nobody else") {
  Forward world;
  const auto slow = world.connect(false);
  world.server.clients_answer = true;
  const auto fast = world.server.connect({.url = "/", .query = "consumer=other"});

  world.emit(world.transport, 3000);

  CHECK(numbers(slow->received).size() == connect::Ponged::kLeast);
  CHECK(numbers(fast->received) == range(1, 3000));
}

TEST_CASE("one that never answers stays with the kernel's word after ten seconds, and is told of once") {
  Forward world;
  auto link = world.connect(false);
  world.emit(world.transport, 100);
  world.turn(9s);
  CHECK(numbers(link->received).size() == connect::Ponged::kLeast);
  CHECK(world.cursor() == 1);

  world.turn(2s);

  CHECK(numbers(link->received) == range(1, 100));
  CHECK(world.cursor() == 101);
  CHECK(world.log.contains("consumer=\"websocket:127.0.0.1:6700:app\" does not answer pings"));
  link->close(1000);
  world.log.lines.clear();
  link = world.connect(false);
  world.emit(world.transport, 100);
  world.turn(2s);
  CHECK(numbers(link->received) == range(101, 200));
  CHECK_FALSE(world.log.contains("does not answer pings"));
  CHECK(world.counted("consumers_without_pongs") == 2);
}

TEST_CASE("the kernel's word confirms no more than the kernel has") {
  Forward world;
  const auto link = world.connect(false);
  world.turn(11s);
  link->acknowledging = false;
  world.emit(world.transport);
  world.emit(world.transport);

  world.turn(1s);
  CHECK(world.cursor() == 1);
  link->acknowledged = link->written - 1;
  world.turn(100ms);
  CHECK(world.cursor() == 2);
  link->acknowledged = link->written;
  world.turn(100ms);

  CHECK(world.cursor() == 3);
}

TEST_CASE("a first pong that comes late takes nothing back and confirms nothing that it does not cover") {
  Forward world;
  const auto link = world.connect(false);
  world.turn(11s);
  world.emit(world.transport, 3);
  world.turn(100ms);
  CHECK(world.cursor() == 4);
  link->acknowledging = false;
  world.emit(world.transport, 2);

  link->pong(last_ping(*link));
  world.loop.run();
  CHECK(world.cursor() == 4);
  link->acknowledging = true;
  link->pump();
  world.turn(1min);
  CHECK(world.cursor() == 4);  // the kernel's word counts no more
  link->pong(last_ping(*link));

  CHECK(world.cursor() == 6);
}

TEST_CASE("one that has answered before is given a minute, not ten seconds") {
  Forward world;
  world.connect(true)->close(1000);
  world.append(100);

  const auto busy = world.connect(false);
  world.turn(59s);
  CHECK(world.cursor() == 1);
  busy->close(1006);
  const auto after = world.connect(true);
  world.turn(5s);

  CHECK(numbers(after->received) == range(1, 100));
}

// Three links end at event 3; what was sent with it the first time is none of its fault.
TEST_CASE("an event that ends one connection after the other is stepped over, counted and told") {
  Forward world;
  world.connect(true)->close(1000);
  world.append(20);
  const auto closes_at_3 = [&](fakes::Link& link) {
    for (int i = 0; i < 60 && link.peer; ++i) {
      link.pong(last_ping(link));
      world.turn(100ms);
      const Numbers got = numbers(link.received);
      if (std::ranges::find(got, 3) != got.end()) link.close(1006);
    }
  };
  for (int i = 0; i < 5; ++i) {  // twice with events 1 and 2 under way as well
    const auto link = world.connect(false);
    closes_at_3(*link);
    CHECK(link->peer == nullptr);
  }
  CHECK(world.cursor() == 3);
  CHECK(world.counted("events_stepped_over") == 0);

  const auto last = world.connect(true);
  world.turn(5s);

  CHECK(numbers(last->received) == range(4, 20));
  CHECK(world.cursor() == 21);
  CHECK(world.counted("events_stepped_over") == 1);
  CHECK(world.log.contains("event 3 left out: 3 connections in a row ended at it"));
}

TEST_CASE("an application that ends every connection at once loses no event by that") {
  Forward world;
  world.connect(true)->close(1000);
  world.append(20);

  for (int i = 0; i < 10; ++i) {
    const auto closes = world.connect(false);
    closes->pong(last_ping(*closes));
    closes->close(1008);
  }
  const auto link = world.connect(true);
  world.turn(5s);

  CHECK(world.counted("events_stepped_over") == 0);
  CHECK(world.cursor() == 21);
  CHECK(numbers(link->received) == range(1, 20));
}

}  // namespace
