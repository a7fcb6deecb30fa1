// Lists of groups, friends and members: what the platform tells, or else the roster.

#include "onebot/v11/action_answers.h"
#include "tests/unit/v11/actions_rig.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using onebot::ActionResult;
using onebot::Fields;
using onebot::List;
using onebot::Retcode;
namespace json = onebot::json;
namespace v11 = onebot::v11;
using Rig = rig::Questions;

namespace {

// A bot whose platform lists nothing.
struct Unlisted : Rig {
  static constexpr std::array<std::string_view, 2> kFew = {"send_message", "get_self_info"};
  Unlisted() {
    abilities.actions = kFew;
    here.roster = &roster;
    bot.scope.ids.number({v11::Kind::user, "chat", "bot"}, "");
  }
  void seen(v11::Kind kind, std::string place, std::string user, std::string name = "", std::string role = "") {
    roster.put({.key = {bot.scope.bot, kind, std::move(place), std::move(user)},
                .name = std::move(name),
                .role = std::move(role),
                .first_seen = 1'790'000'000,
                .last_seen = 1'790'000'600});
  }
  // The members called `name` of a list that is known.
  std::vector<std::string> listed(std::string_view action, std::string_view params, std::string_view name) {
    const std::string told = ask(action, params);
    REQUIRE_MESSAGE(told.starts_with("0: "), told);
    const auto document = json::Document::parse(told.substr(3));
    std::vector<std::string> all;
    for (std::size_t i = 0; i < document->root().size(); ++i) all.push_back(document->root()[i].at(name).text());
    std::ranges::sort(all);
    return all;
  }
  std::string in_group() { return fmt::format(R"({{"group_id":{}}})", bot.group("g")); }
  fakes::RosterRows roster;
};

using Listed = std::vector<std::string>;

}  // namespace

TEST_CASE("O11-STORE-06: three speakers make a list of three and the bot where the platform lists none") {
  Unlisted rig;
  rig.seen(v11::Kind::group, "g", "", "Group");
  rig.seen(v11::Kind::group, "g", "a", "Ann");
  rig.seen(v11::Kind::group, "g", "b", "Bob", "admin");
  rig.seen(v11::Kind::group, "g", "c");
  rig.seen(v11::Kind::group, "h", "d");

  const auto nicknames = rig.listed("get_group_member_list", rig.in_group(), "nickname");

  CHECK(nicknames == Listed{fmt::to_string(rig.bot.user("c")), "Ann", "Bob", "onebridge"});
  CHECK(rig.listed("get_group_member_list", rig.in_group(), "role") == Listed{"admin", "member", "member", "member"});
}

TEST_CASE("O11-STORE-06: groups are those that events came from, and channels, where these are groups") {
  Unlisted rig;
  rig.seen(v11::Kind::group, "g", "", "Group");
  rig.seen(v11::Kind::group, "g", "a");
  rig.seen(v11::Kind::channel, "1/2", "", "Channel");

  CHECK(rig.listed("get_group_list", "{}", "group_name") == Listed{"Channel", "Group"});
  CHECK(rig.listed("get_group_list", "{}", "member_count") == Listed{"1", "2"});
  rig.bot.scope.options.channels = v11::Channels::guild;
  CHECK(rig.listed("get_group_list", "{}", "group_name") == Listed{"Group"});
}

TEST_CASE("O11-STORE-06: friends are those who wrote in private") {
  Unlisted rig;
  rig.seen(v11::Kind::user, "", "p", "Pat");
  rig.seen(v11::Kind::group, "g", "a", "Ann");

  CHECK(rig.listed("get_friend_list", "{}", "nickname") == Listed{"Pat"});
}

TEST_CASE("O11-ACT-04: a bot that has seen nobody has empty lists, and a group the bot alone") {
  Unlisted rig;

  CHECK(rig.ask("get_group_list") == "0: []");
  CHECK(rig.ask("get_friend_list") == "0: []");
  CHECK(rig.listed("get_group_member_list", rig.in_group(), "nickname") == Listed{"onebridge"});
}

TEST_CASE("what the platform refuses to tell is told from the roster, and what it tells is told as it is") {
  Rig rig;
  fakes::RosterRows roster;
  rig.here.roster = &roster;
  roster.put({.key = {rig.bot.scope.bot, v11::Kind::group, "g", "a"},
              .name = "Ann",
              .card = "A.",
              .role = "admin",
              .last_seen = 1'790'000'600});
  const std::string group = fmt::to_string(rig.bot.group("g")), user = fmt::to_string(rig.bot.user("a"));
  const auto failed = [] { return ActionResult(onebot::fail(Retcode::refused, "no")); };

  rig.ask("get_group_member_info", fmt::format(R"({{"group_id":{},"user_id":{}}})", group, user));
  const std::string member = rig.answer(failed());
  CHECK(rig::member(member, "nickname") == "\"Ann\"");
  CHECK(rig::member(member, "card") == "\"A.\"");
  CHECK(rig::member(member, "role") == "\"admin\"");
  CHECK(rig::member(member, "last_sent_time") == "1790000600");

  rig.ask("get_group_member_list", fmt::format(R"({{"group_id":{}}})", group));
  CHECK(rig.answer(failed()).find("Ann") != std::string::npos);
  CHECK(rig.answer(List{}).find("Ann") == std::string::npos);

  rig.ask("get_group_info", fmt::format(R"({{"group_id":{}}})", group));
  CHECK(rig::member(rig.answer(failed()), "member_count") == "2");
  CHECK(rig::member(rig.answer(Fields{{"group_id", "g"}, {"chat.member_count", 7}}), "member_count") == "7");
}
