// The actions that are calls of the REST interface: what is asked, and what applications are told.

#include "adapters/feishu/tests/rig.h"

#include <fmt/format.h>

using namespace rig;
using onebot::List;
using onebot::Retcode;

namespace {

struct Case {
  std::string_view action{};
  Fields params{};
  std::string_view fixture{};
  std::string data{};
};

View fixture(View all, std::string_view name) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].at("name").str() == name) return all[i].at("payload");
  }
  FAIL(std::string(name));
  return {};
}

std::string member(std::string_view id, std::string_view name) {
  return onebot::json::write(
      Fields{{"user_id", id}, {"user_name", name}, {"user_displayname", ""}, {"user_remark", ""}});
}

const std::string kOtherBot = "ou_00856701214c89b5b1582ef683f9b07e";

std::string bot_member(std::string_view id, std::string_view name, std::string_view app) {
  std::string json = member(id, name);
  json.pop_back();
  return fmt::format(R"({},"feishu.app_id":"{}"}})", json, app);
}

struct Online : Bot {
  explicit Online(std::string_view platform = "feishu") : Bot(platform, {{"app_id", "cli_a4d1f0c2e5b7900d"}}) {
    start();
  }
  std::string path() const {
    return asked().method + " " + asked().url.substr(std::string("https://platform.test").size());
  }
};

}  // namespace

TEST_CASE("every recorded call is made as recorded, and its answer understood") {
  const std::string lin = member(kLin, "林薇"), marco = member(kMarco, "Marco");
  const std::string group = onebot::json::write(Fields{{"group_id", kGroup}, {"group_name", "项目群"}});
  const Fields to{{"group_id", kGroup}};
  const Case cases[] = {
      {"get_group_info", to, "feishu.rest.chat_get", group},
      {"get_group_list", {}, "feishu.rest.chat_list", "[" + group + "]"},
      {"get_group_member_list", to, "feishu.rest.chat_member_list",
       "[" + lin + "," + marco + "," + bot_member(kOtherBot, "小工", "cli_other") + "," +
           bot_member(kBot, "小桥", "cli_a4d1f0c2e5b7900d") + "]"},
      {"get_group_member_info", {{"group_id", kGroup}, {"user_id", kMarco}}, "feishu.rest.chat_member_list", marco},
      {"get_group_member_info",
       {{"group_id", kGroup}, {"user_id", kOtherBot}},
       "feishu.rest.chat_member_list",
       bot_member(kOtherBot, "小工", "cli_other")},
      {"get_user_info", {{"user_id", kLin}}, "feishu.rest.user_get", lin},
      {"feishu.add_reaction",
       {{"message_id", "om_f969360b1b4c0b90f5ba6ab01975f332"}, {"emoji_type", "THUMBSUP"}},
       "feishu.rest.reaction_add",
       R"({"reaction_id":"ZCaCIjUBa1de875d3a6601a81ecbd754"})"},
  };
  const Document all = parse(read(kFixtures / "rest.json"));
  for (const Case& c : cases) {
    CAPTURE(std::string(c.action));
    const View recorded = fixture(all.root(), c.fixture);
    Online bot;
    const auto told = bot.call(std::string(c.action), c.params);
    CHECK(bot.path() == recorded.at("request.method").text() + " " + recorded.at("request.path").text());
    if (recorded.at("request.body").is_object()) CHECK(same(bot.asked_body(), recorded.at("request.body")));
    bot.answer(recorded.at("response.body").dump());
    REQUIRE(told->retcode() == Retcode::ok);
    CHECK(told->data() == c.data);
  }
}

TEST_CASE("where the list with bots is refused, people are listed, and the bot adds itself") {
  const Document all = parse(read(kFixtures / "rest.json"));
  const View recorded = fixture(all.root(), "feishu.rest.chat_members");
  for (const std::string_view refusal : {"404 page not found", R"({"code":99991672,"msg":"no scope"})"}) {
    Online bot;
    const auto told = bot.call("get_group_member_list", {{"group_id", kGroup}});
    bot.answer(refusal, refusal.starts_with('{') ? 400 : 404);
    CHECK(bot.path() == recorded.at("request.method").text() + " " + recorded.at("request.path").text());
    bot.answer(recorded.at("response.body").dump());
    REQUIRE(told->retcode() == Retcode::ok);
    CHECK(told->data() ==
          "[" + member(kLin, "林薇") + "," + member(kMarco, "Marco") + "," + member(kBot, "小桥") + "]");
  }
}

