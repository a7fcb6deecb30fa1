// Hostile bytes: each ends in a bound, and another client goes on.

#include "tests/unit/net/sockets.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace sockets;
using namespace std::chrono_literals;

namespace {

// Another client's request is answered within a second while the hostile one is there.
bool others_live(World& world) {
  bool answered = false;
  const auto owner = world.client.send({.url = world.url("/"), .timeout = 1000ms},
                                       [&](auto result) { answered = result && result->status == 200; });
  return turn(
      world.loop, [&] { return answered; }, 1000ms);
}

std::string post(std::string_view body, std::string_view headers = "") {
  return "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace

TEST_CASE("pipelined requests, the later with a body, do not spin the server") {
  World world;
  const std::string get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  for (const std::string& bytes :
       {post("one") + post("two"), get + post("two"), post("one") + post("two") + post("three"), post("one") + get}) {
    Raw raw(world.port);
    raw.send(bytes);
    CHECK(world.until([&] { return raw.read().find("HTTP/1.1 200") != std::string::npos || raw.ended; }));
    CHECK(others_live(world));
  }
}

TEST_CASE("broken chunks are answered 400, both length headers 400, a bad length 400, a long one 413") {
  World world;
  const std::pair<std::string, std::string> cases[] = {
      {"Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", "400"},
      {"Transfer-Encoding: chunked\r\n\r\nffffff\r\nabc", "413"},
      {"Transfer-Encoding: gzip\r\n\r\nabc", "501"},
      {"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc", "400"},
      {"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", "400"},
      {"Content-Length: -1\r\n\r\n", "400"},
      {"Content-Length: 3x\r\n\r\nabc", "400"},
      {"Content-Length: 1073741824\r\n\r\nabc", "413"},
  };
  for (const auto& [bytes, status] : cases) {
    CAPTURE(bytes);
    Raw raw(world.port);
    raw.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n" + bytes);
    REQUIRE(world.until([&] { return raw.read().find("\r\n\r\n") != std::string::npos || raw.ended; }));
    CHECK(raw.text.substr(0, 12) == "HTTP/1.1 " + status);
    CHECK(world.until([&] { return raw.read(), raw.ended; }));
    CHECK(others_live(world));
  }
  CHECK(std::ranges::none_of(world.http.requests, [](const auto& request) { return request.method == "POST"; }));
}

TEST_CASE("a request that is refused anyway is refused for that, however long its body") {  // C-HTTP-10
  World world;
  Raw raw(world.port);
  raw.send("POST /refused HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1073741824\r\n\r\n");
  REQUIRE(world.until([&] { return raw.read(), raw.ended; }));
  CHECK(raw.status() == 401);
}

TEST_CASE("a body that drips ends at the deadline, however alive it looks") {
  World world;
  Raw raw(world.port);
  raw.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n");
  const auto begin = world.loop.now();
  CHECK(world.until([&] {
    raw.send("x");
    return raw.read(), raw.ended;
  }));
  CHECK(world.loop.now() - begin < 3s);
  CHECK(others_live(world));
}

TEST_CASE("garbage instead of HTTP is answered 400 and ends") {
  World world;
  for (const std::string& bytes :
       {std::string("\x16\x03\x01\x02\0\x01\0\x01\xfc\r\n\r\n", 13), std::string("SSH-2.0-x\r\n\r\n"),
        std::string("\0\0\0\r\n\r\n", 7), std::string("{\"action\":\"get_status\"}\r\n\r\n")}) {
    Raw raw(world.port);
    raw.send(bytes);
    CHECK(world.until([&] { return raw.read(), raw.ended; }));
    CHECK(raw.status() == 400);
    CHECK(others_live(world));
  }
}

TEST_CASE("a head that drips ends at the deadline, and so does a client that says nothing") {
  World world;
  Raw drips(world.port), silent(world.port);
  const auto begin = world.loop.now();
  auto next = begin;
  CHECK(world.until([&] {
    if (world.loop.now() >= next) drips.send("G");
    if (world.loop.now() >= next) next += 20ms;
    return drips.read(), silent.read(), drips.ended && silent.ended;
  }));
  CHECK(drips.status() == 408);
  CHECK(silent.text.empty());
  CHECK(world.loop.now() - begin < 3s);
  CHECK(others_live(world));
}

TEST_CASE("chunks that drip end at the deadline too") {
  World world;
  Raw raw(world.port);
  raw.send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  CHECK(world.until([&] {
    raw.send("1\r\nx\r\n");
    return raw.read(), raw.ended;
  }));
  CHECK(world.http.requests.empty());
  CHECK(others_live(world));
}

TEST_CASE("half a frame, then silence, costs nothing and holds nobody up") {
  World world;
  Raw raw(world.port);
  raw.send(std::string(kUpgrade) + "\r\n");
  REQUIRE(world.until([&] { return !world.websocket.peers.empty(); }));
  raw.send(std::string("\x81\xfe\x10", 3));
  CHECK(others_live(world));
  CHECK_FALSE(world.websocket.peers[0]->closed);
}

TEST_CASE("a frame that is not masked, or announces a gibibyte, closes the link at once") {
  const std::pair<std::string, int> cases[] = {
      {std::string("\x81\x02{}", 4), 1002},
      {std::string("\x81\xff\0\0\0\0\x40\0\0\0keys", 14), 1009},
  };
  for (const auto& [bytes, code] : cases) {
    CAPTURE(code);
    World world;
    Raw raw(world.port);
    raw.send(std::string(kUpgrade) + "\r\n");
    REQUIRE(world.until([&] { return !world.websocket.peers.empty(); }));
    raw.send(bytes);
    CHECK(world.until([&] { return world.websocket.peers[0]->closed; }));
    CHECK(world.websocket.peers[0]->close_code == code);
    CHECK(others_live(world));
  }
}

TEST_CASE("64 KiB of headers end the connection") {
  World world;
  Raw raw(world.port);
  raw.send("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + std::string(65536, 'a') + "\r\n\r\n");
  CHECK(world.until([&] { return raw.read(), raw.ended; }));
  CHECK(others_live(world));
}

TEST_CASE("a client that never reads costs bounded memory and nobody else's time") {
  World world;
  Raw raw(world.port);
  raw.send(std::string(kUpgrade) + "\r\n");
  REQUIRE(world.until([&] { return !world.websocket.peers.empty(); }));
  Peer& served = *world.websocket.peers[0];
  // It is given more only when it took what it had; so what is kept is one write.
  int taken = 0;
  for (int i = 0; i < 400; ++i) {
    if (!served.outbox.empty()) break;
    onebot::frame::append_text(served.outbox, std::string(60'000, 'z'));
    served.socket->wake();
    ++taken;
    turn(
        world.loop, [&] { return served.outbox.empty(); }, 20ms);
  }
  CHECK(taken < 400);
  CHECK(others_live(world));
}

TEST_CASE("text that is not UTF-8 closes the link") {
  World world;
  Raw raw(world.port);
  raw.send(std::string(kUpgrade) + "\r\n");
  REQUIRE(world.until([&] { return !world.websocket.peers.empty(); }));
  raw.send(std::string("\x81\x82\0\0\0\0\xC3\x28", 8));
  CHECK(world.until([&] { return world.websocket.peers[0]->closed; }));
  CHECK(world.websocket.peers[0]->texts.empty());
  CHECK(others_live(world));
}
