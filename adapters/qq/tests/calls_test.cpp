// Calls: for each action that is one call, what is asked of the platform and what an application is answered.

#include "adapters/kit/tests/places.h"
#include "adapters/qq/calls/table.h"
#include "adapters/qq/tests/bot.h"

#include <doctest/doctest.h>

#include <set>

using namespace qq_test;
using onebot::List;

namespace {

struct Case {
  std::string action{};
  Fields params{};
  std::string asked{};   // "METHOD /path"
  std::string body{};    // "": none
  std::string answer{};  // the platform's
  std::string data{};    // the application's
};

const Fields kInGuild{{"guild_id", "1"}}, kMember{{"guild_id", "1"}, {"user_id", "7"}};
const Fields kInChannel{{"guild_id", "1"}, {"channel_id", "11"}}, kInGroup{{"group_id", "G"}};
const Fields kReaction{{"channel_id", "11"}, {"message_id", "a b"}, {"emoji_type", "1"}, {"emoji_id", "4"}};
constexpr const char* kAmy = R"({"user_id":"7","user_name":"amy","user_displayname":"A","user_remark":""})";

const Fields kPanel{{"items", List{Fields{{"type", "command"}, {"name", "weather"}}}}, {"remark", "r"}};

Fields with(Fields params, const Fields& more) {
  params.insert(params.end(), more.begin(), more.end());
  return params;
}

const std::vector<Case> kCases{
    {"get_guild_info", kInGuild, "GET /guilds/1", "", R"({"id":"1","name":"N"})",
     R"({"guild_id":"1","guild_name":"N"})"},
    {"get_guild_list", {}, "GET /users/@me/guilds?limit=100&after=0", "", "[]", "[]"},
    {"get_guild_member_info", kMember, "GET /guilds/1/members/7", "",
     R"({"user":{"id":"7","username":"amy"},"nick":"A"})", kAmy},
    {"get_guild_member_list", kInGuild, "GET /guilds/1/members?limit=400&after=0", "", "[]", "[]"},
    {"get_channel_info", kInChannel, "GET /channels/11", "", R"({"id":"11","guild_id":"1","name":"talk"})",
     R"({"channel_id":"11","channel_name":"talk"})"},
    {"get_channel_list", with(kInGuild, {{"joined_only", true}}), "GET /guilds/1/channels", "",
     R"([{"id":"11","name":"talk"}])", R"([{"channel_id":"11","channel_name":"talk"}])"},
    {"set_channel_name", with(kInChannel, {{"channel_name", "new"}}), "PATCH /channels/11", R"({"name":"new"})", "{}",
     "null"},
    {"get_channel_member_info", with(kInChannel, {{"user_id", "7"}}), "GET /guilds/1/members/7", "",
     R"({"user":{"username":"amy"},"nick":"A"})", kAmy},
    {"get_group_info", kInGroup, "GET /v2/groups/G/info", "", R"({"group_name":"N"})",
     R"({"group_id":"G","group_name":"N"})"},
    {"get_group_member_info", with(kInGroup, {{"user_id", "7"}}), "GET /v2/groups/G/members/7", "",
     R"({"member_openid":"7","username":"amy"})",
     R"({"user_id":"7","user_name":"amy","user_displayname":"","user_remark":""})"},
    {"get_group_member_list", kInGroup, "GET /v2/groups/G/members", "",
     R"({"members":[{"member_openid":"7","username":"amy"}],"next_cursor":""})",
     R"([{"user_id":"7","user_name":"amy","user_displayname":"","user_remark":""}])"},
    {"qq.get_bot_state", kInGroup, "GET /v2/groups/G/bot_state", "", R"({"recv_msg_setting":1})",
     R"({"recv_msg_setting":1})"},
    {"qq.ack_interaction",
     {{"interaction_id", "I 1"}, {"code", std::int64_t{3}}},
     "PUT /interactions/I%201",
     R"({"code":3})",
     "",
     "null"},
    {"qq.ack_interaction",
     {{"interaction_id", "INTERACTION_CREATE:I"},
      {"data", Fields{{"claw_cfg", Fields{{"require_mention", "always"}}}}}},
     "PUT /interactions/I",
     R"({"code":0,"data":{"claw_cfg":{"require_mention":"always"}}})",
     "",
     "null"},
    {"qq.get_panel_list",
     {{"scope", "c2c"}},
     "GET /v2/panels?scope=c2c&limit=50",
     "",
     R"({"records":[{"panel_id":"p","scope":"c2c","target_type":"all","panel":{"items":[]},"version":2}],"is_end":true})",
     R"([{"panel_id":"p","scope":"c2c","target_type":"all","panel":{"items":[]},"created_at":"","updated_at":"",)"
     R"("version":2}])"},
    {"qq.get_panel", {{"panel_id", "p"}}, "GET /v2/panels/p", "", R"({"panel_id":"p"})", R"({"panel_id":"p"})"},
    {"qq.create_panel",
     {{"scope", "c2c"}, {"target_type", "specific"}, {"user_openids", List{"U"}}, {"panel", kPanel}},
     "POST /v2/panels",
     R"({"scope":"c2c","target_type":"specific","user_openids":["U"],)"
     R"("panel":{"items":[{"type":"command","name":"weather"}],"remark":"r"}})",
     R"({"panel_id":"p"})",
     R"({"panel_id":"p"})"},
    {"qq.set_panel",
     {{"panel_id", "p"}, {"panel", kPanel}},
     "PUT /v2/panels/p",
     R"({"panel":{"items":[{"type":"command","name":"weather"}],"remark":"r"}})",
     R"({"version":3})",
     R"({"version":3})"},
    {"qq.delete_panel", {{"panel_id", "p"}}, "DELETE /v2/panels/p", "", "{}", "null"},
    {"qq.set_panel_targets",
     {{"panel_id", "p"}, {"op", "add"}, {"group_openids", List{"G"}}},
     "PUT /v2/panels/p/target",
     R"({"op":"add","group_openids":["G"]})",
     "{}",
     "null"},
    {"qq.add_reaction", kReaction, "PUT /channels/11/messages/a%20b/reactions/1/4", "", "", "null"},
    {"qq.remove_reaction", kReaction, "DELETE /channels/11/messages/a%20b/reactions/1/4", "", "", "null"},
    {"qq.set_group_ban", with(kInGroup, {{"user_id", "7"}, {"duration", std::int64_t{60}}}),
     "POST /v2/groups/G/restrict_chat_setting",
     R"({"members":[{"op":"add","member_openid":"7","mute_expire_at":"2026-09-21T14:31:00Z"}]})", "{}", "null"},
    {"qq.set_group_ban", with(kInGroup, {{"user_id", "7"}, {"duration", std::int64_t{0}}}),
     "POST /v2/groups/G/restrict_chat_setting", R"({"members":[{"op":"del","member_openid":"7"}]})", "{}", "null"},
    {"qq.kick_group_member", with(kInGroup, {{"user_id", "7"}, {"blacklist", true}}),
     "POST /v2/groups/G/batch_remove_members", R"({"member_openids":["7"],"add_to_member_blacklist":true})",
     R"({"removed":["7"]})", R"({"removed":["7"]})"},
    {"qq.handle_group_join_request",
     with(kInGroup, {{"user_id", "7"}, {"request_id", "R"}, {"approve", false}, {"reason", "full"}}),
     "POST /v2/groups/G/approval_join_request/7", R"({"op":"decline","join_request_id":"R","reject_reason":"full"})",
     "{}", "null"},
    {"qq.handle_group_join_request", with(kInGroup, {{"user_id", "7"}, {"request_id", "R"}, {"approve", true}}),
     "POST /v2/groups/G/approval_join_request/7", R"({"op":"approve","join_request_id":"R"})", "{}", "null"},
    {"qq.kick_guild_member", with(kMember, {{"blacklist", true}}), "DELETE /guilds/1/members/7",
     R"({"add_blacklist":true})", "", "null"},
    {"qq.guild_mute", with(kInGuild, {{"duration", std::int64_t{60}}}), "PATCH /guilds/1/mute",
     R"({"mute_seconds":"60"})", "", "null"},
    {"qq.guild_member_mute", with(kMember, {{"duration", std::int64_t{0}}}), "PATCH /guilds/1/members/7/mute",
     R"({"mute_seconds":"0"})", "", "null"},
};

}  // namespace