TEST_CASE("another bot goes by one id, whether an event, a list or a message tells of it") {
  const Document all = parse(read(kFixtures / "rest.json"));
  Online bot;
  const auto written_by = [&](std::string_view sender) {
    const auto told = bot.call("feishu.get_message", {{"message_id", "om_1"}});
    bot.answer(fmt::format(
        R"({{"code":0,"data":{{"items":[{{"message_id":"om_1","msg_type":"text","sender":{},"body":{{"content":"{{\"text\":\"x\"}}"}}}}]}}}})",
        sender));
    return parse(told->data()).root().at("user_id").text();
  };
  constexpr std::string_view kByApp = R"({"id":"cli_other","id_type":"app_id","sender_type":"app"})";
  CHECK(written_by(R"({"id":"cli_other","id_type":"app_id","open_bot_id":")" + kOtherBot + R"("})") == kOtherBot);
  CHECK(written_by(kByApp) == "cli_other");  // nobody has told yet
  bot.call("get_group_member_list", {{"group_id", kGroup}});
  bot.answer(fixture(all.root(), "feishu.rest.chat_member_list").at("response.body").dump());
  CHECK(written_by(kByApp) == kOtherBot);
  CHECK(written_by(R"({"id":"cli_a4d1f0c2e5b7900d","id_type":"app_id","sender_type":"app"})") == kBot);
}

TEST_CASE("messages are read with their cards whole, or as the application says") {
  Online bot;
  const std::string message = "GET /open-apis/im/v1/messages/om_1?card_msg_content_type=";
  for (const std::string_view action : {"feishu.get_message", "feishu.get_merge_forward"}) {
    bot.call(std::string(action), {{"message_id", "om_1"}});
    CHECK(bot.path() == message + "user_card_content&with_sender_name=true");
    bot.call(std::string(action), {{"message_id", "om_1"}, {"card_msg_content_type", "raw_card_content"}});
    CHECK(bot.path() == message + "raw_card_content&with_sender_name=true");
  }
  const auto told = bot.call("feishu.get_message", {{"message_id", "om_1"}});
  bot.answer(
      R"({"code":0,"data":{"items":[{"message_id":"om_1","msg_type":"interactive","sender":{"id":"ou_1","sender_name":"Marco"},
          "body":{"content":"{\"elements\":[]}"},"mentions":[{"key":"@_user_1","id":")" +
      kBot + R"(","id_type":"open_id","name":"小桥"}]}]}})");
  const Document data = parse(told->data());
  CHECK(data.root().at("message").dump() == R"([{"type":"mention","data":{"user_id":")" + kBot +
                                                R"(","feishu.user_name":"小桥"}},)"
                                                R"({"type":"feishu.card","data":{"content":"{\"elements\":[]}"}}])");
  CHECK(data.root().at("feishu\u002euser_name").is_missing());
}

TEST_CASE("what is no JSON in a message that is read is told from by its type") {
  Online bot;
  const auto told = bot.call("feishu.get_merge_forward", {{"message_id", "om_fwd"}});
  bot.answer(
      R"({"code":0,"data":{"items":[{"message_id":"om_fwd","msg_type":"merge_forward","body":{"content":"Merged and Forwarded Message"}},
          {"message_id":"om_inner","upper_message_id":"om_fwd","msg_type":"merge_forward","body":{"content":"Merged and Forwarded Message"}}]}})");
  const Document data = parse(told->data());
  const View messages = data.root().at("messages");
  REQUIRE(messages.size() == 2);
  CHECK(messages[0].at("message").dump() == R"([{"type":"feishu.merge_forward","data":{"message_id":"om_fwd"}}])");
  CHECK(messages[1].at("message").dump() == R"([{"type":"feishu.merge_forward","data":{"message_id":"om_inner"}}])");
}

TEST_CASE("a merged message shows what is inside it") {
  const Document all = parse(read(kFixtures / "rest.json"));
  Online bot;
  const auto told = bot.call("feishu.get_merge_forward", {{"message_id", "om_65baa7342f5498c887226d607c9656e8"}});
  bot.answer(fixture(all.root(), "feishu.rest.message_get_merge_forward").at("response.body").dump());
  const Document data = parse(told->data());
  const View messages = data.root().at("messages");
  REQUIRE(messages.size() == 2);
  CHECK(messages[1].at("message").dump() == R"([{"type":"text","data":{"text":"inside"}}])");
  CHECK(messages[1].at("user_id").str() == kMarco);
  CHECK(messages[1].at("time").number() == 1754301595.0);
}

