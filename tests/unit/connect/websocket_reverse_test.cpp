#include "onebot/connect/websocket_reverse.h"

#include "backend.h"

namespace {

using namespace connect_test;

constexpr std::string_view kUrl = "ws://user:pw@127.0.0.1:8080/onebot/v12/ws?x=1&access_token=hidden";
constexpr std::string_view kCursor = "websocket_reverse:ws://127.0.0.1:8080/onebot/v12/ws";

struct Reverse : World {
  explicit Reverse(std::string token = "")
      : transport({.url = std::string(kUrl), .access_token = std::move(token), .reconnect_interval = 3s}, backend,
                  implementation) {
    REQUIRE(transport.start());
  }
  fakes::Link& link() { return *client.links.back(); }
  // The application's side answers the last ping.
  void pong() {
    for (auto ping = link().received.rbegin(); ping != link().received.rend(); ++ping) {
      if (!ping->starts_with("ping:")) continue;
      link().pong(ping->substr(5));
      break;
    }
    loop.run();
  }
  void open() {
    link().open();
    loop.run();
  }
  Seq cursor() { return cursors.places.find(kCursor)->second; }

  connect::WebSocketReverse transport;
};

TEST_CASE("the url is dialed as given, with the headers of the standard") {  // C-RWS-01, C-RWS-02, C-RWS-03
  Reverse world("s3 cret");

  const io::HttpRequest& upgrade = world.link().upgrade;
  CHECK(upgrade.url == kUrl);
  CHECK(io::header(upgrade.headers, "User-Agent") == "OneBot/12 (mock) onebridge/1.2");
  CHECK(io::header(upgrade.headers, "Sec-WebSocket-Protocol") == "12.onebridge");
  CHECK(io::header(upgrade.headers, "Authorization") == "Bearer s3 cret");
}

TEST_CASE("without a token there is no Authorization header") {  // C-RWS-03
  Reverse world;

  CHECK_FALSE(io::header(world.link().upgrade.headers, "Authorization"));
}

TEST_CASE("every new link starts with connect and a full status, and each event comes once") {  // C-RWS-05, C-RWS-07
  Reverse world;
  for (int round = 0; round < 3; ++round) {
    world.open();
    world.pong();
    world.emit(world.transport, 2);
    world.turn(connect::Ponged::kPause);
    world.pong();
    CHECK(world.link().received.at(0).find("connect") != std::string::npos);
    CHECK(world.link().received.at(1).find("status_update") != std::string::npos);
    CHECK(numbers(world.link().received) == range(1 + 2 * round, 2 + 2 * round));
    world.link().close(1000);
    world.turn(3s);
  }
  CHECK(world.client.links.size() == 4);
}

TEST_CASE("every failure is followed by another attempt after the interval, for ever") {  // C-RWS-06
  Reverse world;
  const int statuses[] = {0, 401, 403, 404, 502};

  for (int i = 0; i < 50; ++i) {
    world.link().close(1006, "refused", statuses[i % 5]);
    world.turn(2999ms);
    CHECK(world.client.links.size() == static_cast<std::size_t>(i + 1));
    world.turn(1ms);
    CHECK(world.client.links.size() == static_cast<std::size_t>(i + 2));
  }
  world.open();

  CHECK(kinds(world.link().received) == Kinds{"connect", "status_update", "ping"});
}

TEST_CASE("a redirect is not followed, and the log says where to, without what is secret in it") {
  Reverse world;

  world.link().refuse(302, {{"Location", "ws://me:secret@127.0.0.1:9/elsewhere?access_token=secret"}});
  world.turn(3s);

  CHECK(world.log.contains(R"(refused status=302 location="ws://127.0.0.1:9/elsewhere" next=)"));
  CHECK_FALSE(world.log.contains("secret"));
  CHECK(world.client.links.back()->upgrade.url == world.client.links.front()->upgrade.url);
}

TEST_CASE("after a link that stood has dropped the first attempt waits too") {  // C-RWS-06
  Reverse world;
  world.open();

  world.link().close(1006);
  CHECK(world.client.links.size() == 1);
  world.turn(3s);

  CHECK(world.client.links.size() == 2);
}

TEST_CASE("a refusal is logged with its status, once, and without secrets") {  // C-RWS-10, C-AUTH-10
  Reverse world("t0ken");
  for (int i = 0; i < 10; ++i) {
    world.link().close(1006, "refused", 403);
    world.turn(3s);
  }

  int warned = 0;
  for (const auto& [level, line] : world.log.lines) {
    CHECK(line.find("hidden") == std::string::npos);
    CHECK(line.find("pw") == std::string::npos);
    CHECK(line.find("t0ken") == std::string::npos);
    if (level == onebot::LogLevel::warn) ++warned;
  }
  CHECK(warned == 1);
  CHECK(world.log.contains("status=403"));
  world.link().close(1008, "Missing connect meta event");
  CHECK(world.log.contains("Missing connect meta event"));
}

TEST_CASE("the cursor moves when the pong to the ping behind the events has come") {
  Reverse world;
  world.open();
  world.pong();
  world.emit(world.transport);
  world.turn(connect::Ponged::kPause);
  world.emit(world.transport, 2);
  CHECK(kinds(world.link().received) == Kinds{"connect", "status_update", "ping", "e1", "ping", "e2", "e3"});
  CHECK(world.cursor() == 1);

  world.pong();
  CHECK(world.cursor() == 2);
  world.turn(connect::Ponged::kPause);
  world.pong();

  CHECK(world.cursor() == 4);
}

TEST_CASE("acknowledged bytes alone do not move the cursor of a reverse link") {
  Reverse world;
  world.open();
  world.pong();
  world.emit(world.transport);

  world.turn(10s);

  CHECK(world.link().acknowledged == world.link().written);
  CHECK(world.cursor() == 1);
}

TEST_CASE("what had no pong comes again on the next link, with the same id") {
  Reverse world;
  world.open();
  world.pong();
  world.emit(world.transport);
  world.turn(connect::Ponged::kPause);
  world.emit(world.transport);
  world.pong();
  world.link().close(1006);
  world.emit(world.transport);
  const std::string second = world.client.links.at(0)->received.at(5);

  world.turn(3s);
  world.open();

  CHECK(numbers(world.link().received) == Numbers{2, 3});
  CHECK(world.link().received.at(3) == second);  // behind the first ping
}

TEST_CASE("once a pong has come no more than a window is under way; before that nothing is held back") {
  Reverse world;
  world.open();
  world.emit(world.transport, 100);
  CHECK(numbers(world.link().received) == range(1, 100));
  world.pong();
  world.pong();

  world.append(3000);
  world.transport.wake();
  world.loop.run();
  const auto under_way = static_cast<Seq>(numbers(world.link().received).back() + 1) - world.cursor();
  CHECK(under_way <= connect::Ponged::kMost);
  world.link().answers = true;
  world.pong();
  world.turn(connect::Ponged::kPause);

  CHECK(numbers(world.link().received) == range(1, 3100));
  CHECK(world.cursor() == 3101);
}

TEST_CASE("events before the first link stands are not lost") {
  Reverse world;
  world.emit(world.transport, 2);

  world.open();

  CHECK(numbers(world.link().received) == Numbers{1, 2});
}

TEST_CASE("a link without a pong for 30 s is half-open: it is closed and dialed again") {
  Reverse world;
  world.open();
  world.link().acknowledging = false;
  const auto dead = world.client.links.at(0);

  world.turn(35s);
  CHECK(dead->closed_with == 0);
  world.turn(5s);
  CHECK(dead->closed_with == 1008);
  world.turn(3s);

  CHECK(world.client.links.size() == 2);
}

TEST_CASE("a quiet link is pinged and stays while it answers") {
  Reverse world;
  world.open();
  world.pong();

  for (int i = 0; i < 20; ++i) {
    world.turn(30s);
    world.pong();
  }

  CHECK(world.client.links.size() == 1);
  CHECK(kinds(world.link().received).back() == "ping");
}

TEST_CASE("the next link waits for the old socket, at most until the closing handshake has had its time") {
  Reverse world;
  world.open();
  const auto dead = world.client.links.at(0);
  dead->acknowledging = false;
  world.turn(35s);
  REQUIRE(dead->closed_with == 0);
  dead->peer = nullptr;  // from here on the socket tells nothing, not even that it ended

  world.turn(5s);
  REQUIRE(dead->closed_with == 1008);
  world.turn(7999ms);  // 5 s for the handshake, 3 s for the interval
  CHECK(world.client.links.size() == 1);
  world.turn(1ms);

  CHECK(world.client.links.size() == 2);
}

TEST_CASE("a dial that never ends is given up after a minute") {
  Reverse world;

  world.turn(60s);
  world.turn(3s);

  CHECK(world.client.links.size() == 2);
  CHECK(world.client.links.at(0)->closed_with != 0);
}

TEST_CASE("actions over a reverse link are answered, and late answers of an old link are dropped") {  // C-RWS-08
  Reverse world;
  world.open();
  world.link().text(R"({"action":"get_status","params":{},"echo":"1"})");
  world.link().text(R"({"action":"slow","params":{},"echo":[2]})");
  world.loop.run();
  CHECK(kinds(world.link().received) == Kinds{"connect", "status_update", "ping", "ok"});
  CHECK(world.client.links.at(0)->upgrade.max_body == onebot::kMaxRequest);

  world.link().close(1006);
  world.turn(3s);
  world.open();
  world.actions.slow.at(0)->ok();
  world.loop.run();

  CHECK(kinds(world.link().received) == Kinds{"connect", "status_update", "ping"});
}

TEST_CASE("a reverse link carries answers of more than a mebibyte") {
  Reverse world;
  world.open();

  world.link().text(R"({"action":"long","params":{"size":5000000}})");
  world.link().text(R"({"action":"long","params":{"size":20000000}})");
  world.loop.run();

  CHECK(world.link().received.at(3).size() > 5'000'000);
  CHECK(retcode_of(world.link().received.at(4)) == onebot::Retcode::answer_too_long);
}

TEST_CASE("stop closes the link and dials no more") {
  Reverse world;
  world.open();
  const auto link = world.client.links.at(0);

  world.transport.stop();
  world.turn(1h);

  CHECK(link->closed_with == 1001);
  CHECK(world.client.links.size() == 1);
  CHECK(world.loop.timers() == 0);
}

}  // namespace
