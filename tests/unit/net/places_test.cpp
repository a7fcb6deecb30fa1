// Places: nobody can hold all of them by doing nothing, and none by being only one.

#include "tests/fakes.h"
#include "tests/unit/net/sockets.h"

#include <doctest/doctest.h>

#include <memory>
#include <sys/resource.h>
#include <vector>

using namespace sockets;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

using Crowd = std::vector<std::unique_ptr<Raw>>;

Crowd crowd(World& world, std::size_t size, std::string_view bytes) {
  Crowd made;
  for (std::size_t i = 0; i < size; ++i) {
    made.push_back(std::make_unique<Raw>(world.port));
    made.back()->send(bytes);
  }
  turn(
      world.loop, [] { return false; }, 50ms);
  return made;
}

std::size_t ended(Crowd& crowd) {
  return static_cast<std::size_t>(std::ranges::count_if(crowd, [](auto& raw) { return raw->read(), raw->ended; }));
}

bool is_served(World& world) {
  Raw raw(world.port);
  raw.send(kGet);
  return turn(
             world.loop, [&] { return raw.has("HTTP/1.1 200") || raw.ended; }, 500ms) &&
         raw.status() == 200;
}

}  // namespace

TEST_CASE("silent connections, half-sent heads and idle ones hold nobody out: the oldest goes") {
  for (const std::string_view bytes : {std::string_view(), std::string_view("GET / HTTP/1.1\r\nHost"), kGet}) {
    CAPTURE(bytes);
    World world;
    Crowd others = crowd(world, 200, bytes);  // three times what there is room for

    CHECK(is_served(world));
    CHECK(others.back()->ended == false);
    CHECK(ended(others) >= 200 - World::kPlaces);
    CHECK(world.log.counters["connections_cut places"] >= 200 - World::kPlaces);
    CHECK(world.log.contains("needs its place peer=127.0.0.1"));
  }
}

TEST_CASE("who is served, or has a WebSocket, keeps its place; one address has a share of them") {
  World world;
  const std::string upgrade = std::string(kUpgrade) + "\r\n";
  Crowd sockets = crowd(world, World::kShare, upgrade), late = crowd(world, 40, upgrade);

  CHECK(world.websocket.peers.size() == World::kShare);
  CHECK(ended(sockets) == 0);
  CHECK(ended(late) == 40);
  CHECK(world.log.counters["connections_refused share"] == 40);
  CHECK_FALSE(is_served(world));
  sockets.resize(World::kShare / 2);
  CHECK(world.until([&] { return is_served(world); }));
}

TEST_CASE("a crowd that was refused and does not go gives its places up") {
  World world;
  Crowd refused = crowd(world, 100, "nonsense\r\n\r\n");
  CHECK(is_served(world));
}

TEST_CASE("blank lines before a request do not move its deadline, and are bounded") {
  World world;
  Raw drips(world.port), floods(world.port);
  const auto begin = world.loop.now();
  auto next = begin;
  floods.send(std::string(20'000, '\n'));
  CHECK(world.until([&] {
    if (world.loop.now() >= next) drips.send("\r\n");
    if (world.loop.now() >= next) next += 20ms;
    return drips.read(), floods.read(), drips.ended && floods.ended;
  }));
  CHECK(drips.status() == 408);
  CHECK(floods.status() == 431);
  CHECK(world.loop.now() - begin < 2s);
}

TEST_CASE("an address that was refused too often has to wait, for a while; others do not") {
  World world;
  const auto ask = [&](std::string_view path, std::string_view headers) {
    Raw raw(world.port);
    raw.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(headers) + "\r\n");
    world.until([&] { return raw.has("\r\n\r\n") || raw.ended; });
    return raw.status();
  };
  for (int i = 0; i < World::kRefusals; ++i) CHECK(ask("/refused", "") == 401);

  CHECK(ask("/refused", "") == 429);
  CHECK(ask("/", "") == 429);
  CHECK(ask("/", "X-Forwarded-For: 192.0.2.1, 192.0.2.7\r\n") == 200);  // somebody else, behind the same proxy
  CHECK(world.log.counters["requests_refused guesses"] == 1);
}

TEST_CASE("having no file descriptor left is told and counted, and ends") {
  World world;
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  Raw raw(world.port);
  const rlimit none{.rlim_cur = 3, .rlim_max = before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none);
  CHECK(world.until([&] { return world.log.counters["connections_refused files"] > 0; }));
  CHECK(world.log.contains("may open no more files"));
  ::setrlimit(RLIMIT_NOFILE, &before);

  raw.send(kGet);
  CHECK(world.until([&] { return raw.has("HTTP/1.1 200"); }));
}
