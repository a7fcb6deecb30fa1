// How long it takes until a bot is back, whatever took it away. The bounds stand in docs/guarantees.md.

#include "adapters/qq/tests/lifetime.h"
#include "adapters/qq/tests/linked.h"

#include <algorithm>

using namespace qq_test;
using qq::test::Lifetime;

namespace {

constexpr std::chrono::seconds kBack{150};

// Until it is online, in steps of a second.
std::chrono::seconds time_to_return(Lifetime& life) {
  std::chrono::seconds passed{0};
  for (; !life.online() && passed < 1h; ++passed) life.pass(1s, 1s);
  return passed;
}

}  // namespace

TEST_CASE("however long the platform was away, a gateway bot is back within two and a half minutes") {
  for (const auto away : {10s, 60s, 600s, 7200s}) {
    CAPTURE(away.count());
    Lifetime life;
    life.restart();
    life.pass(10s);
    REQUIRE(life.online());
    life.network(false);
    life.pass(away, 1s);
    life.network(true);
    CHECK(time_to_return(life) <= kBack);
    life.pass(kBack, 1s);
    CHECK(life.online());
    life.play(R"({"t":"FRIEND_ADD","id":"after","d":{"openid":"U"}})");
    life.pass(5s);
    REQUIRE_FALSE(life.events().events().empty());
    CHECK(life.events().events().back().id == "after");
  }
}

TEST_CASE("however long the platform was away, a bot that is pushed to is back within two and a half minutes") {
  Lifetime life(onebot::Fields{{"receive", "webhook"}});
  life.restart();
  life.pass(20s);
  REQUIRE(life.online());
  life.network(false);
  life.pass(3h, 5s);  // its token ends meanwhile
  CHECK_FALSE(life.online());
  life.network(true);
  CHECK(time_to_return(life) <= kBack);
}

TEST_CASE("a session that has worked makes the next wait short, however young its connection is") {
  Linked bot;
  for (int i = 0; i < 8; ++i) {
    bot.event(2 + i);
    bot.link().close(1006);
    const auto lost_at = bot.world.loop.now();
    bot.reconnected();
    bot.say(R"({"op":0,"s":1,"t":"RESUMED","d":""})");
    CHECK(bot.world.loop.now() - lost_at <= 55s);  // most of a minute where connections end at once
    bot.world.loop.advance(6s);
  }
  bot.event(20);
  bot.link().close(1006);
  const auto lost_at = bot.world.loop.now();
  bot.reconnected();
  CHECK(bot.world.loop.now() - lost_at <= 2s);
}

TEST_CASE(
    "an op 9 that allows a resume, on a young connection and again and again, keeps the bot away for a minute at "
    "most") {
  Linked bot;
  for (int i = 0; i < 6; ++i) {
    bot.say(R"({"op":9,"d":true})");
    const auto told_at = bot.world.loop.now();
    const bool resumes = bot.reconnected().starts_with("resume");
    bot.say(resumes ? R"({"op":0,"s":1,"t":"RESUMED","d":""})"
                    : R"({"op":0,"s":1,"t":"READY","d":{"session_id":"S2","user":{"id":"7"}}})");
    CHECK(bot.bot->online());
    CHECK(bot.world.loop.now() - told_at <= 60s);
  }
}
