// A connection that waits costs nothing, whatever its client does meanwhile.

#include "tests/unit/net/sockets.h"

#include <doctest/doctest.h>

using namespace sockets;
using namespace std::chrono_literals;

namespace {
constexpr std::string_view kSlow = "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

TEST_CASE("a client that leaves while its request waits is gone, and costs no turn of the loop") {
  World world;
  for (const std::string& request :
       {std::string(kSlow), std::string("POST /slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nab")}) {
    const std::size_t before = world.http.kept.size();
    {
      Raw raw(world.port);
      raw.send(request);
      REQUIRE(world.until([&] { return world.http.kept.size() > before; }));
      CHECK_FALSE(world.http.kept.back()->gone());
      CHECK(turns(world.loop) < 50);
    }
    CHECK(world.until([&] { return world.http.kept.back()->gone(); }));
    CHECK(turns(world.loop) < 50);
  }
  int lost = 0;
  world.http.kept.back()->answer({200, {}, "late"}, [&](io::Receipt receipt) { lost += receipt == io::Receipt::none; });
  CHECK(lost == 1);
}

TEST_CASE("requests sent behind one that waits are kept up to a bound, and answered in order") {
  World world;
  Raw raw(world.port);
  raw.send(kSlow);
  REQUIRE(world.until([&] { return world.http.kept.size() == 1; }));
  const std::string post = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\n";
  raw.send(post + "one" + post + "two");
  CHECK(turns(world.loop) < 50);

  world.http.kept[0]->answer({200, {}, "zero"});

  REQUIRE(world.until([&] { return raw.read().find("two") != std::string::npos; }));
  CHECK(raw.text.find("zero") < raw.text.find("one"));
  CHECK(raw.text.find("one") < raw.text.find("two"));
}

TEST_CASE("a flood behind a request that waits is not read") {
  World world;
  Raw raw(world.port);
  raw.send(kSlow);
  REQUIRE(world.until([&] { return world.http.kept.size() == 1; }));

  std::size_t sent = 0;
  const std::string junk(1 << 16, 'x');
  turn(
      world.loop,
      [&] {
        const ssize_t size = ::send(raw.fd, junk.data(), junk.size(), MSG_NOSIGNAL);
        if (size > 0) sent += static_cast<std::size_t>(size);
        return false;
      },
      500ms);

  CHECK(sent < 32 << 20);  // what the kernels keep, and no more
  CHECK(turns(world.loop) < 50);
}

TEST_CASE("a WebSocket client that never reads but goes on sending costs no turn of the loop") {
  World world;
  Raw raw(world.port);
  raw.send(std::string(kUpgrade) + "\r\n");
  REQUIRE(world.until([&] { return !world.websocket.peers.empty(); }));
  Peer& served = *world.websocket.peers[0];
  for (int i = 0; i < 400 && served.outbox.empty(); ++i) {
    onebot::frame::append_text(served.outbox, std::string(60'000, 'z'));
    served.socket->wake();
    turn(
        world.loop, [&] { return served.outbox.empty(); }, 20ms);
  }
  REQUIRE_FALSE(served.outbox.empty());
  CHECK(turns(world.loop) < 50);

  for (int i = 0; i < 10; ++i) raw.send(std::string("\x89\x80\0\0\0\0", 6));

  CHECK(turns(world.loop) < 50);
  CHECK_FALSE(served.closed);
}
