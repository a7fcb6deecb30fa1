// One bot: its actions, from what an application asks to what the platform is asked.

#include "adapters/feishu/adapter.h"
#include "adapters/feishu/tests/rig.h"

using namespace rig;
using onebot::Retcode;

namespace {

constexpr std::string_view kSentAnswer =
    R"({"code":0,"msg":"success","data":{"message_id":"om_sent","create_time":"1754301699000","chat_id":"oc_1"}})";
const std::string kBosshiGroup = read(kFixtures / "bosshi.v1.message.text.group.native.json");
Fields bosshi_section() { return {{"app_id", "bli_1"}, {"verification_token", "bT4nYq8sKd2vRm6xWj9cLp3hZg7fUe1A"}}; }

}  // namespace

TEST_CASE("a message is sent and its id and time come back") {
  Bot bot("feishu");
  bot.start();
  const auto told = bot.call("send_message", to_group("hello"));
  CHECK(bot.asked().url == "https://platform.test/open-apis/im/v1/messages?receive_id_type=chat_id");
  bot.answer(kSentAnswer);
  CHECK(told->data() == R"({"message_id":"om_sent","time":1754301699.0})");
}

TEST_CASE("several messages go by the id of the first, also to be deleted") {
  Bot bot("feishu");
  bot.start();
  const auto told = bot.call(
      "send_message", to_group(onebot::List{Fields{{"type", "text"}, {"data", Fields{{"text", "a"}}}},
                                            Fields{{"type", "feishu.sticker"}, {"data", Fields{{"file_key", "f"}}}}}));
  bot.answer(R"({"code":0,"data":{"message_id":"om_a","create_time":"1754301699000"}})");
  bot.answer(R"({"code":0,"data":{"message_id":"om_b"}})");
  CHECK(told->data() == R"({"message_id":"om_a","time":1754301699.0,"feishu.message_ids":["om_a","om_b"]})");

  const auto deleted = bot.call("delete_message", {{"message_id", "om_a"}});
  CHECK(bot.asked().method == "DELETE");
  CHECK(bot.asked().url == "https://platform.test/open-apis/im/v1/messages/om_b");
  bot.answer(R"({"code":0,"data":{}})");
  CHECK(bot.asked().url == "https://platform.test/open-apis/im/v1/messages/om_a");
  bot.answer(R"({"code":0,"data":{}})");
  CHECK(deleted->retcode() == Retcode::ok);
}

TEST_CASE("a message of which only the first part was sent says so, with the ids") {
  Bot bot("feishu");
  bot.start();
  const auto told = bot.call(
      "send_message", to_group(onebot::List{Fields{{"type", "text"}, {"data", Fields{{"text", "a"}}}},
                                            Fields{{"type", "feishu.sticker"}, {"data", Fields{{"file_key", "f"}}}}}));
  bot.answer(R"({"code":0,"data":{"message_id":"om_a","create_time":"1754301699000"}})");
  bot.answer(R"({"code":230054,"msg":"type"})", 400);
  CHECK(told->retcode() == Retcode::partly_sent);
  CHECK(told->data() == R"({"message_id":"om_a","time":1754301699.0})");
}

TEST_CASE("an answer to a message that is gone is sent without the quote") {
  Bot bot("feishu");
  bot.start();
  const auto told = bot.call("send_message",
                             to_group(onebot::List{Fields{{"type", "reply"}, {"data", Fields{{"message_id", "om 1~"}}}},
                                                   Fields{{"type", "text"}, {"data", Fields{{"text", "a"}}}}}));
  CHECK(bot.asked().url == "https://platform.test/open-apis/im/v1/messages/om%201~/reply");
  bot.answer(R"({"code":230011,"msg":"withdrawn"})", 400);
  CHECK(bot.asked().url == "https://platform.test/open-apis/im/v1/messages?receive_id_type=chat_id");
  bot.answer(kSentAnswer);
  CHECK(told->retcode() == Retcode::ok);
}