TEST_CASE("each action asks what the platform documents, and answers in the standard's words") {
  std::set<std::string> tried;
  for (const Case& each : kCases) {
    CAPTURE(each.action);
    Bot bot;
    bot.answers[each.asked] = each.answer;

    const std::string answer = bot.call(each.action, each.params);

    CHECK(answer.find(fmt::format("\"data\":{},", each.data)) != std::string::npos);
    CHECK(at(answer, "retcode") == "0");
    REQUIRE(bot.calls.size() == 1);
    CHECK(bot.calls[0].method + " " + path_of(bot.calls[0]) == each.asked);
    CHECK(bot.calls[0].body == each.body);
    tried.insert(each.action);
  }
  for (const onebot::CallRow& row : qq::calls().rows) {
    CAPTURE(row.name);
    CHECK((row.is_coded() || tried.contains(std::string(row.name))));
  }
}

TEST_CASE("each parameter that an action needs is named when it is missing or no id, and nothing is asked") {
  for (const onebot::CallRow& row : qq::calls().rows) {
    if (row.is_coded()) continue;
    const auto known = std::ranges::find(kCases, row.name, &Case::action);
    REQUIRE(known != kCases.end());
    for (const onebot::CallRow::Param& param : row.declared()) {
      CAPTURE(row.name);
      CAPTURE(param.name);
      Fields without = known->params, wrong = known->params;
      std::erase_if(without, [&](const auto& member) { return member.name == param.name; });
      wrong = without;
      wrong.push_back({std::string(param.name), List{}});
      Bot bot;
      if (param.required) CHECK(at(bot.call(std::string(row.name), without), "retcode") == "10003");
      const std::string answer = bot.call(std::string(row.name), wrong);
      CHECK(at(answer, "retcode") == "10003");
      CHECK(at(answer, "message").find(fmt::format("\"{}\"", param.name)) != std::string::npos);
      CHECK(bot.calls.empty());
    }
  }
}

