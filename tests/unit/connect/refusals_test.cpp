// A client that is turned away: what it hears, what the log says, what is counted.
#include "backend.h"
#include "onebot/connect/http.h"
#include "onebot/connect/websocket.h"
#include "onebot/connect/websocket_reverse.h"

namespace {

using namespace connect_test;

constexpr const char* kClient = "192.0.2.7:50000";

struct Endpoints : World {
  Endpoints() {
    REQUIRE(websocket.start());
    REQUIRE(http.start());
  }
  std::uint64_t refused(std::string_view reason) { return log.counters["clients_refused " + std::string(reason)]; }
  std::uint64_t mistaken(std::string_view code) { return log.counters["requests_mistaken " + std::string(code)]; }
  std::shared_ptr<fakes::Answered> post(std::string body) {
    return server.request({.method = "POST",
                           .url = "/",
                           .remote = kClient,
                           .headers = {{"Authorization", "Bearer s3cret"}, {"Content-Type", "application/json"}},
                           .body = std::move(body)});
  }

  connect::WebSocket websocket{{.access_token = "s3cret"}, backend};
  connect::Http http{{.access_token = "s3cret"}, backend};
};

TEST_CASE("a wrong path is answered in words, told with who it was, and counted") {
  Endpoints world;

  const auto answer = world.websocket.refuse({.url = "/elsewhere", .remote = kClient});

  CHECK(answer->status == 404);
  CHECK(answer->body.find("OneBot 12 is spoken at \"/\"") != std::string::npos);
  CHECK(
      world.log.contains("websocket 127.0.0.1:6700 refused a client: there is nothing at this path "
                         "remote=\"192.0.2.7:50000\" path=\"/elsewhere\" next=\"use the path /\""));
  CHECK(world.refused("path") == 1);
}

TEST_CASE("a path of OneBot 11 gets the hint that OneBot 12 is spoken here") {
  for (const char* path : {"/api", "/event", "/event/", "/onebot/v11/ws", "/ws", "/ws/"}) {
    CAPTURE(path);
    Endpoints world;
    CHECK(world.websocket.refuse({.url = path, .remote = kClient})->body.find("OneBot 11") != std::string::npos);
    CHECK(world.http.refuse({.method = "POST", .url = path, .remote = kClient})->body.find("OneBot 12 adapter") !=
          std::string::npos);
    CHECK(world.log.contains("it looks like a client of OneBot 11"));
  }
  Endpoints world;
  CHECK(world.http.refuse({.method = "POST", .url = "/wsx"})->body.find("OneBot 11") == std::string::npos);
}

TEST_CASE("a token that is missing or wrong is told as such, without the token") {
  Endpoints world;

  const auto missing = world.websocket.refuse({.url = "/", .remote = kClient});
  const auto wrong = world.http.refuse(
      {.method = "POST", .url = "/", .remote = kClient, .headers = {{"Authorization", "Bearer n0t-it"}}});

  CHECK(missing->status == 401);
  CHECK(io::header(missing->headers, "WWW-Authenticate") == "Bearer");  // C-AUTH-06
  CHECK(missing->body.find("missing") != std::string::npos);
  CHECK(missing->body.find("Authorization: Bearer TOKEN") != std::string::npos);
  CHECK(wrong->status == 401);
  CHECK(wrong->body.find("wrong") != std::string::npos);
  CHECK(world.log.contains("it sends no access token"));
  CHECK(world.log.contains("its access token is another one"));
  CHECK_FALSE(world.log.contains("n0t-it"));
  CHECK_FALSE(world.log.contains("s3cret"));
  CHECK(world.refused("token") == 2);
}

TEST_CASE("HTTP on a WebSocket's address, and the other way round, are told and counted") {
  Endpoints world;

  world.websocket.on_plain({.method = "POST", .url = "/", .remote = kClient});
  world.http.on_upgrade({.url = "/", .remote = kClient});

  CHECK(world.log.contains("websocket 127.0.0.1:6700 refused a client: it does not speak WebSocket"));
  CHECK(world.log.contains("http 127.0.0.1:5700 refused a client: it does not speak HTTP"));
  CHECK(world.refused("protocol") == 2);
}

TEST_CASE("methods, types and names that cannot be are told and counted") {
  Endpoints world;
  const io::Headers token{{"Authorization", "Bearer s3cret"}};

  CHECK(world.http.refuse({.method = "GET", .url = "/"})->status == 405);
  CHECK(world.http.refuse({.method = "POST", .url = "/", .headers = token})->status == 415);
  CHECK(world.websocket.refuse({.url = "/", .query = "consumer=a/b", .headers = token})->status == 400);

  CHECK(world.refused("method") == 1);
  CHECK(world.refused("media_type") == 1);
  CHECK(world.refused("consumer") == 1);
}

TEST_CASE("a request that is no action, or none of ours, is told with who sent it; every failure is counted") {
  Endpoints world;

  world.post("{");
  CHECK(
      world.log.contains("http 127.0.0.1:5700 refused a request: it is no action request remote=\"192.0.2.7:50000\""));
  const auto link = world.server.connect({.url = "/", .query = "access_token=s3cret", .remote = kClient});
  link->text(R"({"action":"unknown","params":{}})");
  CHECK(
      world.log.contains("websocket 127.0.0.1:6700 refused a request: the action cannot be meant so "
                         "remote=\"192.0.2.7:50000\" action=\"unknown\" retcode=10002"));
  CHECK(world.log.contains("get_supported_actions lists what there is"));
  const std::size_t lines = world.log.lines.size();
  world.post(R"({"action":"fail","params":{}})");
  world.post(R"({"action":"get_status","params":{}})");

  CHECK(world.log.lines.size() == lines);
  CHECK(world.mistaken("10001") == 1);
  CHECK(world.mistaken("10002") == 1);
  CHECK(world.log.counters["actions_failed"] == 3);
}

TEST_CASE("an action of OneBot 11 gets the hint that OneBot 12 is spoken here") {
  World world;
  struct Unknown : onebot::ActionSink {
    void act(Action, Reply reply) override { reply.error({Retcode::unsupported_action, "no such action"}); }
  } unknown;
  onebot::Backend backend{world.events, world.cursors, unknown,      world.meta,
                          world.loop,   world.client,  world.server, world.log};
  connect::WebSocketReverse reverse({.url = "ws://u:pw@a/ws"}, backend, world.implementation);
  REQUIRE(reverse.start());
  world.client.links.back()->open();

  world.client.links.back()->text(R"({"action":"send_private_msg","params":{}})");
  world.loop.run();

  CHECK(world.log.contains("websocket_reverse ws://a/ws refused a request"));
  CHECK(world.log.contains("it looks like a client of OneBot 11"));
}

}  // namespace
