// A client that is turned away: what it hears, what the log says, what is counted.
#include "backend.h"
#include "onebot/connect/http.h"
#include "onebot/connect/webhook.h"
#include "onebot/connect/websocket.h"
#include "onebot/connect/websocket_reverse.h"

#include <algorithm>

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

// What a link hears whose actions nobody here knows.
struct Unknown : World {
  struct Nobody : onebot::ActionSink {
    void act(Action action, Reply reply) override {
      reply.error({Retcode::unsupported_action, "action \"" + action.name + "\" is not supported"});
    }
  } nobody;
  onebot::Backend knows_nothing{events, cursors, nobody, meta, loop, client, server, log};
};

std::string message_of(std::string_view response) { return std::string(parse(response).root().at("message").str()); }

TEST_CASE("an action of OneBot 11 is answered with where that is spoken, over WebSocket and HTTP") {
  for (const char* action : {"get_login_info", "send_private_msg", "send_group_msg", "send_msg", "send_msg_async",
                             "get_version_info", ".handle_quick_operation"}) {
    CAPTURE(action);
    Unknown world;
    const connect::Elsewhere there{.http = "127.0.0.1:5701", .websocket = "127.0.0.1:6701"};
    connect::WebSocket websocket({.elsewhere = there}, world.knows_nothing);
    connect::Http http({.elsewhere = there}, world.knows_nothing);
    REQUIRE(websocket.start());
    REQUIRE(http.start());
    const std::string request = std::string(R"({"action":")") + action + R"(","params":{}})";

    const auto link = world.server.connect({.url = "/", .remote = kClient});
    link->text(request);
    world.loop.run();
    const auto answer = world.server.request(
        {.method = "POST", .url = "/", .headers = {{"Content-Type", "application/json"}}, .body = request});

    const std::string over_websocket = message_of(link->received.back());
    CHECK(over_websocket.find("127.0.0.1:6701, where [[onebot11.websocket]] listens") != std::string::npos);
    CHECK(over_websocket.starts_with(std::string("action \"") + action));
    const std::string over_http = message_of(answer->response->body);
    CHECK(over_http.find("127.0.0.1:5701, where [[onebot11.http]] listens") != std::string::npos);
    CHECK(world.log.contains("it looks like a client of OneBot 11"));
    CHECK(world.log.counters["requests_mistaken 10002"] == 2);
  }
}

TEST_CASE("what both have, or neither, is no sign of OneBot 11") {
  for (const char* action : {"get_status", "get_friend_list", "unknown", "send_message", ""}) {
    CAPTURE(action);
    Unknown world;
    connect::WebSocket websocket({}, world.knows_nothing);
    REQUIRE(websocket.start());

    const auto link = world.server.connect({.url = "/", .remote = kClient});
    link->text(std::string(R"({"action":")") + action + R"(","params":{}})");
    world.loop.run();

    CHECK(link->received.back().find("OneBot 11") == std::string::npos);
    CHECK_FALSE(world.log.contains("OneBot 11"));
  }
}

TEST_CASE("without a section of OneBot 11 the answer names the one to add, and a reverse link the one to move to") {
  Unknown world;
  connect::WebSocket websocket({}, world.knows_nothing);
  connect::WebSocketReverse reverse({.url = "ws://u:pw@a/ws"}, world.knows_nothing, world.implementation);
  REQUIRE(websocket.start());
  REQUIRE(reverse.start());
  const auto forward = world.server.connect({.url = "/", .remote = kClient});
  const auto back = world.client.links.back();
  back->open();

  forward->text(R"({"action":"get_login_info","params":{}})");
  back->text(R"({"action":"send_private_msg","params":{}})");
  world.loop.run();

  CHECK(message_of(forward->received.back()).find("add [[onebot11.websocket]] to the bridge's") != std::string::npos);
  CHECK(message_of(back->received.back()).find("move its url to [[onebot11.websocket_reverse]]") != std::string::npos);
  CHECK(world.log.contains("websocket_reverse ws://a/ws refused a request"));
}

TEST_CASE("a request to an address of OneBot 11 is sent to its section") {
  Unknown world;
  connect::Http http({.elsewhere = {.http = "[::1]:5701"}}, world.knows_nothing);
  REQUIRE(http.start());

  for (const char* path : {"/send_group_msg", "/get_login_info/", "/onebot/v11/http", "/OneBotv11", "/v11/"}) {
    CAPTURE(path);
    const auto answer = http.refuse({.method = "GET", .url = path, .remote = kClient});
    CHECK(answer->status == 404);
    CHECK(answer->body.find("[::1]:5701, where [[onebot11.http]] listens") != std::string::npos);
  }
  CHECK(http.refuse({.method = "GET", .url = "/v12/"})->body.find("OneBot 11") == std::string::npos);
}

TEST_CASE("an application of OneBot 11 that ends a reverse link is told of once, and counted each time") {
  struct Row {
    const char* url;
    const char* reason;
    const char* why;  // "": nothing shows
  };
  const Row rows[] = {
      {"ws://a/ws", "invalid X-Client-Role", "it said \"invalid X-Client-Role\""},
      {"ws://a/ws", "Missing X-Self-ID Header", "it said"},
      {"ws://a/ws", "unknown post_type undefined", "it said"},
      {"ws://a/onebot/v11/ws?t=s3cret", "the upgrade was answered 403", "its address says so"},
      {"ws://a/OneBotv11", "", "its address says so"},
      {"ws://a/onebot/v12/ws", "the upgrade was answered 403", ""},
      {"ws://a/", "bye", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.url);
    CAPTURE(row.reason);
    World world;
    connect::WebSocketReverse reverse({.url = row.url}, world.backend, world.implementation);
    REQUIRE(reverse.start());
    for (int i = 0; i < 3; ++i) {
      world.client.links.back()->open();
      world.client.links.back()->close(1008, row.reason);
      world.turn(4s);
    }

    const auto told = std::ranges::count_if(world.log.lines, [](const auto& line) {
      return line.second.find("meets another dialect") != std::string::npos;
    });
    const bool shows = *row.why != '\0';
    CHECK(told == (shows ? 1 : 0));
    CHECK(world.log.counters["clients_refused dialect"] == (shows ? 3 : 0));
    if (shows) CHECK(world.log.contains(row.why));
    if (shows) CHECK(world.log.contains("move its url to [[onebot11.websocket_reverse]]"));
    CHECK_FALSE(world.log.contains("s3cret"));
  }
}

TEST_CASE("a client of OneBot 11 that ends a forward link and says why is told of") {
  World world;
  connect::WebSocket websocket({}, world.backend);
  REQUIRE(websocket.start());

  world.server.connect({.url = "/", .remote = kClient})->close(1008, "no post_type in the event");
  world.server.connect({.url = "/", .remote = kClient})->close(1000, "bye");

  CHECK(
      world.log.contains("websocket 127.0.0.1:6700 meets another dialect: it said \"no post_type in the event\" "
                         "remote=\"192.0.2.7:50000\""));
  CHECK(world.log.counters["clients_refused dialect"] == 1);
}

TEST_CASE("an application of OneBot 11 behind a webhook shows by its refusal, its address or its answer") {
  struct Row {
    const char* url;
    int status;
    const char* body;
    bool shows;
  };
  const Row rows[] = {
      {"http://a/", 400, R"({"detail":"Missing X-Self-ID Header"})", true},
      {"http://a/onebot/v11/http", 403, "", true},
      {"http://a/", 200, R"({"reply":"hi","at_sender":false})", true},
      {"http://a/", 403, "Missing Authorization Header", false},
      {"http://a/", 200, R"({"status":"ok"})", false},
      {"http://a/onebot/v11/http", 502, "X-Self-ID", false},
      {"http://a/onebot/v11/http", 204, "", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.url);
    CAPTURE(row.body);
    World world;
    connect::Webhook webhook({.url = row.url}, world.backend, world.implementation);
    REQUIRE(webhook.start());

    world.client.calls.back()->answer(row.status, row.body);
    world.loop.run();

    CHECK(world.log.counters["clients_refused dialect"] == (row.shows ? 1 : 0));
    CHECK(world.log.contains("move its url to [[onebot11.http_post]]") == row.shows);
  }
}

}  // namespace