TEST_CASE("an answer to a message that is gone is sent without the quote, too, where the platform has no code for it") {
  Bot bot("feishu");
  bot.start();
  const auto told = bot.call("send_message",
                             to_group(onebot::List{Fields{{"type", "reply"}, {"data", Fields{{"message_id", "om_1"}}}},
                                                   Fields{{"type", "text"}, {"data", Fields{{"text", "a"}}}}}));
  bot.answer(R"({"msg":"The message was withdrawn."})", 400);
  CHECK(bot.asked().url == "https://platform.test/open-apis/im/v1/messages?receive_id_type=chat_id");
  bot.answer(kSentAnswer);
  CHECK(told->retcode() == Retcode::ok);
}

TEST_CASE("people are named by the kind of id they have") {
  Bot bot("feishu");
  bot.start();
  const auto kind = [&bot](std::string_view id) {
    bot.call("send_message", {{"detail_type", "private"}, {"user_id", id}, {"message", "x"}});
    return bot.asked().url.substr(bot.asked().url.find('=') + 1);
  };
  CHECK(kind("ou_1") == "open_id");
  CHECK(kind("on_1") == "union_id");
  CHECK(kind("oc_1") == "chat_id");
  CHECK(kind("a@b.c") == "email");
  CHECK(kind("7a3bd92e") == "user_id");
  bot.call("send_message", {{"detail_type", "private"}, {"feishu.chat_id", "oc_2"}, {"message", "x"}});
  CHECK(bot.asked_body().at("receive_id").str() == "oc_2");
}

TEST_CASE("BOSSHI's people are written to by the user_id that their messages showed") {
  Bot bot("bosshi", bosshi_section());
  bot.start();
  bot.push(kBosshiGroup);
  bot.commit();
  const auto told =
      bot.call("send_message",
               {{"detail_type", "private"}, {"user_id", "ou_c06bd2d3d2db2b67f7f3ef19b47f2"}, {"message", "hello"}});
  CHECK(bot.asked().url == "https://platform.test/open-apis/im/v2/messages?receive_id_type=user_id");
  CHECK(bot.asked_body().at("receive_id").str() == "2044618890");
  CHECK(bot.asked_body().at("content.text").str() == "hello");
  bot.answer(R"({"code":0,"msg":"ok","data":{"message_id":"0e58~"}})");
  CHECK(told->retcode() == Retcode::ok);
}

TEST_CASE("what a platform does not have is not offered and answers 10002") {
  Bot bot("bosshi", bosshi_section());
  bot.start();
  CHECK(std::ranges::find(bot.adapter->actions(), "delete_message") == bot.adapter->actions().end());
  CHECK(bot.call("delete_message", {{"message_id", "x"}})->retcode() == Retcode::unsupported_action);
  CHECK(bot.call("get_friend_list")->retcode() == Retcode::unsupported_action);

  Bot configured("bosshi", {{"app_id", "bli_1"}, {"endpoints.delete", "/x/{id}"}});
  CHECK(std::ranges::find(configured.adapter->actions(), "delete_message") != configured.adapter->actions().end());
}

TEST_CASE("wrong parameters are named") {
  Bot bot("feishu");
  bot.start();
  CHECK(bot.call("send_message", {{"message", "x"}})->retcode() == Retcode::bad_param);
  CHECK(bot.call("send_message", {{"detail_type", "channel"}, {"message", "x"}})->retcode() ==
        Retcode::unsupported_param);
  CHECK(bot.call("send_message", {{"detail_type", "group"}, {"message", "x"}})->retcode() == Retcode::bad_param);
  CHECK(bot.call("send_message", {{"detail_type", "group"}, {"group_id", ""}, {"message", "x"}})->retcode() ==
        Retcode::bad_param);
  CHECK(bot.call("delete_message")->retcode() == Retcode::bad_param);
}

