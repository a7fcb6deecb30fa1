#include "onebot/v11/numbers.h"

#include "tests/fakes_numbers.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

using onebot::v11::BotIdentity;
using onebot::v11::derived_number;
using onebot::v11::IdNumbers;
using onebot::v11::Kind;
using onebot::v11::Native;
using onebot::v11::Number;
using onebot::v11::Space;

namespace {

struct Rig {
  fakes::IdRows rows{};
  IdNumbers ids{rows};
};

// A name that is asked for first by another native than the one given.
void occupy(fakes::IdRows& rows, Space space, Number number, int who) {
  const Kind kind = space == Space::user ? Kind::user : Kind::group;
  rows.put({{kind, "chat", fmt::format("squatter {}", who)}, number, ""});
}

}  // namespace

TEST_CASE("a number is derived from kind, platform and native id") {  // O11-ID-01, O11-ID-02, O11-ID-06
  const std::string person(32, 'A');
  CHECK(derived_number({Kind::user, "chat", person}) == 46'799'382'635);

  CHECK(derived_number({Kind::user, "chat", person}) != derived_number({Kind::user, "talk", person}));
  CHECK(derived_number({Kind::group, "chat", person}) != derived_number({Kind::channel, "chat", person}));
  CHECK(derived_number({Kind::user, "chat", "abc"}) != derived_number({Kind::user, "chat", "ABC"}));  // O11-ID-07
}

TEST_CASE("people and places have spaces of their own") {  // O11-ID-01
  Rig rig;
  for (int i = 0; i < 2'000; ++i) {
    const Number user = rig.ids.number({Kind::user, "chat", fmt::to_string(i)});
    const Number group = rig.ids.number({Kind::group, "chat", fmt::to_string(i)});
    const Number channel = rig.ids.number({Kind::channel, "chat", fmt::to_string(i)});
    CHECK((user >= 10'000'000'000 && user < 50'000'000'000));
    CHECK((group >= 50'000'000'000 && group < 100'000'000'000));
    CHECK((channel >= 50'000'000'000 && channel < 100'000'000'000));
    CHECK(group != channel);
    CHECK(rig.ids.native(Space::user, user) == Native{Kind::user, "chat", fmt::to_string(i)});
    CHECK(rig.ids.native(Space::group, channel) == Native{Kind::channel, "chat", fmt::to_string(i)});  // O11-ID-09
    CHECK_FALSE(rig.ids.native(Space::group, user));
  }
}

TEST_CASE("a native keeps its number, and no row is written twice") {  // O11-ID-01, O11-ID-02
  Rig rig;
  const Native native{Kind::user, "chat", "u"};
  const Number first = rig.ids.number(native);

  CHECK(rig.ids.number(native) == first);
  CHECK(rig.rows.writes == 1);
  CHECK(IdNumbers(rig.rows).number(native) == first);
}

TEST_CASE("a number that is another's is stepped over, upwards") {  // O11-ID-02
  Rig rig;
  const Native native{Kind::user, "chat", "u"};
  const Number wanted = derived_number(native);
  for (int i = 0; i < 3; ++i) occupy(rig.rows, Space::user, wanted + i, i);

  CHECK(rig.ids.number(native) == wanted + 3);
  CHECK(rig.ids.number(native) == wanted + 3);
}

TEST_CASE("behind the last number of a space comes its first") {  // O11-ID-02
  Rig rig;
  const Native native{Kind::group, "chat", "g"};
  const Number wanted = derived_number(native);
  for (Number number = wanted; number < wanted + 5; ++number) {
    const Number low = 50'000'000'000;
    occupy(rig.rows, Space::group, low + (number - low) % low, static_cast<int>(number - wanted));
  }
  CHECK(rig.ids.number(native) == wanted + 5);
}

TEST_CASE("nobody is 0, and nobody else") {  // O11-ID-05
  Rig rig;
  CHECK(rig.ids.number({Kind::user, "chat", ""}) == 0);
  CHECK(rig.ids.number({Kind::group, "chat", ""}) == 0);
  CHECK(rig.rows.writes == 0);
  CHECK_FALSE(rig.ids.native(Space::user, 0));
  CHECK_FALSE(rig.ids.native(Space::user, 123'456'789));  // O11-ID-08
}

TEST_CASE("a bound number goes out at once, and the old one is understood still") {  // O11-MAP-03
  Rig rig;
  const Native native{Kind::user, "chat", "admin"};
  const Number old = rig.ids.number(native, "Ann");

  REQUIRE(rig.ids.bind(native, 10'001));
  CHECK(rig.ids.number(native) == 10'001);
  CHECK(rig.ids.native(Space::user, 10'001) == native);
  CHECK(rig.ids.native(Space::user, old) == native);
  CHECK(rig.ids.name(native) == "Ann");

  const Native stranger{Kind::user, "chat", "stranger"};
  CHECK_FALSE(rig.ids.bind(stranger, 10'001));
  CHECK_FALSE(rig.ids.bind(stranger, old));  // its old owner answers to it
  CHECK_FALSE(rig.ids.bind(stranger, 0));
  CHECK_FALSE(rig.ids.bind(stranger, 9'007'199'254'740'992));
  CHECK(rig.ids.bind(native, old));
  CHECK(rig.ids.number(native) == old);
}

TEST_CASE("the last name told of somebody is remembered, unless it is a page long") {  // O11-STORE-07
  Rig rig;
  const Native native{Kind::user, "chat", "u"};
  rig.ids.number(native, "Ann");
  rig.ids.number(native);
  CHECK(rig.ids.name(native) == "Ann");
  rig.ids.number(native, "Anna");
  rig.ids.number(native, std::string(1'000, 'x'));
  CHECK(rig.ids.name(native) == "Anna");
  CHECK(rig.rows.writes == 2);
}

TEST_CASE("a bot's number is the configured one, its app_id, or its user's") {  // O11-ID-03
  Rig rig;
  const BotIdentity bot{.platform = "chat", .app_id = "102000001", .user_id = "3141592653589793238"};
  CHECK(rig.ids.self(bot) == 102'000'001);
  CHECK(rig.ids.number({Kind::user, "chat", "3141592653589793238"}) == 102'000'001);
  CHECK(rig.ids.native(Space::user, 102'000'001)->id == "3141592653589793238");

  BotIdentity configured = bot;
  configured.configured_self = 77;
  CHECK(rig.ids.self(configured) == 77);
  CHECK(rig.ids.number({Kind::user, "chat", bot.user_id}) == 77);
  CHECK(rig.ids.native(Space::user, 102'000'001)->id == bot.user_id);  // as its messages of yesterday call it

  for (const std::string app_id : {"cli_a1", "0123", "12345678901", "-5", "", "9999999999999999999999"}) {
    CAPTURE(app_id);
    const BotIdentity other{.platform = "talk", .app_id = app_id, .user_id = "ou_1"};
    CHECK(rig.ids.self(other) == derived_number({Kind::user, "talk", "ou_1"}));
  }
  CHECK(rig.ids.self({.platform = "talk", .app_id = "cli_a1"}) == 0);
}

TEST_CASE("a bot that was taken for a stranger before is called by its own number from then on") {  // O11-ID-03
  Rig rig;
  const Native native{Kind::user, "chat", "31415"};
  const Number stranger = rig.ids.number(native);

  CHECK(rig.ids.self({.platform = "chat", .app_id = "102000001", .user_id = "31415"}) == 102'000'001);
  CHECK(rig.ids.number(native) == 102'000'001);
  CHECK(rig.ids.native(Space::user, stranger) == native);
}

TEST_CASE("a number that is configured for a bot is the bot's, and who had it gets another") {  // O11-CFG-03, O11-ID-03
  Rig rig;
  const Native stranger{Kind::user, "chat", "stranger"}, self{Kind::user, "chat", "31415"};
  const Number taken = rig.ids.number(stranger, "Ann");

  CHECK(rig.ids.self({.platform = "chat", .user_id = "31415", .configured_self = taken}) == taken);
  CHECK(rig.ids.number(self) == taken);
  CHECK(rig.ids.native(Space::user, taken) == self);
  CHECK(rig.ids.number(stranger) == taken + 1);
  CHECK(rig.ids.native(Space::user, taken + 1) == stranger);
  CHECK(rig.ids.name(stranger) == "Ann");
}

TEST_CASE("a native that is an alias of another has its number, and does not take it") {  // O11-ID-07
  Rig rig;
  const Native person{Kind::user, "chat", "in one group"}, same{Kind::user, "chat", "in another"};
  const Number number = rig.ids.number(person, "Ann");
  rig.rows.put_alias(same, number);

  CHECK(rig.ids.number(same, "Anna") == number);
  CHECK(rig.ids.native(Space::user, number) == person);
}
