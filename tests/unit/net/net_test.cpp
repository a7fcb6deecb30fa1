// HTTP and WebSockets both ways, on real sockets.

#include "tests/unit/net/sockets.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

using namespace sockets;
using namespace std::chrono_literals;

TEST_CASE("a request is answered with its own body, and a wanted header and the query arrive") {
  World world;
  onebot::Result<io::HttpResponse> answer = onebot::fail(onebot::Retcode::network_error, "none yet");
  const auto owner = world.client.send({.method = "POST",
                                        .url = world.url("/a%20b?x=1&y=2"),
                                        .headers = {{"X-Wanted", "w"}, {"Authorization", "Bearer t"}},
                                        .body = "hello"},
                                       [&](auto result) { answer = std::move(result); });

  REQUIRE(world.until([&] { return answer && answer->status == 200; }));
  CHECK(answer->body == "hello");
  CHECK(world.http.requests[0].url == "/a b");
  CHECK(world.http.requests[0].query == "x=1&y=2");
  CHECK(io::header(world.http.requests[0].headers, "x-wanted") == "w");
  CHECK(io::header(world.http.requests[0].headers, "authorization") == "Bearer t");
}

TEST_CASE("an answer of 204 completes, and so does a refusal") {
  World world;
  std::vector<int> statuses;
  const auto note = [&](auto result) { statuses.push_back(result ? result->status : -1); };
  const auto first = world.client.send({.url = world.url("/empty")}, note);
  const auto second = world.client.send({.method = "POST", .url = world.url("/refused"), .body = "x"}, note);

  REQUIRE(world.until([&] { return statuses.size() == 2; }));
  std::sort(statuses.begin(), statuses.end());
  CHECK(statuses == std::vector{204, 401});
}

TEST_CASE("a request of which nothing was sent says so, and one that was sent does not") {
  World world;
  std::optional<onebot::Error> refused, slow;
  const auto nowhere = world.client.send({.method = "POST", .url = "http://127.0.0.1:1/", .body = "x"},
                                         [&](auto result) { refused = result.error(); });
  const auto waiting =
      world.client.send({.url = world.url("/slow"), .timeout = 100ms}, [&](auto result) { slow = result.error(); });

  REQUIRE(world.until([&] { return refused && slow; }));
  CHECK(refused->unsent);
  CHECK_FALSE(slow->unsent);
}

TEST_CASE("a request that takes too long fails, and a dropped one never calls back") {
  World world;
  std::string why;
  bool called = false;
  const auto slow = world.client.send({.url = world.url("/slow"), .timeout = 100ms},
                                      [&](auto result) { why = result ? "answered" : result.error().message; });
  auto dropped = world.client.send({.url = world.url("/slow"), .timeout = 50ms}, [&](auto) { called = true; });
  dropped.reset();

  REQUIRE(world.until([&] { return !why.empty(); }));
  CHECK(why != "answered");
  CHECK_FALSE(called);
}

TEST_CASE("what goes on again after no time keeps nothing else waiting") {
  World world;
  bool answered = false;
  const auto owner = world.client.send({.url = world.url("/empty")}, [&](auto) { answered = true; });
  int rounds = 0;
  io::Owner again;
  std::function<void()> go = [&] {
    std::this_thread::sleep_for(1ms);
    if (!answered && ++rounds < 2000) again = world.loop.after(0ms, go);
  };
  go();

  REQUIRE(world.until([&] { return answered || rounds == 2000; }));
  CHECK(answered);
  CHECK(rounds < 2000);
}

TEST_CASE("many packed frames cross in order in both directions, masked on the way up") {
  World world;
  Peer app;
  app.socket = world.client.connect({.url = world.ws()}, app);
  REQUIRE(world.until([&] { return app.opened && !world.websocket.peers.empty(); }));
  Peer& served = *world.websocket.peers[0];

  for (int i = 0; i < 2000; ++i) onebot::frame::append_text(app.outbox, "up " + std::to_string(i));
  for (int i = 0; i < 2000; ++i) onebot::frame::append_text(served.outbox, "down " + std::to_string(i));
  app.socket->wake();
  served.socket->wake();

  REQUIRE(world.until([&] { return app.texts.size() == 2000 && served.texts.size() == 2000; }));
  for (int i = 0; i < 2000; ++i) {
    CHECK(served.texts[static_cast<std::size_t>(i)] == "up " + std::to_string(i));
    CHECK(app.texts[static_cast<std::size_t>(i)] == "down " + std::to_string(i));
  }
  CHECK(world.until([&] { return served.socket->acknowledged() >= 2000 * 8; }));
}

