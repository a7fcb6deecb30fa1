// What a bot sends unasked, seen from outside: the switch of users and groups, quotas, and restarts between.

#include "adapters/qq/tests/bot.h"

#include <doctest/doctest.h>

using namespace qq_test;

namespace {

constexpr std::string_view kUser = "7C1D4E9A2B5F48C09D3E6A7B8C9D0E1F";

struct Listening : Bot {
  int seq = 1;

  explicit Listening(Fields more = {}) : Bot(std::move(more)) {
    answers["GET /gateway/bot"] = R"({"url":"wss://g.test/","shards":1})";
    answers[fmt::format("POST /v2/users/{}/messages", kUser)] = R"({"id":"S1"})";
    answers[fmt::format("POST /v2/groups/{}/messages", kGroup)] = R"({"id":"S2"})";
    answers["POST /channels/11/messages"] = answers["POST /channels/12/messages"] =
        answers["POST /channels/13/messages"] = R"({"id":"S3"})";
    start();
  }
  void start() {
    bot->start();
    world.loop.advance(10ms);
    fakes::Link& link = *world.client.links.back();
    link.open();
    link.text(R"({"op":10,"d":{"heartbeat_interval":30000}})");
    world.loop.advance(10ms);
    const bool resumes = link.received.back().find("\"op\":6") != std::string::npos;
    say(resumes ? R"("t":"RESUMED","d":"")" : R"("t":"READY","d":{"session_id":"S","user":{"id":"31"}})");
  }
  void restart() {
    bot->stop();
    bot = qq::make("qq", section, world.host).value();
    start();
  }
  void say(std::string_view rest) {
    world.client.links.back()->text(fmt::format(R"({{"op":0,"s":{},{}}})", seq++, rest));
  }
  void event(std::string_view name, std::string_view id, int timestamp) {
    const bool group = name.starts_with("GROUP");
    say(fmt::format(R"("t":"{}","id":"{}","d":{{"timestamp":{},"{}":"{}","op_member_openid":"M"}})", name, id,
                    timestamp, group ? "group_openid" : "openid", group ? kGroup : kUser));
  }
  void message(std::string_view id) {
    say(fmt::format(R"("t":"C2C_MESSAGE_CREATE","id":"E-{0}","d":{{"id":"{0}","content":"hi",)"
                    R"("timestamp":"2026-11-01T00:00:00+08:00","author":{{"user_openid":"{1}"}}}})",
                    id, kUser));
  }
  std::string to_user() {
    return at(call("send_message", {{"detail_type", "private"}, {"user_id", kUser}, {"message", "news"}}), "retcode");
  }
  std::string to_group() {
    return at(call("send_message", {{"detail_type", "group"}, {"group_id", kGroup}, {"message", "news"}}), "retcode");
  }
  std::string to_channel(std::string_view channel) {
    return at(call("send_message",
                   {{"detail_type", "channel"}, {"guild_id", "1"}, {"channel_id", channel}, {"message", "news"}}),
              "retcode");
  }
};

}  // namespace

TEST_CASE("a user who switched off what comes unasked gets answers alone, over a restart, until they switch it on") {
  Listening bot;
  CHECK(bot.to_user() == "0");

  bot.event("C2C_MSG_REJECT", "E1", 1'790'000'100);
  CHECK(bot.to_user() == "34005");
  CHECK(bot.to_group() == "0");
  bot.restart();
  CHECK(bot.to_user() == "34005");
  const std::size_t sent = bot.count("POST", "/v2/users/");

  bot.message("M1");
  for (int i = 0; i < 4; ++i) CHECK(bot.to_user() == "0");
  CHECK(at(bot.calls.back().body, "msg_id") == "M1");
  CHECK(bot.to_user() == "34005");
  CHECK(bot.count("POST", "/v2/users/") == sent + 4);

  bot.event("C2C_MSG_RECEIVE", "E2", 1'790'000'200);
  CHECK(bot.to_user() == "0");
  CHECK(at(bot.calls.back().body, "event_id") == "E2");
  bot.world.loop.advance(1h);
  bot.restart();
  CHECK(bot.to_user() == "0");
  CHECK(at(bot.calls.back().body, "event_id").empty());
}

TEST_CASE("a group's switch is its own, and a refusal that comes again after the consent changes nothing") {
  Listening bot;
  bot.event("GROUP_MSG_REJECT", "E1", 1'790'000'100);
  CHECK(bot.to_group() == "34005");
  CHECK(bot.to_user() == "0");

  bot.event("GROUP_MSG_RECEIVE", "E2", 1'790'000'200);
  bot.event("GROUP_MSG_REJECT", "E1", 1'790'000'100);
  bot.world.loop.advance(1h);
  bot.restart();

  CHECK(bot.to_group() == "0");
  CHECK(at(bot.calls.back().body, "event_id").empty());
}

TEST_CASE("with the bot a group's switch leaves") {
  Listening bot;
  bot.event("GROUP_MSG_REJECT", "E1", 1'790'000'100);
  CHECK(bot.to_group() == "34005");

  bot.event("GROUP_DEL_ROBOT", "E2", 1'790'000'200);

  CHECK(bot.to_group() == "0");
  CHECK(bot.world.events.recall("consent").empty());
}

TEST_CASE("a third channel of a guild is not written to that day, restart or not") {
  Listening bot;
  CHECK(bot.to_channel("11") == "0");
  CHECK(bot.to_channel("12") == "0");
  CHECK(bot.to_channel("13") == "34005");

  bot.restart();
  CHECK(bot.to_channel("13") == "34005");
  CHECK(bot.to_channel("11") == "0");
  bot.world.loop.advance(24h);
  CHECK(bot.to_channel("13") == "0");
}

TEST_CASE("the quota that the configuration names is kept to over a restart") {
  Listening bot({{"quotas", onebot::List{"group 2/month"}}});
  CHECK(bot.to_group() == "0");
  CHECK(bot.to_group() == "0");
  bot.restart();
  CHECK(bot.to_group() == "34005");
}

TEST_CASE("a sixth message in a second waits for the next second, in its order") {
  Listening bot;
  int done = 0;
  for (int i = 0; i < 7; ++i) {
    bot.bot->call({"send_message", {{"detail_type", "private"}, {"user_id", kUser}, {"message", fmt::format("{}", i)}}},
                  onebot::Reply([&](auto result) { done += result ? 1 : 0; }));
  }
  bot.world.loop.advance(500ms);
  CHECK(done == 5);

  bot.world.loop.advance(1s);

  CHECK(done == 7);
  CHECK(at(bot.calls.back().body, "content") == "6");
}

TEST_CASE("what the bot said in a guild comes back to it, and is no message that could be answered") {
  Listening bot;
  CHECK(bot.to_channel("11") == "0");
  const std::size_t events = bot.world.events.events().size();

  bot.say(R"("t":"MESSAGE_CREATE","id":"E-S3","d":{"id":"S3","guild_id":"1","channel_id":"11","content":"news",)"
          R"("author":{"id":"8"}})");

  CHECK(bot.world.log.counters["own_echoes"] == 1);
  CHECK(bot.world.events.events().size() == events);
  CHECK(bot.to_channel("11") == "0");
  CHECK(at(bot.calls.back().body, "msg_id").empty());
}
