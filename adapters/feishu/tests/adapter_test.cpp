// One bot: who it is, when a push is answered, what it remembers, and its actions.

#include "adapters/feishu/adapter.h"

#include "adapters/feishu/tests/rig.h"

using namespace rig;
using onebot::Retcode;

namespace {

constexpr std::string_view kSentAnswer =
    R"({"code":0,"msg":"success","data":{"message_id":"om_sent","create_time":"1754301699000","chat_id":"oc_1"}})";
const std::string kBosshiGroup = read(kFixtures / "bosshi.v1.message.text.group.native.json");

int status(const std::shared_ptr<fakes::Answered>& answered) {
  return answered->response ? answered->response->status : 0;
}

Fields bosshi_section() { return {{"app_id", "bli_1"}, {"verification_token", "bT4nYq8sKd2vRm6xWj9cLp3hZg7fUe1A"}}; }

}  // namespace

// --- who the bot is ---

TEST_CASE("events are put off until the platform has said who the bot is, challenges are not") {
  Bot bot("feishu");
  bot.adapter->start();
  const std::string event = message("om_1", "p2p", kPrivate, kLin);
  CHECK(status(bot.push(event)) == 503);
  CHECK(status(bot.push(R"({"challenge":"c","token":")" + kToken + R"(","type":"url_verification"})")) == 200);
  CHECK(bot.world.events.arrivals.empty());

  bot.answer(R"({"code":0,"tenant_access_token":"t-1","expire":7140})");
  CHECK(bot.asked().url == "https://platform.test/open-apis/bot/v3/info");
  CHECK(*io::header(bot.asked().headers, "Authorization") == "Bearer t-1");
  CHECK_FALSE(bot.adapter->online());
  bot.answer(R"({"code":0,"bot":{"open_id":"ou_me","app_name":"Bridge"}})");

  CHECK(bot.adapter->self() == onebot::Self{"feishu", "ou_me"});
  CHECK(bot.world.events.changes == std::vector<bool>{true});
  bot.push(event);
  CHECK(bot.commit().size() == 1);
}

TEST_CASE("who the bot is is asked again and again when the answer fails") {
  Bot bot("lark");
  bot.adapter->start();
  bot.answer(R"({"code":0,"tenant_access_token":"t-1","expire":7140})");
  bot.answer(R"({"code":99991672,"msg":"no scope"})", 400);
  CHECK_FALSE(bot.adapter->online());
  bot.world.loop.advance(2s);
  bot.answer(R"({"code":0,"bot":{"open_id":"ou_me"}})");
  CHECK(bot.adapter->online());
  CHECK(bot.adapter->self().platform == "lark");
}

TEST_CASE("a configured self_id spares the question") {
  Bot bot("feishu", {{"self_id", "ou_mine"}});
  bot.adapter->start();
  CHECK(status(bot.push(message("om_1", "p2p", kPrivate, kLin))) == 0);
  bot.answer(R"({"code":0,"tenant_access_token":"t-1","expire":7140})");
  CHECK(bot.world.client.calls.size() == 1);
  CHECK(bot.adapter->online());
}

TEST_CASE("a BOSSHI bot goes by its app_id until a group message shows its own") {
  Bot bot("bosshi", bosshi_section());
  bot.start();
  CHECK(bot.adapter->self().user_id == "bli_1");

  bot.push(kBosshiGroup);

  const auto events = bot.commit();
  REQUIRE(events.size() == 1);
  CHECK(events[0].self.user_id == "ou_d9c9ff945a55a088f8b641c7d27c9");
  CHECK(bot.adapter->self().user_id == "ou_d9c9ff945a55a088f8b641c7d27c9");
  CHECK(bot.world.events.changes == std::vector<bool>{true, true});
}

TEST_CASE("a sender who mentions himself is not taken for the bot") {
  Bot bot("bosshi", {{"app_id", "bli_1"}, {"verification_token", "rvaYgkND1GOiu5MM0E1rncYC6PLtF7JV"}});
  bot.start();
  bot.push(read(kFixtures / "bosshi.documents.message_receive.native.json"));
  CHECK(bot.commit().size() == 1);
  CHECK(bot.adapter->self().user_id == "bli_1");
}