TEST_CASE("lists are read to their last page") {
  Online bot;
  const auto told = bot.call("get_group_list");
  bot.answer(R"({"code":0,"data":{"items":[{"chat_id":"oc_1","name":"one"}],"has_more":true,"page_token":"a/b="}})");
  CHECK(bot.path() == "GET /open-apis/im/v1/chats?user_id_type=open_id&page_size=100&page_token=a%2Fb%3D");
  bot.answer(R"({"code":0,"data":{"items":[{"chat_id":"oc_2","name":"two"}],"has_more":false}})");
  CHECK(told->data() == R"([{"group_id":"oc_1","group_name":"one"},{"group_id":"oc_2","group_name":"two"}])");
}

TEST_CASE("who asks about several members of a group reads the list once a minute, unless somebody came or went") {
  Online bot;
  const auto ask = [&](std::string_view user) {
    return bot.call("get_group_member_info", {{"group_id", kGroup}, {"user_id", user}});
  };
  const std::string list = R"({"code":0,"data":{"items":[{"member_id":"ou_1","name":"one"},{"member_id":"ou_2"}]}})";
  const auto calls = [&] { return bot.world.client.calls.size(); };
  CHECK_FALSE(ask("ou_1")->result.has_value());
  bot.answer(list);
  const std::size_t once = calls();

  CHECK(ask("ou_2")->data() == member("ou_2", ""));
  CHECK(ask("ou_3")->retcode() == onebot::Retcode::unknown_user);
  bot.world.loop.advance(59s);
  CHECK(ask("ou_1")->retcode() == onebot::Retcode::ok);
  CHECK(calls() == once);
  bot.world.loop.advance(1s);
  CHECK_FALSE(ask("ou_1")->result.has_value());
  CHECK(calls() == once + 1);
  bot.answer(list);

  bot.push(read(kFixtures / "feishu.chat_user_added_join.native.json"));
  CHECK_FALSE(ask("ou_1")->result.has_value());
  CHECK(calls() == once + 2);
  bot.answer(list);
  CHECK_FALSE(bot.call("get_group_member_list", {{"group_id", kGroup}})->result.has_value());
}

TEST_CASE("changes are asked for as the platform wants them") {
  struct Change {
    std::string_view action{};
    Fields params{};
    std::string_view path{}, body{};
  };
  const Change changes[] = {
      {"set_group_name",
       {{"group_id", "oc_1"}, {"group_name", "新"}},
       "PUT /open-apis/im/v1/chats/oc_1",
       R"({"name":"新"})"},
      {"leave_group",
       {{"group_id", "oc_1"}},
       "DELETE /open-apis/im/v1/chats/oc_1/members?member_id_type=app_id",
       R"({"id_list":["cli_a4d1f0c2e5b7900d"]})"},
      {"feishu.edit_message",
       {{"message_id", "om_1"}, {"message", "new"}},
       "PUT /open-apis/im/v1/messages/om_1",
       R"({"msg_type":"text","content":"{\"text\":\"new\"}"})"},
      {"feishu.update_card",
       {{"message_id", "om_1"}, {"card", Fields{{"a", 1}}}},
       "PATCH /open-apis/im/v1/messages/om_1",
       R"({"content":"{\"a\":1}"})"},
      {"feishu.update_card_by_token",
       {{"token", "c-1"}, {"card", R"({"a":1})"}},
       "POST /open-apis/interactive/v1/card/update",
       R"({"token":"c-1","card":{"a":1}})"},
      {"feishu.delete_reaction",
       {{"message_id", "om_1"}, {"reaction_id", "r 1"}},
       "DELETE /open-apis/im/v1/messages/om_1/reactions/r%201",
       ""},
      {"feishu.urge_message",
       {{"message_id", "om_1"}, {"user_ids", List{"ou_1"}}},
       "PATCH /open-apis/im/v1/messages/om_1/urgent_app?user_id_type=open_id",
       R"({"user_id_list":["ou_1"]})"},
      {"feishu.get_history",
       {{"group_id", "oc_1"}, {"start_time", 12.5}, {"page_size", std::int64_t{20}}, {"page_token", "a b"}},
       "GET /open-apis/im/v1/messages?container_id_type=chat&container_id=oc_1&start_time=12&page_size=20"
       "&page_token=a%20b&card_msg_content_type=user_card_content&with_sender_name=true",
       ""},
      {"feishu.get_history",
       {{"thread_id", "omt_1"}, {"group_id", "oc_1"}},
       "GET /open-apis/im/v1/messages?container_id_type=thread&container_id=omt_1"
       "&card_msg_content_type=user_card_content&with_sender_name=true",
       ""},
      {"feishu.pin_message", {{"message_id", "om_1"}}, "POST /open-apis/im/v1/pins", R"({"message_id":"om_1"})"},
      {"feishu.unpin_message", {{"message_id", "om_1"}}, "DELETE /open-apis/im/v1/pins/om_1", ""},
  };
  for (const Change& change : changes) {
    CAPTURE(std::string(change.action));
    Online bot;
    const auto told = bot.call(std::string(change.action), change.params);
    CHECK(bot.path() == change.path);
    CHECK(bot.asked().body == change.body);
    bot.answer(R"({"code":0,"data":{}})");
    CHECK(told->retcode() == Retcode::ok);
  }
}

