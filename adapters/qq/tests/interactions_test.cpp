// Interactions and audits: what the platform waits for, and what waits for the platform.

#include "adapters/qq/interactions.h"

#include "adapters/qq/audits.h"
#include "adapters/qq/events/events.h"
#include "adapters/qq/tests/bot.h"

#include <doctest/doctest.h>

using namespace qq_test;

namespace {

struct Acknowledging {
  fakes::World world{};
  std::vector<std::string> told{};
  qq::AccessToken token{qq::access_token({"1", "s", std::string(qq::kTokenUrl), ""}), world.loop, world.client,
                        world.log};
  qq::Api api{"https://api.test", "1", token, world.loop, world.client, world.log};
  qq::Interactions interactions{api, world.log};

  Acknowledging() {
    world.client.script = [this](const HttpRequest& request) {
      if (request.url == qq::kTokenUrl) return HttpResponse{200, {}, R"({"access_token":"T","expires_in":"7200"})"};
      told.push_back(request.method + " " + path_of(request));
      return HttpResponse{204, {}, ""};
    };
  }
  std::function<void(bool)> press(const std::string& id, int kind = 11) {
    const auto frame = onebot::json::Document::parse(
        fmt::format(R"({{"t":"INTERACTION_CREATE","d":{{"id":"{}","type":{}}}}})", id, kind));
    return interactions.after(qq::native_of(frame->root()), {});
  }
  void run() {
    for (int i = 0; i < 10; ++i) world.loop.advance(1ms);
  }
};

onebot::json::Document audit_frame(std::string_view name, std::string_view audit, std::string_view message) {
  return *onebot::json::Document::parse(
      fmt::format(R"({{"t":"{}","d":{{"audit_id":"{}","message_id":"{}"}}}})", name, audit, message));
}

void hear(qq::Audits& audits, const onebot::json::Document& frame) { audits.hear(qq::native_of(frame.root())); }

}  // namespace

TEST_CASE("only buttons and menus are waited for") {
  const auto waits = [](std::string_view text) {
    const auto frame = onebot::json::Document::parse(text);
    return qq::Interactions::waits(qq::native_of(frame->root()));
  };
  CHECK(waits(R"({"t":"INTERACTION_CREATE","d":{"id":"1","type":11}})"));
  CHECK(waits(R"({"t":"INTERACTION_CREATE","d":{"id":"1","data":{"type":12}}})"));
  CHECK_FALSE(waits(R"({"t":"INTERACTION_CREATE","d":{"id":"1","type":13}})"));
  CHECK_FALSE(waits(R"({"t":"INTERACTION_CREATE","d":{"id":"1","type":11,"data":{"type":2001}}})"));
  CHECK_FALSE(waits(R"({"t":"INTERACTION_CREATE","d":{"id":"1"}})"));
  CHECK_FALSE(waits(R"({"t":"FRIEND_ADD","d":{"id":"1","type":11}})"));
}

TEST_CASE("an interaction is acknowledged when its event is on disk, once, and by its id as it stands in a path") {
  Acknowledging bot;
  const auto first = bot.press("a b"), again = bot.press("a b"), lost = bot.press("lost");
  bot.run();
  CHECK(bot.told.empty());
  first(true);
  again(true);
  lost(false);
  bot.run();
  CHECK(bot.told == std::vector<std::string>{"PUT /interactions/a%20b"});
}

TEST_CASE("what is on disk after the bot was stopped is acknowledged by nobody") {
  Acknowledging bot;
  const auto committed = bot.press("late");
  bot.interactions.stop();
  committed(true);
  bot.run();
  CHECK(bot.told.empty());
}

TEST_CASE("a result is told to who waits for it, and kept for who comes later") {
  fakes::World world;
  qq::Audits audits(world.loop);
  std::string told;
  const auto tell = [&](onebot::Result<std::string> id) { told = id ? *id : id.error().message; };
  auto owner = audits.wait("A1", tell);
  hear(audits, audit_frame("MESSAGE_AUDIT_PASS", "A2", "M2"));
  CHECK(told.empty());
  hear(audits, audit_frame("MESSAGE_AUDIT_PASS", "A1", "M1"));
  CHECK(told == "M1");

  owner = audits.wait("A2", tell);
  world.loop.advance(1ms);
  CHECK(told == "M2");
  owner = audits.wait("A3", tell);
  hear(audits, audit_frame("MESSAGE_AUDIT_REJECT", "A3", ""));
  CHECK(told == "the platform rejected the message (audit A3)");
}

TEST_CASE("who no longer waits for a result is not told, and who waits in vain is told after 20 s") {
  fakes::World world;
  qq::Audits audits(world.loop);
  int told = 0;
  const auto tell = [&](const onebot::Result<std::string>& id) {
    ++told;
    CHECK(id.error().code == onebot::Retcode::under_review);
  };
  audits.wait("A1", tell).reset();
  hear(audits, audit_frame("MESSAGE_AUDIT_PASS", "A1", "M1"));
  const auto owner = audits.wait("A2", tell);
  world.loop.advance(19s);
  CHECK(told == 0);
  world.loop.advance(1s);
  CHECK(told == 1);
}

TEST_CASE("more waiting than there is room for is told so at once") {
  fakes::World world;
  qq::Audits audits(world.loop);
  std::vector<onebot::io::Owner> owners;
  int told = 0;
  for (std::size_t i = 0; i <= qq::Audits::kMostWaiting; ++i) {
    owners.push_back(audits.wait(fmt::format("A{}", i), [&](const auto&) { ++told; }));
  }
  world.loop.advance(1ms);
  CHECK(told == 1);
}
