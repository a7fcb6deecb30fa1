// Codes, intents, settings: tables and how they are read.

#include "adapters/qq/adapter.h"
#include "adapters/qq/calls/errors.h"
#include "adapters/qq/feed/gateway.h"
#include "adapters/qq/feed/intents.h"
#include "onebot/json.h"
#include "tests/fakes.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using onebot::Fields;
using onebot::List;
using onebot::Retcode;

TEST_CASE("a code of the platform has its retcode and its cure") {
  struct Row {
    int code;
    Retcode retcode;
    qq::Cure cure;
  };
  for (const Row& row :
       {Row{11244, Retcode::credentials, qq::Cure::fresh_token}, Row{11242, Retcode::refused, qq::Cure::again},
        Row{11298, Retcode::address_not_allowed, qq::Cure::none},
        Row{40023002, Retcode::address_not_allowed, qq::Cure::none}, Row{22009, Retcode::rate_limited, qq::Cure::later},
        Row{40054013, Retcode::unasked_refused, qq::Cure::none}, Row{40034005, Retcode::too_late, qq::Cure::active},
        Row{304027, Retcode::too_late, qq::Cure::active}, Row{40054005, Retcode::duplicate, qq::Cure::next_seq},
        Row{304023, Retcode::under_review, qq::Cure::none}, Row{40054010, Retcode::url_refused, qq::Cure::none},
        Row{50056, Retcode::forbidden, qq::Cure::none}, Row{50055, Retcode::body_refused, qq::Cure::none},
        Row{306003, Retcode::recall_refused, qq::Cure::again}, Row{306001, Retcode::recall_refused, qq::Cure::none},
        Row{630008, Retcode::interaction_refused, qq::Cure::none}, Row{999999, Retcode::refused, qq::Cure::none}}) {
    CAPTURE(row.code);
    CHECK(qq::meaning_of(row.code).retcode == row.retcode);
    CHECK(qq::meaning_of(row.code).cure == row.cure);
  }
}

TEST_CASE("an answer that is no JSON is known by its HTTP status") {
  const auto retcode = [](int status) { return qq::read_failure({status, {}, "<html>"}).error.code; };

  CHECK(retcode(401) == Retcode::credentials);
  CHECK(retcode(429) == Retcode::rate_limited);
  CHECK(retcode(404) == Retcode::refused);
  CHECK(retcode(502) == Retcode::server_error);
  CHECK(retcode(413) == Retcode::media_refused);
}

TEST_CASE("a code that no number can be is no code") {
  const auto failure = qq::read_failure({400, {}, R"({"code": 99999999999999, "err_code": "none", "message": 7})"});

  CHECK(failure.code == 0);
  CHECK(failure.error.message == "the platform refused (HTTP 400)");
}

TEST_CASE("giving up intents ends, and begins with what is missed least") {
  qq::Intents intents{qq::default_intents()};
  int steps = 0;
  for (auto next = qq::reduced(intents); next; next = qq::reduced(intents), ++steps) {
    CHECK(next->bits != intents.bits);
    intents = *next;
  }

  CHECK(steps == 8);  // eight bits, one swap, and one bit is left
  CHECK(intents.bits == 1);
  CHECK(qq::intent_names(qq::reduced({3})->bits) == "GUILDS");
}

TEST_CASE("an intent that does not exist is named, with those that do") {
  const auto wrong = qq::read_intents(List{"GUILDS", "GUILD"});

  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message.starts_with("intents: \"GUILD\" is none; allowed: GUILDS "));
  CHECK(qq::read_intents(List{"PUBLIC_GUILD_MESSAGES", "GUILDS"}).value() == 0x40000001);
  CHECK(qq::read_intents({}).value() == qq::default_intents());
}

TEST_CASE("a section is read with endpoints nested or dotted, and the sandbox has its own host") {
  const Fields plain{{"app_id", "102000001"}, {"app_secret", "s"}};
  CHECK(qq::read_settings(plain)->api == "https://api.bot.qq.com");
  CHECK(qq::read_settings(plain)->token_url == "https://api.bot.qq.com/app/getAppAccessToken");

  Fields sandbox = plain;
  sandbox.push_back({"sandbox", true});
  CHECK(qq::read_settings(sandbox)->api == "https://sandbox.api.sgroup.qq.com");

  Fields nested = sandbox;
  nested.push_back({"endpoints", Fields{{"api", "http://127.0.0.1:1/"}}});
  CHECK(qq::read_settings(nested)->api == "http://127.0.0.1:1");

  Fields dotted = plain;
  dotted.push_back({"endpoints.gateway", "wss://127.0.0.1:2/w/"});
  CHECK(qq::read_settings(dotted)->gateway == "wss://127.0.0.1:2/w/");
}

TEST_CASE("a section that cannot work is refused with the key that is wrong") {
  fakes::World world;
  const auto why = [&](Fields section) {
    const auto made = qq::make("qq", section, world.host);
    return made ? std::string() : made.error().message;
  };

  CHECK(why({{"app_id", "bot"}, {"app_secret", "s"}}).starts_with("app_id: \"bot\""));
  CHECK(why({{"app_id", "1"}}).starts_with("app_secret:"));
  CHECK(why({{"app_id", "1"}, {"app_secret", "s"}, {"intents", List{"X"}}}).starts_with("intents: \"X\""));
  CHECK(why({{"app_id", "1"}, {"app_secret", "s"}, {"quotas", List{"X"}}}).starts_with("quotas: \"X\""));
  CHECK(why({{"app_id", "1"}, {"app_secret", "s"}}).empty());
}

TEST_CASE("a platform that is reached over TLS is not left for what has none") {
  const auto mistake = [](Fields endpoints) {
    const auto read =
        qq::read_settings({{"app_id", "1"}, {"app_secret", "s3cret"}, {"endpoints", std::move(endpoints)}});
    return read ? std::string() : read.error().message;
  };
  CHECK(mistake({{"gateway", "ws://a/"}}).starts_with("endpoints.gateway: must begin with wss://"));
  CHECK(mistake({{"token", "http://a/"}}).starts_with("endpoints.token: must begin with https://"));
  CHECK(mistake({{"api", "http://a"}, {"gateway", "ws://a/"}, {"token", "http://a/"}}).empty());
  CHECK(mistake({{"gateway", "wss://a/"}, {"token", "https://a/"}}).empty());

  const auto answer = onebot::json::Document::parse(R"({"url":"ws://a/"})");
  CHECK(qq::read_discovery(answer->root(), false).has_value());
  REQUIRE_FALSE(qq::read_discovery(answer->root(), true).has_value());
  CHECK(qq::read_discovery(answer->root(), true).error().message.find("without TLS") != std::string::npos);
}
