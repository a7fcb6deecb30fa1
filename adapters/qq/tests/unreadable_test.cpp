// What the gateway sends and nobody can read: it costs itself, at most its session, and never the bot.

#include "adapters/qq/tests/linked.h"

using namespace qq_test;

TEST_CASE("a dispatch that is not UTF-8 arrives, repaired, over the same connection") {
  Linked bot;
  bot.link().broken_text(
      "{\"op\":0,\"s\":2,\"id\":\"C2C_MESSAGE_CREATE:1\",\"t\":\"C2C_MESSAGE_CREATE\",\"d\":{\"id\":\"M1\","
      "\"content\":\"cut \xE4\",\"author\":{\"user_openid\":\"U\"},\"timestamp\":\"2026-11-01T00:00:00+08:00\"}}");
  bot.event(3);
  REQUIRE(bot.world.events.events().size() == 2);
  CHECK(bot.world.events.events()[0].alt_message == "cut \xEF\xBF\xBD");
  CHECK(bot.dials() == 1);
}

TEST_CASE("a dispatch that is too long is lost alone, and what comes behind it moves the session on") {
  Linked bot;
  bot.event(2);
  bot.link().too_long();
  CHECK(bot.count("frames_too_long") == 1);
  bot.event(4);
  bot.link().close(1006);
  CHECK(bot.reconnected() == "resume 4");
  CHECK(bot.world.events.events().size() == 2);
}

TEST_CASE("a resume that brings back what is too long goes on, and is given up when it cannot get past it twice") {
  Linked bot;
  bot.event(2);
  bot.link().too_long();
  bot.link().close(1006);
  for (int i = 0; i < 2; ++i) {
    CHECK(bot.reconnected() == "resume 2");
    bot.link().too_long();
    bot.link().close(1006);  // before RESUMED
  }
  CHECK(bot.reconnected() == "op 2");
  CHECK(bot.count("gateway_sessions_given_up") == 1);
}

TEST_CASE("a quiet session with something too long in it is resumed as often as it times out") {
  Linked bot;
  bot.event(2);
  bot.link().too_long();
  for (int i = 0; i < 5; ++i) {
    bot.link().close(4009);
    CHECK(bot.reconnected().starts_with("resume "));
    bot.link().too_long();
    bot.say(R"({"op":0,"s":3,"t":"RESUMED","d":""})");
    bot.say(R"({"op":11})");
  }
  CHECK(bot.count("gateway_sessions_given_up") == 0);
}

TEST_CASE("two closes of ours at one place give the session up, loudly; at two places they do not") {
  Linked bot;
  bot.event(2);
  bot.link().break_off(1009, "message too long");
  CHECK(bot.reconnected() == "resume 2");
  bot.event(3);
  bot.link().break_off(1002, "reserved bits without an extension");
  CHECK(bot.reconnected() == "resume 3");
  bot.link().break_off(1002, "reserved bits without an extension");
  CHECK(bot.count("gateway_sessions_given_up") == 1);
  CHECK(bot.world.log.contains("the second time at one place of the session, which is given up"));
  CHECK(bot.reconnected() == "op 2");
  bot.say(R"({"op":0,"s":1,"t":"READY","d":{"session_id":"S2","user":{"id":"7","username":"b"}}})");
  CHECK(bot.bot->online());
}

TEST_CASE("a gateway that asks for heartbeats and never reads them is replaced before they pile up") {
  Linked bot;
  bot.link().reading = false;
  const auto link = bot.world.client.links.back();
  int asked = 0;
  for (; link->peer && asked < 100'000; ++asked) {
    bot.say(R"({"op":1})");
    bot.world.loop.advance(0ms);
  }
  CHECK(asked > 1000);
  CHECK(asked < 20'000);
  CHECK(bot.world.log.contains("the platform does not read what we send"));
  CHECK(bot.reconnected() == "resume 1");
}

TEST_CASE("what a gateway repeats of our secrets when it closes is told nobody") {
  Linked bot;
  bot.link().close(4004, "token QQBot a-token of s3cret is wrong");
  CHECK(bot.world.log.contains("closed with 4004 \"token QQBot *** of *** is wrong\""));
  CHECK_FALSE(bot.world.log.contains("a-token"));
  CHECK_FALSE(bot.world.log.contains("s3cret"));
}

TEST_CASE("each close that is final is told as final, with its reason, by one shard or by several") {
  for (const int code : {4010, 4012, 4013, 4914, 4915}) {
    CAPTURE(code);
    Linked bot;
    bot.link().close(code);
    bot.world.loop.advance(1h);
    CHECK_FALSE(bot.bot->online());
    CHECK(bot.dials() == 1);
    CHECK(bot.bot->trouble().final);
    CHECK(bot.bot->trouble().why.find(fmt::format("closed with {}", code)) == 0);
  }
}