TEST_CASE("a parameter of the wrong kind is refused by its name instead of being read as nothing") {
  Bot bot("feishu");
  bot.start();
  const std::size_t before = bot.world.client.calls.size();
  const auto why = [&bot](std::string_view name, onebot::Value value) {
    Fields params = to_group("x");
    params.push_back({std::string(name), std::move(value)});
    const auto told = bot.call("send_message", std::move(params));
    CHECK(told->retcode() == Retcode::bad_param);
    return *told->result ? std::string() : told->result->error().message;
  };
  CHECK(why("feishu.reply_in_thread", "yes").find("feishu.reply_in_thread") != std::string::npos);
  CHECK(why("feishu.reply_in_thread", 1).find("feishu.reply_in_thread") != std::string::npos);
  CHECK(bot.call("send_message", {{"detail_type", "private"}, {"feishu.chat_id", ""}, {"message", "x"}})->retcode() ==
        Retcode::bad_param);
  const auto why_not = [&bot](std::string_view action, Fields params) {
    const auto told = bot.call(std::string(action), std::move(params));
    CHECK(told->retcode() == Retcode::bad_param);
    return *told->result ? std::string() : told->result->error().message;
  };
  CHECK(why_not("feishu.get_history", {{"group_id", kGroup}, {"start_time", "yesterday"}}).find("start_time") !=
        std::string::npos);
  CHECK(why_not("feishu.get_history", {{"group_id", kGroup}, {"page_token", 7}}).find("page_token") !=
        std::string::npos);
  CHECK(why_not("feishu.get_reactions", {{"message_id", "om_1"}, {"emoji_type", true}}).find("emoji_type") !=
        std::string::npos);
  CHECK(why_not("feishu.urge_message", {{"message_id", "om_1"}, {"user_ids", onebot::List{1}}}).find("user_ids") !=
        std::string::npos);
  CHECK(bot.world.client.calls.size() == before);

  Fields unset = to_group("x");
  unset.push_back({"feishu.reply_in_thread", onebot::Value()});
  bot.call("send_message", std::move(unset));
  CHECK(bot.world.client.calls.size() == before + 1);
}

TEST_CASE("who the bot is is told from what was asked at the start") {
  Bot bot("feishu");
  bot.start();
  CHECK(bot.call("get_self_info")->data() ==
        R"({"user_id":")" + kBot + R"(","user_name":"小桥","user_displayname":"","user_remark":""})");
}

TEST_CASE("actions under way are answered when the bot is stopped") {
  Bot bot("feishu");
  bot.start();
  const auto told = bot.call("send_message", to_group("x"));
  bot.adapter->stop();
  CHECK(told->retcode() == Retcode::shutting_down);
  CHECK(bot.world.ingress.pushes.empty());
}

// --- its section ---

TEST_CASE("a section that cannot work is refused with the key that is wrong") {
  fakes::World world;
  const auto why = [&world](Fields section) {
    const auto made = feishu::make("feishu", section, world.host);
    return made ? std::string("fine") : made.error().message.substr(0, made.error().message.find(':'));
  };
  const Fields good{{"app_id", "cli_1"}, {"app_secret", "s"}, {"verification_token", kToken}};
  const auto with = [&good](std::string_view key, onebot::Value value) {
    Fields section = good;
    section.push_back({std::string(key), std::move(value)});
    return section;
  };
  CHECK(why(good) == "fine");
  CHECK(why({{"app_id", "cli_1"}}) == "app_secret");
  CHECK(why({{"app_secret", "s"}}) == "app_id");
  CHECK(why(with("receive", "gateway")) == "receive");
  CHECK(why(with("receive", "long_connection")) == "fine");
  CHECK(why(with("signature", "require")) == "signature");
  CHECK(why(with("signature", "perhaps")) == "signature");
  CHECK(why(with("id_type", "email")) == "id_type");
  CHECK(why(with("endpoints.reply", "/no/id")) == "endpoints.reply");
  CHECK(why(with("endpoints", Fields{{"token", "relative"}})) == "endpoints.token");
}
