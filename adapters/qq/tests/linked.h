// A QQ bot with an open gateway session, whose gateway says what the test says.

#pragma once

#include "adapters/qq/adapter.h"
#include "onebot/json.h"
#include "tests/fakes.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <string_view>

namespace qq_test {

using namespace std::chrono_literals;

struct Linked {
  fakes::World world{};
  std::unique_ptr<onebot::Adapter> bot{};

  Linked() {
    world.client.script = [](const onebot::io::HttpRequest& request) {
      if (request.url.ends_with("/gateway/bot")) return onebot::io::HttpResponse{200, {}, R"({"url":"wss://g.test/"})"};
      return onebot::io::HttpResponse{200, {}, R"({"access_token":"a-token","expires_in":"7200"})"};
    };
    const auto settings = qq::read_settings({{"app_id", "1"}, {"app_secret", "s3cret"}});
    bot = std::make_unique<qq::Adapter>(*settings, world.host, [] { return 0.0; });
    bot->start();
    world.loop.run();
    greet();
    say(R"({"op":0,"s":1,"t":"READY","d":{"session_id":"S1","user":{"id":"7","username":"b"}}})");
  }
  fakes::Link& link() { return *world.client.links.back(); }
  std::size_t dials() const { return world.client.links.size(); }
  void greet() {
    link().open();
    say(R"({"op":10,"d":{"heartbeat_interval":45000}})");
  }
  void say(std::string_view text) {
    link().text(text);
    world.loop.run();
  }
  void event(int s) {
    say(fmt::format(R"({{"op":0,"s":{0},"id":"FRIEND_ADD:{0}","t":"FRIEND_ADD","d":{{"openid":"U","timestamp":7}}}})",
                    s));
  }
  // The next connection is there, and greeted: what it begins with.
  std::string reconnected() {
    const std::size_t before = dials();
    for (int i = 0; i < 600 && dials() == before; ++i) world.loop.advance(100ms);
    REQUIRE(dials() == before + 1);
    greet();
    const auto first = onebot::json::Document::parse(link().received.at(0));
    const auto op = first->root().at("op").integer();
    return op == 6 ? fmt::format("resume {}", *first->root().at("d.seq").integer()) : fmt::format("op {}", *op);
  }
  std::uint64_t count(std::string_view name) { return world.log.counters[std::string(name)]; }
};

}  // namespace qq_test
