// Actions of the dialect for guilds.  O11-GLD-03, O11-GLD-04

#include "onebot/v11/guilds.h"

#include "tests/unit/v11/actions_rig.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>

using onebot::Fields;
using onebot::List;
using onebot::Retcode;
namespace v11 = onebot::v11;

namespace {

constexpr std::array<std::string_view, 7> kAble = {"send_message",         "get_self_info",    "get_guild_list",
                                                   "get_guild_info",       "get_channel_list", "get_guild_member_list",
                                                   "get_guild_member_info"};
constexpr std::string_view kInGuild = R"({"guild_id":"1"})";

struct Guilds : rig::Questions {
  explicit Guilds(v11::Channels channels = v11::Channels::guild) {
    abilities.actions = kAble;
    bot.scope.options.channels = channels;
  }
};

}  // namespace

TEST_CASE("the bot, its guilds and their channels are told under their natives") {
  Guilds rig;
  CHECK(rig.ask("get_guild_service_profile") == "get_self_info {}");
  CHECK(rig.answer(Fields{{"user_id", "bot"}, {"user_name", "Bridge"}, {"chat.avatar", "http://a"}}) ==
        R"({"nickname":"Bridge","tiny_id":"bot","avatar_url":"http://a"})");
  CHECK(rig.answer(onebot::fail(Retcode::network_error, "away")) ==
        R"({"nickname":"onebridge","tiny_id":"bot","avatar_url":""})");

  CHECK(rig.ask("get_guild_list") == "get_guild_list {}");
  CHECK(rig.answer(List{Fields{{"guild_id", "1"}, {"guild_name", "G"}}}) ==
        R"([{"guild_id":"1","guild_name":"G","guild_display_id":""}])");
  CHECK(rig.ask("get_guild_meta_by_guest", kInGuild) == R"(get_guild_info {"guild_id":"1"})");
  CHECK(rig.answer(Fields{{"guild_id", "1"}, {"guild_name", "G"}}) ==
        R"({"guild_id":"1","guild_name":"G","guild_profile":"","create_time":0,"max_member_count":0,)"
        R"("max_robot_count":0,"max_admin_count":0,"member_count":0,"owner_id":""})");
  CHECK(rig.ask("get_guild_channel_list", R"({"guild_id":1,"no_cache":true})") ==
        R"(get_channel_list {"guild_id":"1"})");
  CHECK(rig.answer(List{Fields{{"channel_id", "2"}, {"channel_name", "talk"}}}) ==
        R"([{"owner_guild_id":"1","channel_id":"2","channel_type":0,"channel_name":"talk","create_time":0,)"
        R"("creator_tiny_id":"","talk_permission":0,"visible_type":0,"current_slow_mode":0,"slow_modes":[]}])");
  CHECK(rig.ask("get_guild_channel_list") == "1400: \"guild_id\" is missing");
}

TEST_CASE("members of a guild are told at once, and one of them by himself") {
  Guilds rig;
  CHECK(rig.ask("get_guild_member_list", R"({"guild_id":"1","next_token":""})") ==
        R"(get_guild_member_list {"guild_id":"1"})");
  CHECK(rig.answer(List{Fields{{"user_id", "7"}, {"user_name", "amy"}, {"user_displayname", "A."}},
                        Fields{{"user_id", "8"}, {"user_name", "bo"}, {"user_displayname", ""}}}) ==
        R"({"members":[{"tiny_id":"7","title":"","nickname":"A.","role_id":"","role_name":""},)"
        R"({"tiny_id":"8","title":"","nickname":"bo","role_id":"","role_name":""}],"finished":true,"next_token":""})");
  CHECK(rig.ask("get_guild_member_profile", R"({"guild_id":"1","user_id":"7"})") ==
        R"(get_guild_member_info {"guild_id":"1","user_id":"7"})");
  CHECK(rig.answer(Fields{{"user_id", "7"}, {"user_name", "amy"}}) ==
        R"({"tiny_id":"7","nickname":"amy","avatar_url":"","join_time":0,"roles":[]})");
  CHECK(rig.ask("get_guild_member_profile", kInGuild) == "1400: \"user_id\" is missing");
}

TEST_CASE("a message of a channel goes by its native id, as a text") {
  Guilds rig;
  const std::string to = R"({"guild_id":"1","channel_id":"2","message":"hi"})";
  rig.ask("send_guild_channel_msg", to);
  CHECK(rig.answer(Fields{{"message_id", "native"}, {"time", 5.0}}) == R"({"message_id":"native"})");
  const auto row = rig.bot.messages.find(rig.bot.scope.bot, "native");
  REQUIRE(row);
  CHECK(rig.ask("get_guild_msg", R"({"message_id":"native","no_cache":true})") ==
        fmt::format(R"(0: {{"guild_id":"1","channel_id":"2","channel_name":"","message":[{{"type":"text",)"
                    R"("data":{{"text":"hi"}}}}],"message_id":"native","message_seq":{},"message_source":"",)"
                    R"("sender":{{"user_id":102000001,"tiny_id":"bot","nickname":"onebridge"}},"time":5}})",
                    row->number));
  CHECK(rig.ask("get_guild_msg", R"({"message_id":"other"})") == "1400: message_id other is too old or unknown");

  Guilds groups(v11::Channels::group);
  groups.ask("send_guild_channel_msg", to);
  CHECK(groups.answer(Fields{{"message_id", "native"}}) == R"({"message_id":217500001})");
}

TEST_CASE("where channels are groups there are no guilds, and what would need one says why") {
  Guilds rig(v11::Channels::group);
  CHECK(rig.ask("get_guild_service_profile") == "0: null");
  CHECK(rig.ask("get_guild_list") == "0: []");
  for (const std::string_view action : {"get_guild_meta_by_guest", "get_guild_channel_list", "get_guild_member_list",
                                        "get_guild_member_profile", "get_guild_msg"}) {
    CHECK(rig.ask(action, kInGuild) == "1404: channels are no guilds on this link: that takes channels = \"guild\"");
  }
  Guilds without;
  without.abilities.actions = {};
  CHECK(without.ask("get_guild_list") == "0: []");
  CHECK(without.ask("get_guild_member_list", kInGuild) == "1404: unsupported by chat: get_guild_member_list");
}