// --- when a push is answered ---

TEST_CASE("a push is answered with success only when its events are stored") {
  Bot bot("feishu");
  bot.start();
  const auto answered = bot.push(message("om_1", "p2p", kPrivate, kLin));
  CHECK(status(answered) == 0);
  CHECK(bot.world.events.arrivals.back().keys == std::vector<std::string>{"event/event-of-om_1", "message/om_1"});
  bot.commit();
  CHECK(status(answered) == 200);
  CHECK(answered->response->body == "{}");

  const auto lost = bot.push(message("om_2", "p2p", kPrivate, kLin));
  bot.commit(false);
  CHECK(status(lost) == 500);
}

TEST_CASE("a push that is not stored in time is refused, so that it comes again") {
  Bot bot("feishu");
  bot.start();
  const auto answered = bot.push(message("om_1", "p2p", kPrivate, kLin));
  bot.world.loop.advance(2499ms);
  CHECK(status(answered) == 0);
  bot.world.loop.advance(1ms);
  CHECK(status(answered) == 503);
  CHECK(bot.commit().size() == 1);
}

TEST_CASE("a callback is answered at once") {
  Bot bot("feishu");
  bot.start();
  const auto answered = bot.push(read(kFixtures / "feishu.v2.card_action.button.native.json"));
  CHECK(status(answered) == 200);
  CHECK(bot.commit().size() == 1);
}

TEST_CASE("a full log puts pushes off") {
  Bot bot("feishu");
  bot.start();
  bot.adapter->hold(true);
  CHECK(status(bot.push(message("om_1", "p2p", kPrivate, kLin))) == 503);
  bot.adapter->hold(false);
  CHECK(status(bot.push(message("om_1", "p2p", kPrivate, kLin))) == 0);
}

TEST_CASE("refused and unreadable pushes are counted and said, without what they hold") {
  Bot bot("feishu");
  bot.start();
  CHECK(status(bot.push(R"({"header":{"event_type":"x","token":"SECRET-GUESS"},"event":{}})")) == 403);
  CHECK(status(bot.push(R"({"neither":"SECRET-CONTENT"})")) == 200);
  CHECK(bot.world.log.counters["webhook_refused"] == 1);
  CHECK(bot.world.log.counters["webhook_invalid"] == 1);
  CHECK(bot.world.log.contains("reason=\"invalid token\""));
  CHECK_FALSE(bot.world.log.contains("SECRET"));
  CHECK(bot.world.events.arrivals.empty());
}

TEST_CASE("a malformed event is counted, named, passed on and acknowledged") {
  Bot bot("feishu");
  bot.start();
  const auto answered = bot.push(read(kFixtures / "feishu.malformed_without_message.native.json"));
  const auto events = bot.commit();
  REQUIRE(events.size() == 1);
  CHECK(events[0].detail_type == "feishu.malformed");
  CHECK(status(answered) == 200);
  CHECK(bot.world.log.counters["events_malformed"] == 1);
  CHECK(bot.world.log.contains("id=\"" + events[0].id + "\""));
}

TEST_CASE("nothing that goes on holds a secret of the configuration, wherever a push repeats it") {
  const std::string secrets[] = {"s3cret", kToken, kKey};
  Bot bot("feishu", {{"verification_token", kToken}, {"encrypt_key", kKey}});
  bot.start();
  const auto seal = [](const Fields& push) {
    return onebot::json::write(Fields{{"encrypt", feishu::encrypt(kKey, onebot::json::write(push))}});
  };
  const auto push_of = [](std::string_view type, onebot::Value event) {
    return Fields{{"header", Fields{{"event_id", std::string(type)}, {"event_type", type}, {"token", kToken}}},
                  {"event", std::move(event)}};
  };
  const Fields told{{"note", "token " + kToken}, {"list", onebot::List{kKey, "s3cret"}}, {kToken, 1}};

  for (const Fields& push : {push_of("im.message.receive_v1", "no object"), push_of("im.message.receive_v1", told),
                             push_of("nobody.described_v1", told)}) {
    const std::string body = seal(push);
    const auto answered = bot.push(body, {{"X-Lark-Request-Timestamp", "1754301690"},
                                          {"X-Lark-Request-Nonce", "n"},
                                          {"X-Lark-Signature", feishu::sign("1754301690", "n", kKey, body)}});
    const auto events = bot.commit();
    CHECK(status(answered) == 200);
    REQUIRE(events.size() == 1);
    const std::string json = to_json(events);
    CAPTURE(json);
    CHECK(json.find("event_json") != std::string::npos);
    for (const std::string& secret : secrets) CHECK(json.find(secret) == std::string::npos);
  }
  for (const std::string& secret : secrets) CHECK_FALSE(bot.world.log.contains(secret));
}

