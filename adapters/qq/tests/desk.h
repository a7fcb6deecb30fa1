// The simulator at a desk, and a bot that is wired to it.

#pragma once

#include "adapters/qq/adapter.h"
#include "adapters/qq/simulator/simulator.h"
#include "adapters/qq/tests/pair.h"
#include "onebot/json.h"
#include "tests/fakes.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qq_desk {

using namespace std::chrono_literals;
using onebot::Fields;
using onebot::json::Document;

inline constexpr std::string_view kUser = "E4F4AEA33253A2797FB897C50B81D7ED",
                                  kGroup = "5F1E9C7A3B8D42604E7A9B1C2D3F5A68";

struct Desk {
  fakes::World world{};
  std::unique_ptr<onebot::Simulator> platform = qq::make_simulator("qq", world.loop, world.server, world.client);
  std::string token{};

  Desk() {
    REQUIRE(platform->open({}).value() == 40000);
    const auto answer = post("/app/getAppAccessToken", fmt::format(R"({{"appId":"{}","clientSecret":"{}"}})",
                                                                   onebot::text_of(platform->bot(), "app_id"),
                                                                   onebot::text_of(platform->bot(), "app_secret")));
    token = member(answer, "access_token");
  }

  onebot::io::HttpResponse request(std::string method, std::string path, std::string body = "",
                                   std::string query = "") {
    onebot::io::HttpRequest request{.method = std::move(method), .url = std::move(path), .query = std::move(query)};
    if (!token.empty()) request.headers = {{"Authorization", "QQBot " + token}};
    request.body = std::move(body);
    return *world.server.request(std::move(request))->response;
  }
  onebot::io::HttpResponse post(std::string path, std::string body, std::string query = "") {
    return request("POST", std::move(path), std::move(body), std::move(query));
  }
  static std::string member(const onebot::io::HttpResponse& answer, std::string_view path) {
    const auto document = Document::parse(answer.body);
    return document ? document->root().at(path).text() : "";
  }
  std::shared_ptr<fakes::Link> connect() { return world.server.connect({.url = "/websocket/"}); }
  void say(fakes::Link& link, std::string text) {
    link.text(text);
    world.loop.run();
  }
  std::string identify() const {
    return fmt::format(R"({{"op":2,"d":{{"token":"QQBot {}","intents":33554432,"shard":[0,1]}}}})", token);
  }
  std::string resume(std::string_view session, int seq) const {
    return fmt::format(R"({{"op":6,"d":{{"token":"QQBot {}","session_id":"{}","seq":{}}}}})", token, session, seq);
  }
  void play(std::string text) {
    const auto document = Document::parse(text);
    CHECK(platform->play(document->root()));
    world.loop.run();
  }
};

inline std::string at(const std::string& frame, std::string_view path) {
  const auto document = Document::parse(frame);
  return document ? document->root().at(path).text() : "not JSON";
}

// Carries bytes between the adapter's client and the simulator's server.
struct Wire {
  Desk desk{};
  fakes::Client client{desk.world.loop};
  fakes::EventSink events{};
  onebot::Host host{desk.world.loop, client, desk.world.ingress, events, desk.world.files, desk.world.log};
  std::unique_ptr<onebot::Adapter> bot{};
  std::vector<qq::test::Pair> pairs{};
  std::size_t called = 0;

  Wire() { restart(); }
  void restart() {
    bot.reset();
    bot = qq::make("qq", desk.platform->bot(), host).value();
    bot->start();
    run();
  }
  void run() {
    for (bool moved = true; moved;) {
      desk.world.loop.advance(10ms);
      moved = carry_calls();
      for (; pairs.size() < client.links.size(); moved = true) {
        pairs.push_back({client.links[pairs.size()], desk.world.server.connect({.url = "/websocket/"})});
        if (pairs.back().ours->peer) pairs.back().ours->open();
      }
      for (qq::test::Pair& pair : pairs) moved = pair.carry() || moved;
    }
  }
  bool carry_calls() {
    const bool any = called < client.calls.size();
    for (; called < client.calls.size(); ++called) {
      const auto call = client.calls[called];
      onebot::io::HttpRequest request = call->request;
      const auto path = request.url.find('/', std::string_view("http://").size());
      request.url.erase(0, path);
      if (const auto mark = request.url.find('?'); mark != std::string::npos) {
        request.query = request.url.substr(mark + 1);
        request.url.resize(mark);
      }
      if (const auto bang = request.url.find("%21"); bang != std::string::npos) request.url.replace(bang, 3, "!");
      call->answer_with(*desk.world.server.request(std::move(request))->response);
    }
    return any;
  }
  std::string call(std::string name, Fields params) {
    std::string answer;
    bot->call({std::move(name), std::move(params)},
              onebot::Reply([&](auto result) { answer = onebot::encode_response(result, std::nullopt); }));
    run();
    return answer;
  }
  std::string state(std::string_view path) { return Desk::member(desk.request("GET", "/simulator/state"), path); }
};

}  // namespace qq_desk
