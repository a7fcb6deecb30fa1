// Reverse WebSocket: one link for each bot, dialed for ever.

#include "onebot/v11/connect/websocket_reverse.h"

#include "bridge.h"

namespace {

using namespace v11_test;

struct Reverse : Bridge {
  explicit Reverse(int count = 1, links::ReverseOptions options = {.url = "ws://127.0.0.1:8080/onebot/v11/ws"})
      : Bridge(count) {
    options.section.bots = known;
    transport.emplace(std::move(options), links::Means{ground, *rendering});
  }
  fakes::Link& link(std::size_t number) { return *client.links.at(number); }
  std::string header(std::size_t number, std::string_view name) {
    return std::string(io::header(link(number).upgrade.headers, name).value_or("missing"));
  }
  void open(std::size_t number) {
    link(number).answers = true;
    link(number).open();
    loop.run();
  }

  std::optional<links::WebSocketReverse> transport;
};

TEST_CASE("the headers say who the bot is, in which role, and nothing else") {  // O11-RWS-01, -06, O11-AUTH-04
  Reverse world(1, {.url = "ws://127.0.0.1:8080/onebot/v11/ws", .access_token = "s3cret"});
  REQUIRE(world.transport->start());

  CHECK(world.link(0).upgrade.url == "ws://127.0.0.1:8080/onebot/v11/ws");
  CHECK(world.header(0, "X-Self-ID") == "102000001");
  CHECK(world.header(0, "X-Client-Role") == "Universal");
  CHECK(world.header(0, "User-Agent") == "OneBot/11 onebridge/0.2.0");
  CHECK(world.header(0, "Authorization") == "Bearer s3cret");
  CHECK(world.header(0, "Sec-WebSocket-Protocol") == "missing");
}

TEST_CASE("without a token there is no Authorization") {  // O11-AUTH-04
  Reverse world;
  REQUIRE(world.transport->start());
  CHECK(world.header(0, "Authorization") == "missing");
}

TEST_CASE("each bot has a link of its own, and no frame crosses") {  // O11-BOT-01, O11-BOT-02
  Reverse world(3);
  REQUIRE(world.transport->start());
  REQUIRE(world.client.links.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(world.header(i, "X-Self-ID") == "10200000" + std::to_string(i + 1));
    world.open(i);
  }
  for (int i = 1; i <= 3; ++i) world.say(*world.transport, i);
  world.turn(1s);

  for (int i = 1; i <= 3; ++i) {
    const std::string place = "onebot11:websocket_reverse:ws://127.0.0.1:8080/onebot/v11/ws:chat/10200000";
    Told heard = told(world.link(static_cast<std::size_t>(i) - 1).received);
    std::erase(heard, "ping");
    CHECK(heard == Told{"connect", "e" + std::to_string(i)});
    CHECK(world.cursors.places[place + std::to_string(i)] > static_cast<Seq>(i));
  }
}

TEST_CASE("two links where the application wants them: requests on one, events on the other") {  // O11-RWS-02
  Reverse world(1, {.url = "ws://h/ws", .api_url = "ws://h/ws/api", .use_universal_client = false});
  REQUIRE(world.transport->start());
  REQUIRE(world.client.links.size() == 2);
  CHECK(world.header(0, "X-Client-Role") == "API");
  CHECK(world.link(0).upgrade.url == "ws://h/ws/api");
  CHECK(world.header(1, "X-Client-Role") == "Event");
  CHECK(world.link(1).upgrade.url == "ws://h/ws");
  world.open(0), world.open(1);
  world.say(*world.transport, 1);
  world.link(0).text(R"({"action":"get_status","echo":1})");
  world.link(1).text(R"({"action":"get_status","echo":1})");
  world.loop.run();

  CHECK(told(world.link(0).received) == Told{"ok"});
  Told heard = told(world.link(1).received);
  std::erase(heard, "ping");
  CHECK(heard == Told{"connect", "e1"});
}

TEST_CASE("a bot is dialed as soon as its number is known, and not before") {  // O11-BOT-04
  Reverse world;
  world.bot(1).identity_ = {.platform = "chat", .app_id = "cli_x", .user_id = ""};
  REQUIRE(world.transport->start());
  CHECK(world.client.links.empty());

  world.bot(1).identity_.user_id = "ou_1";
  world.transport->announce("{}");

  REQUIRE(world.client.links.size() == 1);
  CHECK(world.header(0, "X-Self-ID").size() == 11);
}

TEST_CASE("the link stays up while the platform is away, and a heartbeat says so") {  // O11-BOT-04
  Reverse world;
  REQUIRE(world.transport->start());
  world.open(0);
  world.bot(1).status_ = {false, false};

  world.transport->announce("{}");
  world.loop.run();

  CHECK(told(world.link(0).received).back() == "heartbeat");
  CHECK(world.link(0).closed_with == 0);
}

TEST_CASE("it dials again after every end, with longer pauses, at most ten intervals") {  // O11-BOT-05, O11-RWS-05
  Reverse world(1, {.url = "ws://h/ws", .reconnect_interval = 100ms});
  REQUIRE(world.transport->start());
  for (int i = 0; i < 60; ++i) {
    world.client.links.back()->refuse(403, {});
    world.turn(1s);
    CHECK(world.client.links.size() == static_cast<std::size_t>(i + 2));
  }

  world.open(60);
  world.link(60).close(1008, "duplicate");
  world.turn(99ms);
  CHECK(world.client.links.size() == 61);
  world.turn(1ms);

  CHECK(world.client.links.size() == 62);
  CHECK(world.log.contains("duplicate"));
}

TEST_CASE("a redirect is not followed, and the log says where to, once") {  // O11-RWS-03
  Reverse world(1, {.url = "ws://h/ws", .reconnect_interval = 100ms});
  REQUIRE(world.transport->start());
  for (int i = 0; i < 3; ++i) {
    world.client.links.back()->refuse(307, {{"Location", "ws://127.0.0.1:9/elsewhere?t=s3cret"}});
    world.turn(1s);
  }

  CHECK(world.client.links.back()->upgrade.url == "ws://h/ws");
  CHECK(world.log.contains(R"(refused status=307 location="ws://127.0.0.1:9/elsewhere" next=reconnect)"));
  CHECK_FALSE(world.log.contains("s3cret"));
}

TEST_CASE("twenty refusals in a row, and the link is up within half a minute at the default of a second") {
  Reverse world(1, {.url = "ws://h/ws", .reconnect_interval = 300ms});
  REQUIRE(world.transport->start());
  const auto began = world.loop.now();
  for (int i = 0; i < 20; ++i) {
    world.client.links.back()->refuse(502, {});
    while (world.client.links.size() < static_cast<std::size_t>(i + 2)) world.turn(100ms);
  }

  CHECK(world.loop.now() - began < 31s);
}

TEST_CASE("what no pong has confirmed comes again on the next link, lifecycle first") {  // O11-DEL-01, O11-RWS-04
  Reverse world;
  REQUIRE(world.transport->start());
  world.link(0).open();
  world.loop.run();
  world.say(*world.transport, 1);
  world.link(0).close(1006);
  world.turn(3s);
  world.open(1);
  world.turn(1s);

  Told heard = told(world.link(1).received);
  std::erase(heard, "ping");
  CHECK(heard == Told{"connect", "e1"});
}

TEST_CASE("a request that comes before the first frame is read is answered behind it") {  // O11-RWS-07
  Reverse world;
  REQUIRE(world.transport->start());
  world.link(0).peer->on_open();
  world.link(0).text(R"({"action":"get_login_info","params":{},"echo":2})");
  world.loop.run();

  const auto heard = told(world.link(0).received);
  CHECK(heard.at(0) == "connect");
  CHECK(heard.at(1) == "ok");
}

TEST_CASE("the golden transcript of a reverse link") {  // section 20.1
  Reverse world;
  REQUIRE(world.transport->start());
  world.open(0);
  const auto ask = [&](std::string_view request) {
    world.link(0).text(request);
    world.loop.run();
    return world.link(0).received.back();
  };

  CHECK(ask(R"({"action":"get_login_info","params":{},"echo":2})") ==
        R"({"status":"ok","retcode":0,"data":{"user_id":102000001,"nickname":"BridgeBot"},"message":"","wording":"",)"
        R"("echo":2})");
  CHECK(ask(R"({"action":"get_guild_service_profile","params":{},"echo":4})") ==
        R"({"status":"ok","retcode":0,"data":null,"message":"","wording":"","echo":4})");
  CHECK(ask(R"({"action":"send_like","params":{"user_id":20651482992,"times":10},"echo":9})") ==
        R"({"status":"failed","retcode":1404,"data":null,"message":"unsupported by chat: send_like",)"
        R"("wording":"unsupported by chat: send_like","echo":9})");
  CHECK(ask(R"({"action":"send_private_msg","params":{"user_id":123456789,"message":"hi"},"echo":10})") ==
        R"({"status":"failed","retcode":1400,"data":null,"message":"unknown user_id 123456789",)"
        R"("wording":"unknown user_id 123456789","echo":10})");
  CHECK(ask("{") ==
        R"({"status":"failed","retcode":1400,"data":null,"message":"not valid JSON","wording":"not valid JSON"})");
}

TEST_CASE("stop closes all links and dials no more") {
  Reverse world(2);
  REQUIRE(world.transport->start());
  world.open(0);
  world.link(1).close(1006);

  world.transport->stop();
  world.turn(1h);

  CHECK(world.link(0).closed_with == 1001);
  CHECK(world.client.links.size() == 2);
}

}  // namespace