TEST_CASE("options keep unknown events and other bots' messages away, and acknowledge them") {
  Bot bot("feishu", {{"forward_unknown", false}, {"forward_bot_messages", false}});
  bot.start();
  CHECK(status(bot.push(read(kFixtures / "feishu.v2.unknown_event.native.json"))) == 200);
  CHECK(status(bot.push(read(kFixtures / "feishu.v2.message.text.from_bot.native.json"))) == 200);
  CHECK(bot.world.events.arrivals.empty());
}

TEST_CASE("the bot's own reactions are not told") {
  Bot bot("feishu", {{"app_id", "cli_a4d1f0c2e5b7900d"}});
  bot.start();
  CHECK(status(bot.push(read(kFixtures / "feishu.v2.reaction.created.by_app.native.json"))) == 200);
  CHECK(bot.world.events.arrivals.empty());
}

TEST_CASE("an id_type shows people by it, and the bot still as itself") {
  Bot bot("feishu", {{"id_type", "union_id"}});
  bot.start();
  bot.push(read(kFixtures / "feishu.v2.message.text.group_mention_bot.native.json"));
  const auto events = bot.commit();
  REQUIRE(events.size() == 1);
  CHECK(onebot::text_of(events[0].fields, "user_id") == "on_4fd840f96eb67e7319f8c743f28217e0");
  CHECK(onebot::text_of(events[0].message[0].data, "user_id") == kBot);
}

// --- what it remembers ---

TEST_CASE("the kind of an unknown chat is asked once for a recalled message") {
  Bot bot("feishu");
  bot.start();
  const std::string recall = read(kFixtures / "feishu.v2.recalled.p2p.native.json");
  bot.push(recall);
  CHECK(bot.asked().url == "https://platform.test/open-apis/im/v1/chats/" + kPrivate);
  CHECK(bot.world.events.arrivals.empty());
  bot.answer(R"({"code":0,"data":{"chat_mode":"p2p"}})");
  CHECK(bot.commit().at(0).detail_type == "private_message_delete");

  const std::size_t calls = bot.world.client.calls.size();
  bot.push(recall);
  CHECK(bot.world.client.calls.size() == calls);
}

TEST_CASE("a chat whose kind nobody tells in time is taken for a group") {
  Bot bot("feishu");
  bot.start();
  bot.push(read(kFixtures / "feishu.v2.recalled.p2p.native.json"));
  bot.world.loop.advance(1s);
  CHECK(bot.commit().at(0).detail_type == "group_message_delete");
}

TEST_CASE("private chats are known after a restart") {
  Bot bot("feishu");
  bot.world.events.remember({"private_chat", kPrivate, "p2p"});
  bot.start();
  bot.push(read(kFixtures / "feishu.v2.recalled.p2p.native.json"));
  CHECK(bot.commit().at(0).detail_type == "private_message_delete");
}

TEST_CASE("the platform's word that the app was stopped takes the bot offline") {
  Bot bot("feishu");
  bot.start();
  bot.push(read(kFixtures / "feishu.v1.app_status_change.native.json"));
  CHECK_FALSE(bot.adapter->online());
  CHECK(bot.world.events.changes == std::vector<bool>{true, false});
}

// --- actions ---

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
  const Fields good{{"app_id", "cli_1"}, {"app_secret", "s"}};
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