TEST_CASE("a person whom the app may not look up goes by the name that a list told") {
  for (const char* refusal : {R"({"code":99991672,"msg":"no scope contact:user.base:readonly"})",
                              R"({"code":41050,"msg":"no user authority error"})"}) {
    CAPTURE(refusal);
    Online bot;
    const auto before = bot.call("get_user_info", {{"user_id", kLin}});
    bot.answer(refusal, 400);
    CHECK(before->retcode() == Retcode::forbidden);
    bot.call("get_group_member_list", {{"group_id", kGroup}});
    bot.answer(onebot::json::write(
        Fields{{"code", 0}, {"data", Fields{{"items", List{Fields{{"member_id", kLin}, {"name", "林薇"}}}}}}}));
    const auto after = bot.call("get_user_info", {{"user_id", kLin}});
    bot.answer(refusal, 400);
    CHECK(after->data() == member(kLin, "林薇"));
  }
}

TEST_CASE("a parameter that is missing or senseless is refused without a call") {
  Online bot;
  const std::size_t before = bot.world.client.calls.size();
  CHECK(bot.call("get_group_info")->retcode() == Retcode::bad_param);
  CHECK(bot.call("get_user_info", {{"user_id", ""}})->retcode() == Retcode::bad_param);
  CHECK(bot.call("get_user_info", {{"user_id", ".."}})->retcode() == Retcode::bad_param);
  CHECK(bot.call("get_group_info", {{"group_id", "oc_1/members"}})->retcode() == Retcode::bad_param);
  CHECK(bot.call("get_group_info", {{"group_id", std::string(257, 'x')}})->retcode() == Retcode::bad_param);
  CHECK(bot.call("feishu.get_message", {{"message_id", "om_1?a"}})->retcode() == Retcode::unknown_message);
  CHECK(bot.call("feishu.get_history")->retcode() == Retcode::bad_param);
  CHECK(bot.call("feishu.forward_message", {{"message_id", "om_1"}})->retcode() == Retcode::bad_param);
  CHECK(bot.call("feishu.update_card", {{"message_id", "om_1"}, {"card", "x"}})->retcode() == Retcode::bad_param);
  CHECK(bot.call("feishu.urge_message", {{"message_id", "om_1"}, {"user_ids", List{}}})->retcode() ==
        Retcode::bad_param);
  CHECK(bot.call("feishu.edit_message",
                 {{"message_id", "om_1"},
                  {"message", List{Fields{{"type", "feishu.sticker"}, {"data", Fields{{"file_key", "f"}}}}}}})
            ->retcode() == Retcode::bad_param);
  CHECK(bot.world.client.calls.size() == before);
}

TEST_CASE("BOSSHI offers what it has paths for, and a configured path adds what needs it") {
  Bot bot("bosshi", {{"app_id", "bli_1"}});
  const std::vector<std::string_view> offered(bot.adapter->actions().begin(), bot.adapter->actions().end());
  CHECK(offered == std::vector<std::string_view>{"send_message", "get_self_info"});
  CHECK(bot.call("get_group_list")->retcode() == Retcode::unsupported_action);
  Bot more("bosshi", {{"app_id", "bli_1"}, {"endpoints.chats", "/open-apis/im/v2/chats"}});
  CHECK(std::ranges::find(more.adapter->actions(), "get_group_list") != more.adapter->actions().end());
}
