#include "onebot/connect/transports.h"

#include "backend.h"

#include <algorithm>

namespace {

using namespace connect_test;

TEST_CASE("two webhooks and two reverse links each get every event exactly once") {  // C-GEN-02, C-GEN-09, C-RWS-11
  World world;
  connect::Methods methods{.webhook = {{.url = "http://a/"}, {.url = "http://b/"}},
                           .websocket_reverse = {{.url = "ws://a/"}, {.url = "ws://b/"}}};
  const auto transports = connect::make_transports(std::move(methods), world.backend_of(), world.implementation);
  for (const auto& [transport, bots] : transports) REQUIRE(transport->start());
  for (const auto& link : world.client.links) link->open();
  world.loop.run();
  world.client.calls.at(1)->answer(204, "");  // the webhook on a never answers

  world.append();
  for (const auto& [transport, bots] : transports) transport->wake();
  world.loop.run();

  CHECK(numbers(world.client.links.at(0)->received) == Numbers{1});
  CHECK(numbers(world.client.links.at(1)->received) == Numbers{1});
  CHECK(world.client.calls.size() == 3);
  CHECK(world.client.calls.at(2)->request.url == "http://b/");
}

TEST_CASE("URLs that differ only in secrets get cursors of their own") {
  World world;
  connect::Methods methods{.webhook = {{.url = "http://a/?k=1"}, {.url = "http://a/?k=2"}, {.url = "http://b/"}},
                           .websocket_reverse = {{.url = "ws://u:p@a/"}, {.url = "ws://a/"}}};
  const auto transports = connect::make_transports(std::move(methods), world.backend_of(), world.implementation);

  for (const auto& [transport, bots] : transports) REQUIRE(transport->start());

  Kinds names;
  for (const auto& [name, place] : world.cursors.places) names.push_back(name);
  CHECK(names == Kinds{"webhook:http://a/", "webhook:http://a/#2", "webhook:http://b/", "websocket_reverse:ws://a/",
                       "websocket_reverse:ws://a/#2"});
}

TEST_CASE("a place follows the name of its endpoint, and what was kept by address is taken over at the start") {
  World world;
  world.append(9);
  world.cursors.places["http:127.0.0.1:5700"] = 3;
  world.cursors.places["webhook:http://a/"] = 4;
  world.cursors.places["websocket_reverse:ws://a/"] = 5;
  world.cursors.places["websocket:ingress:app"] = 6;
  connect::Methods methods{.http = {{.name = "poll"}},
                           .webhook = {{.name = "hook", .url = "http://a/"}},
                           .websocket = {{.name = "ingress", .host = "127.0.0.1", .port = 7000}},
                           .websocket_reverse = {{.name = "back", .url = "ws://a/"}}};
  const auto transports = connect::make_transports(std::move(methods), world.backend_of(), world.implementation);

  for (const auto& [transport, bots] : transports) REQUIRE(transport->start());

  CHECK(world.cursors.places.find("http:poll")->second == 3);
  CHECK(world.cursors.places.find("webhook:hook")->second == 4);
  CHECK(world.cursors.places.find("websocket_reverse:back")->second == 5);
  CHECK(std::ranges::find(world.cursors.renamed, "websocket:127.0.0.1:7000: -> websocket:ingress:") !=
        world.cursors.renamed.end());
  world.server.clients_answer = true;
  const auto link = world.server.connect({.url = "/", .query = "consumer=app"});
  world.turn(1s);
  CHECK(numbers(link->received) == range(6, 9));
}

TEST_CASE("HTTP and WebSocket may be configured on one port") {  // C-GEN-08
  World world;
  connect::Methods methods{.http = {{.port = 5700}}, .websocket = {{.port = 5700}}};
  const auto transports = connect::make_transports(std::move(methods), world.backend_of(), world.implementation);

  for (const auto& [transport, bots] : transports) REQUIRE(transport->start());

  REQUIRE(world.server.addresses.size() == 2);
  CHECK(world.server.addresses.at(0) == world.server.addresses.at(1));
  CHECK(world.server.http != nullptr);
  CHECK(world.server.websocket != nullptr);
}

TEST_CASE("the implementation's name is the same in all heads") {  // C-GEN-05
  World world;
  connect::Methods methods{.webhook = {{.url = "http://a/"}}, .websocket_reverse = {{.url = "ws://a/"}}};
  const auto transports =
      connect::make_transports(std::move(methods), world.backend_of(), {.name = "other", .version = "2"});

  for (const auto& [transport, bots] : transports) REQUIRE(transport->start());

  CHECK(io::header(world.client.calls.at(0)->request.headers, "X-Impl") == "other");
  CHECK(io::header(world.client.links.at(0)->upgrade.headers, "Sec-WebSocket-Protocol") == "12.other");
  CHECK(io::header(world.client.links.at(0)->upgrade.headers, "User-Agent") == "OneBot/12 (bridge) other/2");
}

TEST_CASE("each endpoint stands on the bridge with its own bots") {
  World world;
  connect::Methods methods{.http = {{.bots = {"mock/a"}}},
                           .webhook = {{.url = "http://a/"}},
                           .websocket = {{.bots = {"mock/a", "mock/b"}}},
                           .websocket_reverse = {{.url = "ws://a/", .bots = {"mock/b"}}}};
  std::vector<std::vector<std::string>> asked;
  const auto backend_of = [&](const std::vector<std::string>& bots) -> onebot::Backend& {
    asked.push_back(bots);
    return world.backend;
  };

  const auto endpoints = connect::make_transports(std::move(methods), backend_of, world.implementation);

  CHECK(asked == std::vector<std::vector<std::string>>{{"mock/a"}, {}, {"mock/a", "mock/b"}, {"mock/b"}});
  for (std::size_t i = 0; i < endpoints.size(); ++i) CHECK(endpoints[i].bots == asked[i]);
}

}  // namespace
