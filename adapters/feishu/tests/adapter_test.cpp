// One bot: who it is, when a push is answered, and what it remembers.

#include "adapters/feishu/adapter.h"

#include "adapters/feishu/tests/rig.h"

#include <fmt/format.h>

using namespace rig;

namespace {

const std::string kBosshiGroup = read(kFixtures / "bosshi.v1.message.text.group.native.json");

int status(const std::shared_ptr<fakes::Answered>& answered) {
  return answered->response ? answered->response->status : 0;
}

std::string card_used(std::string_view event_id, std::string_view chat) {
  return onebot::json::write(
      Fields{{"header", Fields{{"event_id", event_id}, {"event_type", "card.action.trigger"}, {"token", kToken}}},
             {"event", Fields{{"operator", Fields{{"open_id", kLin}}},
                              {"token", "c-1"},
                              {"action", Fields{{"tag", "button"}}},
                              {"host", "im_message"},
                              {"context", Fields{{"open_message_id", "om_card"}, {"open_chat_id", chat}}}}}});
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
  CHECK(bot.commit().empty());  // until it is known what kind of chat that is
  bot.answer(R"({"code":0,"data":{"chat_mode":"group"}})");
  const auto events = bot.commit();
  REQUIRE(events.size() == 1);
  CHECK(onebot::text_of(events[0].fields, "group_id") == kGroup);
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
  CHECK(status(bot.push(R"({"header":{"event_type":"x","token":"SECRET-GUESS"},"event":{}})")) == 401);
  CHECK(status(bot.push(R"({"neither":"SECRET-CONTENT","token":")" + kToken + R"("})")) == 200);
  CHECK(bot.world.log.counters["webhook_refused"] == 1);
  CHECK(bot.world.log.counters["webhook_invalid"] == 1);
  CHECK(bot.world.log.contains("push refused: it has not the verification_token"));
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

TEST_CASE("members without an id are counted and named, and do not cost the others") {
  Bot bot("feishu");
  bot.start();
  const auto answered = bot.push(read(kFixtures / "feishu.chat_user_added_one_without_id.native.json"));
  const auto events = bot.commit();
  REQUIRE(events.size() == 1);
  CHECK(events[0].detail_type == "group_member_increase");
  CHECK(onebot::text_of(events[0].fields, "user_id") == kMarco);
  CHECK(status(answered) == 200);
  CHECK(bot.world.log.counters["events_malformed"] == 2);
  CHECK(bot.world.log.contains("left_out=2"));
}

TEST_CASE("a mention without an id is the bot's when it has the bot's name and kind") {
  const auto mentioned = [](std::string_view name, std::string_view kind) {
    Bot bot("feishu");
    bot.start();
    std::string push = read(kFixtures / "feishu.message_mention_without_id.native.json");
    constexpr std::string_view kName = R"("name": "Ghost")";
    push.replace(push.find(kName), kName.size(), fmt::format(R"("name":"{}","mentioned_type":"{}")", name, kind));
    bot.push(push);
    return onebot::json::write(bot.commit().at(0).message.at(0).data);
  };
  CHECK(mentioned("小桥", "bot").starts_with(R"({"user_id":")" + kBot));
  CHECK(mentioned("小桥", "user") == R"({"text":"@小桥 hi"})");
  CHECK(mentioned("Ghost", "bot") == R"({"text":"@Ghost hi"})");
}

TEST_CASE("nothing that goes on holds a secret of the configuration, wherever a push repeats it") {
  const std::string secrets[] = {"s3cret", kToken, kKey};
  Bot bot("feishu", {{"verification_token", kToken}, {"encrypt_key", kKey}});
  bot.start();
  const auto seal = [](const Fields& push) {
    return onebot::json::write(Fields{{"encrypt", feishu::encrypt(kKey, onebot::json::write(push))}});
  };
  auto push_of = [number = 0](std::string_view type, onebot::Value event) mutable {
    return Fields{{"header", Fields{{"event_id", std::to_string(++number)}, {"event_type", type}, {"token", kToken}}},
                  {"event", std::move(event)}};
  };
  const Fields told{{"note", "token " + kToken}, {"list", onebot::List{kKey, "s3cret"}}, {kToken, 1}};

  for (const Fields& push : {push_of("im.message.receive_v1", "no object"), push_of("im.message.receive_v1", told),
                             push_of("nobody.described_v1", told)}) {
    const std::string body = seal(push);
    const std::string now = fmt::format("{}", static_cast<std::int64_t>(bot.world.loop.wall()));
    const auto answered = bot.push(body, {{"X-Lark-Request-Timestamp", now},
                                          {"X-Lark-Request-Nonce", "n"},
                                          {"X-Lark-Signature", feishu::sign(now, "n", kKey, body)}});
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

TEST_CASE("a late answer about a chat does for what comes later, and nobody is asked twice for one chat") {
  Bot bot("feishu");
  bot.start();
  const std::size_t before = bot.world.client.calls.size();
  bot.push(read(kFixtures / "feishu.v2.recalled.p2p.native.json"));
  bot.push(card_used("c1", kPrivate));
  CHECK(bot.world.client.calls.size() == before + 1);
  bot.world.loop.advance(1s);
  CHECK(bot.commit().size() == 2);
  bot.answer(R"({"code":0,"data":{"chat_mode":"p2p"}})");

  bot.push(card_used("c2", kPrivate));
  CHECK(bot.world.client.calls.size() == before + 1);
  CHECK(onebot::text_of(bot.commit().at(0).fields, "group_id").empty());
  CHECK(bot.world.events.recall("private_chat").size() == 1);
}

TEST_CASE("a chat of which the platform tells nothing is no group, and is not asked for with every event") {
  Bot bot("feishu");
  bot.start();
  const std::size_t before = bot.world.client.calls.size();
  bot.push(card_used("c1", kPrivate));
  bot.answer(R"({"code":232011,"msg":"not in the chat"})", 400);
  const auto events = bot.commit();
  REQUIRE(events.size() == 1);
  CHECK_FALSE(onebot::find(events[0].fields, "group_id"));
  CHECK(onebot::text_of(events[0].fields, "feishu.chat_id") == kPrivate);
  bot.push(card_used("c2", kPrivate));
  CHECK(bot.commit().size() == 1);
  CHECK(bot.world.client.calls.size() == before + 1);
  bot.world.loop.advance(10min);
  bot.push(card_used("c3", kPrivate));
  CHECK(bot.asked().url == "https://platform.test/open-apis/im/v1/chats/" + kPrivate);
}

TEST_CASE("what happens to the bot's message in a private chat is no group's, though only the bot has written there") {
  Bot bot("feishu");
  bot.start();
  bot.call("send_message", {{"detail_type", "private"}, {"user_id", kLin}, {"message", "hello"}});
  bot.answer(R"({"code":0,"data":{"message_id":"om_card","chat_id":")" + kPrivate + R"("}})");
  const std::size_t calls = bot.world.client.calls.size();
  bot.push(card_used("c1", kPrivate));
  bot.push(
      R"({"header":{"event_id":"r1","event_type":"im.message.reaction.created_v1","token":")" + kToken +
      R"("},"event":{"message_id":"om_card","reaction_type":{"emoji_type":"OK"},"operator_type":"user","user_id":{"open_id":"ou_1"}}})");
  const auto events = bot.commit();
  REQUIRE(events.size() == 2);
  for (const Event& event : events) {
    CHECK_FALSE(onebot::find(event.fields, "group_id"));
    CHECK(onebot::text_of(event.fields, "feishu.chat_id") == kPrivate);
  }
  CHECK(bot.world.client.calls.size() == calls);
}

TEST_CASE("a message that does not say what kind its chat is waits for that") {
  for (const auto& [mode, detail_type] : {std::pair("p2p", "private"), {"group", "group"}, {"topic", "group"}}) {
    Bot bot("feishu");
    bot.start();
    bot.push(read(kFixtures / "feishu.message_chat_type_untold.native.json"));
    CHECK(bot.commit().empty());
    bot.answer(onebot::json::write(Fields{{"code", 0}, {"data", Fields{{"chat_mode", mode}}}}));
    CHECK(bot.commit().at(0).detail_type == detail_type);
  }
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
