// Somebody who speaks OneBot 12 at an endpoint of OneBot 11: what they hear, what the log says.

#include "bridge.h"
#include "onebot/v11/connect/transports.h"

#include <algorithm>

namespace {

using namespace v11_test;

constexpr const char* kClient = "192.0.2.7:50000";

struct Eleven : Bridge {
  explicit Eleven(const connect::Elsewhere& elsewhere = {"127.0.0.1:5700", "127.0.0.1:6700"},
                  std::string url = "ws://h/onebot/v11/ws", std::string post = "http://h/")
      : Bridge(1) {
    links::Ways ways{.http = {{.port = 5701}}, .websocket = {{.port = 6701}}};
    ways.websocket_reverse = {{.url = std::move(url)}};
    ways.http_post = {{.url = std::move(post)}};
    for (links::SectionOptions* section : {&ways.http[0].section, &ways.websocket[0].section,
                                           &ways.websocket_reverse[0].section, &ways.http_post[0].section}) {
      section->bots = known;
      section->heartbeat = 0ms;
      section->elsewhere = elsewhere;
    }
    transports = links::make_transports(std::move(ways), {ground, *rendering});
    for (const auto& transport : transports) REQUIRE(transport->start());
  }
  json::Document ask(std::string_view action) {
    const auto link = server.connect({.url = "/", .remote = kClient});
    link->text(std::string(R"({"action":")").append(action).append(R"(","params":{},"echo":"e"})"));
    loop.run();
    return parse(link->received.back());
  }
  std::uint64_t met() { return log.counters["clients_refused dialect"]; }

  std::vector<std::unique_ptr<onebot::Transport>> transports;
};

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

TEST_CASE("an action of OneBot 12 is answered with where that is spoken") {
  for (const char* action : {"send_message", "get_self_info", "get_version", "get_supported_actions", "upload_file"}) {
    CAPTURE(action);
    Eleven world;

    const json::Document answer = world.ask(action);

    CHECK(answer.root().at("retcode").integer() == (std::string_view(action) == "get_supported_actions" ? 0 : 1404));
    CHECK(has(answer.root().at("message").str(), "127.0.0.1:6700, where [[onebot.websocket]] listens"));
    CHECK(world.log.contains("it looks like a client of OneBot 12, and this address speaks OneBot 11"));
    CHECK(world.log.contains(kClient));
    CHECK(world.met() + world.log.counters["requests_mistaken 1404"] == 1);
  }
}

TEST_CASE("what both have, or neither, is no sign of OneBot 12") {
  for (const char* action : {"get_guild_list", "get_status", "get_friend_list", "unknown", "get_login_info"}) {
    CAPTURE(action);
    Eleven world;

    CHECK_FALSE(has(world.ask(action).root().at("message").str(), "OneBot 12"));
    CHECK_FALSE(world.log.contains("OneBot 12"));
  }
}

TEST_CASE("over HTTP as well, by the name of the action and by the path") {
  Eleven world;
  const auto ask = [&](std::string path, std::string body) {
    const auto answered = world.server.request({.method = "POST",
                                                .url = std::move(path),
                                                .remote = kClient,
                                                .headers = {{"Content-Type", "application/json"}},
                                                .body = std::move(body)});
    world.loop.run();
    return *answered->response;
  };

  const auto named = ask("/", R"({"action":"send_message","params":{}})");
  const auto called = ask("/get_self_info", "{}");
  const auto path = ask("/onebot/v12/", "{}");

  for (const auto& answer : {named, called, path}) {
    CHECK(answer.status == 404);
    CHECK(has(parse(answer.body).root().at("message").str(), "127.0.0.1:5700, where [[onebot.http]] listens"));
  }
}

TEST_CASE("a client that offers a subprotocol of OneBot 12 is refused before the upgrade, and hears why") {
  for (const char* offered : {"12", "12.frame", "11.x, 12.a", " 12 "}) {
    CAPTURE(offered);
    Eleven world;

    CHECK_FALSE(
        world.server.connect({.url = "/", .remote = kClient, .headers = {{"Sec-WebSocket-Protocol", offered}}}));

    CHECK(world.server.refused == 400);
    CHECK(world.met() == 1);
    CHECK(world.log.contains("it offers the subprotocol of OneBot 12"));
  }
  Eleven world;
  for (const char* offered : {"11", "120", "1.12", "v12", ""}) {
    CAPTURE(offered);
    CHECK(world.server.connect({.url = "/", .headers = {{"Sec-WebSocket-Protocol", offered}}}));
  }
}

TEST_CASE("without a section of OneBot 12 the answer names the one to add") {
  Eleven world{connect::Elsewhere{}};
  CHECK(has(world.ask("send_message").root().at("message").str(), "add [[onebot.websocket]] to the bridge's"));
}

TEST_CASE("an application of OneBot 12 shows by its address and by why it refuses or ends a connection, told once") {
  struct Row {
    const char* url;
    const char* reason;
    bool shows;
  };
  const Row rows[] = {
      {"ws://h/onebot/v12/ws?t=s3cret", "the upgrade was answered 403", true},
      {"ws://h/ws", "Missing connect meta event", true},
      {"ws://h/ws", "Missing X-Impl Header", true},
      {"ws://h/onebot/v11/ws", "the upgrade was answered 403", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.url);
    CAPTURE(row.reason);
    Eleven world({}, row.url);
    for (int i = 0; i < 3; ++i) {
      world.client.links.back()->close(1006, row.reason);
      world.turn(4s);
    }

    const auto told = std::ranges::count_if(world.log.lines, [](const auto& line) {
      return has(line.second, "move its url to [[onebot.websocket_reverse]]");
    });
    CHECK(told == (row.shows ? 1 : 0));
    CHECK(world.met() == (row.shows ? 3 : 0));
    CHECK_FALSE(world.log.contains("s3cret"));
  }
}

TEST_CASE("a receiver of OneBot 12 is known by what it misses") {
  Eleven world;

  world.client.calls.back()->answer(400, R"({"detail":"Missing X-Impl Header"})");
  world.loop.run();

  CHECK(world.met() == 1);
  CHECK(world.log.contains("onebot11.http_post http://h/ meets another dialect"));
  CHECK(world.log.contains("move its url to [[onebot.webhook]]"));
}

}  // namespace