TEST_CASE("a message of many fragments arrives whole, and one over the limit closes with 1009") {
  World world;
  Peer app;
  app.socket = world.client.connect({.url = world.ws()}, app);
  REQUIRE(world.until([&] { return app.opened; }));

  app.send(std::string(60'000, 'a'));
  REQUIRE(world.until([&] { return world.websocket.peers[0]->texts.size() == 1; }));
  CHECK(world.websocket.peers[0]->texts[0] == std::string(60'000, 'a'));

  app.send(std::string(70'000, 'b'));
  REQUIRE(world.until([&] { return app.closed; }));
  CHECK(app.close_code == 1009);
}

TEST_CASE("a message over the limit is read over when the peer wants to go on") {
  World world;
  Peer app;
  app.socket = world.client.connect({.url = world.ws()}, app);
  REQUIRE(world.until([&] { return app.opened; }));
  world.websocket.peers[0]->goes_on = true;

  app.send(std::string(70'000, 'b'));
  app.send("next");
  REQUIRE(world.until([&] { return world.websocket.peers[0]->texts.size() == 1; }));
  CHECK(world.websocket.peers[0]->texts[0] == "next");
  CHECK(world.websocket.peers[0]->too_long == 1);
  CHECK(world.websocket.peers[0]->passed == std::string(70'000, 'b'));
  CHECK_FALSE(app.closed);
}

TEST_CASE("a body over the limit is read over when somebody wants it, and the connection serves the next request") {
  World world;
  const std::string large(100'000, 'b'), next = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  Raw announced(world.port), chunked(world.port);
  announced.send("POST /long HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n" + large + next);
  chunked.send("POST /long HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n186a0\r\n" +
               large + "\r\n2\r\nde\r\n0\r\n\r\n" + next);
  REQUIRE(world.until([&] { return announced.read().ends_with("\r\n\r\ngot"); }));
  REQUIRE(world.until([&] { return chunked.read().ends_with("\r\n\r\ngot"); }));
  CHECK(announced.has("\r\n\r\n100000HTTP/1.1 200"));
  CHECK(chunked.has("\r\n\r\n100005HTTP/1.1 200"));
}

TEST_CASE("a body may come in chunks, with an interim answer, and a request behind it") {
  World world;
  Raw raw(world.port);
  raw.send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
  REQUIRE(world.until([&] { return raw.has("100 Continue\r\n\r\n"); }));
  raw.send("5\r\nhello\r\n6;x\r\n world\r\n0\r\nT: 1\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  REQUIRE(world.until([&] { return raw.read().ends_with("\r\n\r\ngot"); }));

  CHECK(raw.has("\r\n\r\nhello world"));
  CHECK(world.http.requests.size() == 2);
}

TEST_CASE("a plain GET where only WebSocket is spoken is refused like an upgrade, else 426") {  // C-WS-15
  World world;
  const int port = *world.server.listen({.port = 0}, nullptr, &world.websocket);
  for (const auto& [target, status] : {std::pair{"/?no", 401}, std::pair{"/", 426}}) {
    Raw raw(port);
    raw.send("GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    REQUIRE(world.until([&] { return raw.read(), raw.ended; }));
    CHECK(raw.status() == status);
  }
}

TEST_CASE("a pong echoes the ping, and a close carries code and reason") {
  World world;
  Peer app;
  app.socket = world.client.connect({.url = world.ws()}, app);
  REQUIRE(world.until([&] { return app.opened; }));
  onebot::frame::append(app.outbox, onebot::frame::Opcode::ping, "17");
  app.socket->wake();
  REQUIRE(world.until([&] { return app.pongs.size() == 1; }));
  CHECK(app.pongs[0] == "17");

  world.websocket.peers[0]->socket->close(4009, "enough");
  REQUIRE(world.until([&] { return app.closed && world.websocket.peers[0]->closed; }));
  CHECK(app.close_code == 4009);
  CHECK(app.reason == "enough");
}

TEST_CASE("a refused upgrade tells its status, an unreachable host says so") {
  World world;
  Peer refused, nowhere;
  refused.socket = world.client.connect({.url = world.ws("/?no")}, refused);
  nowhere.socket = world.client.connect({.url = "ws://127.0.0.1:1/"}, nowhere);

  REQUIRE(world.until([&] { return refused.closed && nowhere.closed; }));
  CHECK(refused.http_status == 401);
  CHECK_FALSE(refused.opened);
  CHECK(nowhere.http_status == 0);
}

TEST_CASE("a held socket hears nothing until it is let go") {
  World world;
  Peer app;
  app.socket = world.client.connect({.url = world.ws()}, app);
  REQUIRE(world.until([&] { return app.opened; }));
  app.socket->hold(true);
  Peer& served = *world.websocket.peers[0];
  served.send("one");
  CHECK_FALSE(turn(
      world.loop, [&] { return !app.texts.empty(); }, 100ms));

  app.socket->hold(false);

  CHECK(world.until([&] { return app.texts.size() == 1; }));
}

TEST_CASE("an upgrade without, with a known and with an unknown subprotocol is accepted") {
  World world;
  for (const auto& [offer, answer] :
       {std::pair<std::string, std::string>{"", ""}, {"12.walle", "12.walle"}, {"nonsense", ""}}) {
    Raw raw(world.port);
    raw.send(std::string(kUpgrade) + (offer.empty() ? "" : "Sec-WebSocket-Protocol: " + offer + "\r\n") + "\r\n");
    REQUIRE(world.until([&] { return raw.read().find("\r\n\r\n") != std::string::npos; }));
    CHECK(raw.text.starts_with("HTTP/1.1 101"));
    CHECK((raw.text.find("Sec-WebSocket-Protocol: " + (answer.empty() ? "x" : answer)) != std::string::npos) ==
          !answer.empty());
    if (answer.empty()) CHECK(raw.text.find("Sec-WebSocket-Protocol") == std::string::npos);
  }
}

TEST_CASE("tasks posted from other threads all run on the loop thread") {
  bridge::net::Loop loop;
  std::thread::id loop_thread;
  int ran = 0, elsewhere = 0;
  std::thread runner([&] {
    loop_thread = std::this_thread::get_id();
    loop.run();
  });
  std::vector<std::thread> posters;
  for (int p = 0; p < 4; ++p) {
    posters.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        loop.post([&] {
          ++ran;
          elsewhere += std::this_thread::get_id() != loop_thread;
        });
      }
    });
  }
  for (auto& poster : posters) poster.join();
  loop.stop();
  runner.join();
  CHECK(ran == 4000);
  CHECK(elsewhere == 0);
}

TEST_CASE("a port that is taken is an error that names it") {
  World world;
  bridge::net::Server second(world.loop);
  const auto port = second.listen({.port = world.port}, &world.http, nullptr);
  REQUIRE_FALSE(port);
  CHECK(port.error().message.find(std::to_string(world.port)) != std::string::npos);
}
