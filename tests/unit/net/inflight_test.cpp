// Inflight: requests and messages that are not whole have one bound together. Time is turned by hand.

#include "bridge/net/inflight.h"

#include "tests/fakes.h"
#include "tests/fakes_loop.h"
#include "tests/unit/net/sockets.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

using bridge::net::Inflight;
using namespace sockets;
using namespace std::chrono_literals;

namespace {

struct Holder {
  Holder(Inflight& home, std::size_t bytes) : share(home.join([this] { let_go(); })) { share->keep(bytes); }
  void let_go() {
    gone = true;
    share->keep(0);
  }
  bool gone = false;
  std::unique_ptr<Inflight::Share> share;
};

}  // namespace

TEST_CASE("when there is too much, the slowest of the large ones lets go, and only as many as must") {
  fakes::Loop loop;
  fakes::Log log;
  const auto inflight = std::make_shared<Inflight>(loop, &log, 1000);
  Holder tiny(*inflight, 1), old(*inflight, 400);
  loop.advance(10s);
  Holder quick(*inflight, 500);
  CHECK_FALSE((tiny.gone || old.gone || quick.gone));

  quick.share->keep(700);

  CHECK(old.gone);
  CHECK_FALSE((tiny.gone || quick.gone));
  CHECK(inflight->bytes() == 701);
  CHECK(log.counters["connections_cut memory"] == 1);
  CHECK(log.contains("more than limits.inflight"));
}

TEST_CASE("one that is too much alone lets go itself, and a share that ends counts no more") {
  fakes::Loop loop;
  const auto inflight = std::make_shared<Inflight>(loop, nullptr, 1000);
  { Holder ended(*inflight, 900); }
  Holder alone(*inflight, 100);
  CHECK_FALSE(alone.gone);
  alone.share->keep(1001);
  CHECK(alone.gone);
  CHECK(inflight->bytes() == 0);
}

TEST_CASE("bodies that are half sent take no more than the bound together, and others are served meanwhile") {
  World world;  // 400,000 bytes
  std::vector<std::unique_ptr<Raw>> half;
  const std::string head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65000\r\n\r\n";
  for (int i = 0; i < 20; ++i) {
    half.push_back(std::make_unique<Raw>(world.port));
    half.back()->send(head + std::string(60'000, 'b'));
    turn(
        world.loop, [] { return false; }, 10ms);
  }

  const auto answered = world.fetch({.url = world.url("/")});

  CHECK((answered && answered->status == 200));
  CHECK(world.server.inflight() <= World::kInflight);
  int refused = 0;
  for (const auto& raw : half) refused += raw->has("HTTP/1.1 503") ? 1 : 0;
  CHECK(refused >= 12);
  CHECK(world.log.counters["connections_cut memory"] == static_cast<std::uint64_t>(refused));
  half.clear();
  CHECK(world.until([&] { return world.server.inflight() == 0; }));
}

TEST_CASE("chunks count as well as announced bodies, and a whole request no more") {
  World world;
  Raw chunked(world.port);
  chunked.send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nc350\r\n" +
               std::string(30'000, 'c'));
  CHECK(world.until([&] { return world.server.inflight() >= 30'000; }));
  chunked.send(std::string(20'000, 'c') + "\r\n0\r\n\r\n");
  CHECK(world.until([&] { return chunked.has("HTTP/1.1 200"); }));
  CHECK(world.server.inflight() == 0);
}

TEST_CASE("messages that are half sent count, too: the slowest WebSockets are closed with 1013") {
  World world;
  std::vector<std::unique_ptr<Raw>> half;
  for (int i = 0; i < 10; ++i) {
    half.push_back(std::make_unique<Raw>(world.port));
    half.back()->send(std::string(kUpgrade) + "\r\n");
    const auto opened = world.websocket.peers.size() + 1;
    REQUIRE(world.until([&] { return world.websocket.peers.size() == opened; }));
    half.back()->send(std::string("\x82\xfe\xfd\xe8\0\0\0\0", 8) + std::string(60'000, 'm'));  // of 65,000
    turn(
        world.loop, [] { return false; }, 10ms);
  }

  CHECK(world.until([&] { return world.server.inflight() <= World::kInflight; }));
  const auto closed = std::ranges::count_if(world.websocket.peers, [](const auto& peer) { return peer->closed; });
  CHECK(closed >= 3);
  CHECK(closed < 10);
  CHECK(std::ranges::all_of(world.websocket.peers,
                            [](const auto& peer) { return !peer->closed || peer->close_code == 1013; }));
  CHECK_FALSE(world.websocket.peers.back()->closed);
}
