// People: what is known of those who wrote.

#include "adapters/qq/people.h"

#include "adapters/qq/tests/linked.h"
#include "onebot/json_write.h"
#include "tests/fakes.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using qq::People;

namespace {

struct Known {
  fakes::EventSink disk{};
  People people{[this](onebot::Record record) { disk.remember(std::move(record)); }};
  std::vector<onebot::Record> kept() { return disk.recall(People::kRecord); }
};

}  // namespace

TEST_CASE("what is not told anew stays as it was known") {
  Known known;
  known.people.learn("7", {.name = "Amy", .guild = "1"});
  known.people.learn("7", {.guild = "2"});
  known.people.learn("7", {.name = "Amelia"});
  known.people.learn("", {.name = "nobody"});

  REQUIRE(known.people.find("7"));
  CHECK(known.people.find("7")->name == "Amelia");
  CHECK(known.people.find("7")->guild == "2");
  CHECK_FALSE(known.people.find(""));
  CHECK(known.kept().empty());
}

TEST_CASE("direct messages are known after a restart, and written when they are other ones") {
  Known known;
  known.people.learn("7", {.name = "Amy", .guild = "1", .direct = "900"});
  known.people.learn("7", {.direct = "900"});
  CHECK(known.disk.records.size() == 1);
  known.people.learn("7", {.guild = "2", .direct = "901"});

  Known later;
  later.people.recall(known.kept());

  REQUIRE(later.people.find("7"));
  CHECK(later.people.find("7")->direct == "901");
  CHECK(later.people.find("7")->guild == "2");
  CHECK(later.people.find("7")->name.empty());
}

TEST_CASE("of very many people the first are forgotten, on disk too") {
  Known known;
  known.people.learn("first", {.guild = "1", .direct = "900"});
  for (std::size_t i = 1; i < People::kMost; ++i) known.people.learn(fmt::format("{}", i), {});
  CHECK(known.people.find("first"));

  known.people.learn("last", {});

  CHECK_FALSE(known.people.find("first"));
  CHECK(known.people.find("1"));
  CHECK(known.kept().empty());
}

TEST_CASE("a record of somebody that cannot be read is passed over") {
  Known known;
  known.people.recall({{"direct", "7", "900"}, {"direct", "8", "901 1"}});

  CHECK_FALSE(known.people.find("7"));
  CHECK(known.people.find("8")->direct == "901");
}

TEST_CASE("a user's picture is where the platform shows it to everybody, by app and openid") {
  qq_test::Linked bot;
  const auto info = [&bot](const std::string& user) {
    std::string told = "nothing";
    bot.bot->call({"get_user_info", {{"user_id", user}}, std::nullopt}, onebot::Reply([&](onebot::ActionResult result) {
                    told = result ? onebot::json::write(*result) : result.error().message;
                  }));
    bot.world.loop.run();
    return told;
  };
  const std::string openid = "7C1D4E9A2B5F48C09D3E6A7B8C9D0E1F";
  bot.say(fmt::format(R"({{"op":0,"s":2,"id":"FRIEND_ADD:2","t":"FRIEND_ADD","d":{{"openid":"{}","timestamp":7}}}})",
                      openid));
  bot.event(3);

  CHECK(info(openid).ends_with(R"("qq.avatar":"https://q.qlogo.cn/qqapp/1/7C1D4E9A2B5F48C09D3E6A7B8C9D0E1F/640"})"));
  CHECK_FALSE(info("U").contains("avatar"));  // no openid
}
