// Whether a client has its answer: what its kernel has is not yet its own.

#include "tests/unit/net/sockets.h"

#include <doctest/doctest.h>

using namespace sockets;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kAsk = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
constexpr std::string_view kAskOnce = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";

// The answer is with the client's kernel, and unread.
void wait_for_answer(World& world, const Raw& raw) {
  char first = 0;
  REQUIRE(world.until([&] { return ::recv(raw.fd, &first, 1, MSG_PEEK) == 1; }));
  turn(
      world.loop, [] { return false; }, 50ms);
}

void ask(World& world, Raw& raw) {
  raw.text.clear();
  raw.send(kAsk);
  REQUIRE(world.until([&] { return raw.has("got"); }));
}

}  // namespace

TEST_CASE("a client that asks again on its connection has the answer, and not before") {
  World world;
  Raw raw(world.port);
  raw.send(kAsk);
  wait_for_answer(world, raw);
  CHECK(world.http.had == 0);

  raw.send(kAsk);

  CHECK(world.until([&] { return world.http.had == 1; }));
  CHECK(world.http.lost == 0);
}

TEST_CASE("a client that closes in order behind all of the answer has it, or was killed") {
  World world;
  {
    Raw raw(world.port);
    ask(world, raw);
  }

  CHECK(world.until([&] { return world.http.ended == 1; }));
  CHECK(world.http.lost == 0);
}

TEST_CASE("a client that dies with the answer unread in its kernel does not have it") {
  for (const std::string_view ask : {kAsk, kAskOnce}) {
    CAPTURE(ask);
    World world;
    {
      Raw raw(world.port);
      raw.send(ask);
      wait_for_answer(world, raw);
    }

    CHECK(world.until([&] { return world.http.lost == 1; }));
    CHECK(world.http.had == 0);
  }
}

TEST_CASE("a client that has asked again before and ends without it may have died: it does not have the last answer") {
  World world;
  {
    Raw raw(world.port);
    ask(world, raw);
    ask(world, raw);
  }

  CHECK(world.until([&] { return world.http.lost == 1; }));
  CHECK(world.http.had == 1);
}

TEST_CASE("a client that resets its connection does not have the answer") {
  World world;
  {
    Raw raw(world.port);
    ask(world, raw);
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(raw.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

  CHECK(world.until([&] { return world.http.lost == 1; }));
  CHECK(world.http.had == 0);
}

TEST_CASE("a client that reads to the end of its connection comes there, and has the answer") {
  World world;
  Raw raw(world.port);
  raw.send(kAskOnce);

  CHECK(world.until([&] { return raw.has("got") && raw.ended; }));
  CHECK(world.http.had == 1);
}

TEST_CASE("an answer that nothing is known of can be asked about") {
  World world;
  Raw raw(world.port);
  raw.send("GET /slow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  REQUIRE(world.until([&] { return world.http.kept.size() == 1; }));
  io::Exchange& exchange = *world.http.kept[0];
  CHECK(exchange.acknowledged() == std::nullopt);
  exchange.answer({200, {}, "late"}, [](io::Receipt) {});

  CHECK(world.until([&] { return exchange.acknowledged() == true; }));
  ask(world, raw);
  CHECK(exchange.acknowledged() == std::nullopt);
}

TEST_CASE("a request says who sent it") {
  World world;
  const Raw raw(world.port);
  raw.send(kAsk);
  REQUIRE(world.until([&] { return world.http.requests.size() == 1; }));
  sockaddr_in own{};
  socklen_t size = sizeof own;
  ::getsockname(raw.fd, reinterpret_cast<sockaddr*>(&own), &size);

  CHECK(world.http.requests[0].remote == "127.0.0.1:" + std::to_string(ntohs(own.sin_port)));
}