TEST_CASE("numbers beyond what the platform takes, and ids that lead elsewhere, are refused here") {
  Bot bot;
  const auto retcode = [&](std::string action, Fields params) {
    return at(bot.call(std::move(action), std::move(params)), "retcode");
  };

  CHECK(retcode("qq.guild_mute", with(kInGuild, {{"duration", std::int64_t{30 * 86'400 + 1}}})) == "10003");
  CHECK(retcode("qq.guild_mute", with(kInGuild, {{"duration", std::int64_t{-1}}})) == "10003");
  CHECK(retcode("qq.ack_interaction", {{"interaction_id", "I"}, {"code", std::int64_t{6}}}) == "10003");
  CHECK(retcode("get_guild_info", {{"guild_id", ".."}}) == "10003");
  CHECK(retcode("get_guild_info", {{"guild_id", std::string(513, '1')}}) == "10003");
  for (const char* leads_out : {"1/members", "1?limit=1", "1#", "1\n", ""}) {
    CHECK(retcode("get_guild_info", {{"guild_id", leads_out}}) == "10003");
  }
  CHECK(retcode("qq.add_reaction",
                {{"channel_id", "11"}, {"message_id", "a/b"}, {"emoji_type", "1"}, {"emoji_id", "4"}}) == "35003");
  CHECK(bot.calls.empty());
}

TEST_CASE("a panel that the platform would not take is refused with the place and the bound") {
  Bot bot;
  const auto refusal = [&](const Fields& item, Fields more = {}) {
    Fields params{{"scope", "c2c"}, {"panel", Fields{{"items", List{item}}}}};
    for (onebot::Field& field : more) onebot::set(params, field.name, std::move(field.value));
    const std::string answer = bot.call("qq.create_panel", std::move(params));
    CHECK(at(answer, "retcode") == "10003");
    return at(answer, "message");
  };
  const auto named = [](std::string name) { return Fields{{"type", "command"}, {"name", std::move(name)}}; };
  const Fields good = named("weather");
  const auto panel_of = [](std::size_t items) {
    return Fields{{"panel", Fields{{"items", List(items, Fields{{"type", "command"}, {"name", "n"}})}}}};
  };

  CHECK(refusal(named(std::string(15, 'n'))) == "\"panel\": item 1: \"name\" must be a string of 1 to 14 characters");
  CHECK(refusal(named("")).find("\"name\"") != std::string::npos);
  CHECK(refusal(with(good, {{"desc", std::string(31, 'd')}})).find("0 to 30 characters") != std::string::npos);
  CHECK(refusal({{"type", "menu"}, {"name", "n"}}).find("one of command, link") != std::string::npos);
  CHECK(refusal({{"type", "link"}, {"name", "n"}, {"link", "http://a.test"}}).find("https://") != std::string::npos);
  CHECK(refusal(good, {{"panel", Fields{{"items", List{}}}}}).find("1 to 20 items") != std::string::npos);
  CHECK(refusal(good, panel_of(21)).find("1 to 20 items") != std::string::npos);
  CHECK(refusal(good, {{"panel", Fields{{"items", List{good}}, {"remark", std::string(256, 'r')}}}}).find("255") !=
        std::string::npos);
  CHECK(refusal(good, {{"scope", "guild"}}).find("one of c2c, group, channel, dm") != std::string::npos);
  CHECK(refusal(good, {{"target_type", "some"}}).find("one of all, specific") != std::string::npos);
  CHECK(refusal(good, {{"scope", "dm"}, {"target_type", "specific"}}).find("must be all") != std::string::npos);
  CHECK(refusal(good, {{"target_type", "specific"}}).find("\"user_openids\" is missing") != std::string::npos);
  CHECK(refusal(good, {{"user_openids", List{"U"}}}).find("target_type specific") != std::string::npos);
  CHECK(refusal(good, {{"target_type", "specific"}, {"user_openids", List(21, "U")}}).find("1 to 20 ids") !=
        std::string::npos);
  CHECK(at(bot.call("qq.set_panel_targets", {{"panel_id", "p"}, {"op", "add"}}), "retcode") == "10003");
  CHECK(bot.calls.empty());

  bot.answers["POST /v2/panels"] = R"({"panel_id":"p"})";
  std::string fourteen;
  for (int i = 0; i < 14; ++i) fourteen += "\xE5\xA4\xA9";
  Fields params = panel_of(20);
  CHECK(at(bot.call("qq.create_panel", with(params, {{"scope", "c2c"}})), "retcode") == "0");
  CHECK(at(bot.call("qq.create_panel", {{"scope", "dm"}, {"panel", Fields{{"items", List{named(fourteen)}}}}}),
           "retcode") == "0");
}

TEST_CASE("a channel that is in another guild than the one named is not told of") {
  Bot bot;
  bot.answers["GET /channels/11"] = R"({"id":"11","guild_id":"2","name":"talk"})";

  CHECK(at(bot.call("get_channel_info", kInChannel), "retcode") == "35007");
}

TEST_CASE("a list whose pages never end is given up") {
  Bot bot;
  int page = 0;
  bot.world.client.script = [&](const HttpRequest& request) {
    if (request.url == qq::kTokenUrl) return bot.answer(request);
    ++page;
    return HttpResponse{200, {}, fmt::format(R"([{{"user":{{"id":"{}"}}}}])", page)};
  };
  std::string answer = "none";
  bot.bot->call({"get_guild_member_list", kInGuild},
                onebot::Reply([&](auto result) { answer = onebot::encode_response(result, std::nullopt); }));

  for (int i = 0; i < 600 && answer == "none"; ++i) bot.world.loop.advance(1s);

  CHECK(at(answer, "retcode") == "34001");
  CHECK(page == 250);
}

TEST_CASE("no id of any action leads out of its place in an address") {
  for (const onebot::CallRow& row : qq::calls().rows) {
    if (row.is_coded()) continue;
    const auto known = std::ranges::find(kCases, row.name, &Case::action);
    REQUIRE(known != kCases.end());
    for (const onebot::CallRow::Param& param : row.declared()) {
      if (param.kind != onebot::ValueKind::id) continue;
      const bool in_path = row.path.path.find(fmt::format("{{{}}}", param.name)) != std::string_view::npos;
      for (const std::string& id : kit_test::kStrayIds) {
        CAPTURE(row.name);
        CAPTURE(param.name);
        CAPTURE(id);
        Fields params = known->params;
        onebot::set(params, param.name, id);
        Bot bot;
        bot.call(std::string(row.name), params);
        CHECK((!in_path || bot.calls.empty()));
        for (const HttpRequest& request : bot.calls)
          CHECK_MESSAGE(kit_test::stray_step(request.url).empty(), request.url);
      }
    }
  }
}

TEST_CASE("no id of the actions that are code leads out of its place in an address") {
  const auto calls_of = [](std::string action, const Fields& params) {
    Bot bot;
    bot.answers["POST /users/@me/dms"] = R"({"guild_id":"../x"})";
    bot.call(std::move(action), params);
    for (const HttpRequest& request : bot.calls) CHECK_MESSAGE(kit_test::stray_step(request.url).empty(), request.url);
    return bot.calls.size();
  };
  const auto to = [](std::string_view type, Fields where) {
    return with({{"detail_type", type}, {"message", "hi"}}, where);
  };

  CHECK(calls_of("send_message", to("group", {{"group_id", kGroup}})) == 1);
  for (const std::string& id : kit_test::kStrayIds) {
    CAPTURE(id);
    const Fields answer{{"detail_type", "group"},
                        {"group_id", kGroup},
                        {"message", List{segment("reply", {{"message_id", id}}), segment("mention", {{"user_id", id}}),
                                         segment("text", {{"text", "hi"}})}}};
    calls_of("send_message", to("group", {{"group_id", id}}));
    calls_of("send_message", to("private", {{"user_id", id}}));
    calls_of("send_message", to("private", {{"user_id", "7"}, {"qq.src_guild_id", id}}));
    calls_of("send_message", to("private", {{"user_id", id}, {"qq.src_guild_id", "1"}}));
    calls_of("send_message", to("channel", {{"guild_id", id}, {"channel_id", id}}));
    calls_of("send_message", answer);
    calls_of("delete_message", {{"message_id", id}, {"group_id", kGroup}, {"detail_type", "group"}});
    calls_of("delete_message", {{"message_id", "m"}, {"group_id", id}, {"detail_type", "group"}});
    calls_of("qq.send_typing", {{"user_id", id}});
    calls_of("get_user_info", {{"user_id", id}});
    calls_of("qq.call_api", {{"method", "GET"}, {"path", "/v2/groups/" + id + "/info"}});
    calls_of("qq.call_api", {{"method", "GET"}, {"path", "/v2/groups/" + id + "?x=1"}});
  }
}
