// Where a message goes and with how many parts: topics, lengths, taking back. Against the simulated platform.

#include "adapters/feishu/tests/both.h"

#include <fmt/format.h>

using namespace rig;
using onebot::List;
using onebot::Retcode;
using Words = std::vector<std::string>;

namespace {

const std::string kMessages = "/open-apis/im/v1/messages", kTopics = "oc_topics";
const std::string kOwn = kMessages + "?receive_id_type=chat_id";

Fields segment(std::string_view type, Fields data) { return {{"type", type}, {"data", std::move(data)}}; }
Fields text(std::string_view words) { return segment("text", {{"text", words}}); }
Fields sticker() { return segment("feishu.sticker", {{"file_key", "f"}}); }
Fields reply(std::string_view id) { return segment("reply", {{"message_id", id}}); }

Fields to(std::string_view group, List message) {
  return {{"detail_type", "group"}, {"group_id", group}, {"message", std::move(message)}};
}

std::string answering(std::string_view id) { return fmt::format("{}/{}/reply", kMessages, id); }

// A message in a group whose messages begin topics; root: what its topic began with.
std::string in_topic(std::string_view id, std::string_view root = "") {
  std::string native = message(id, "topic_group", kTopics, kLin);
  if (!root.empty()) {
    native.insert(native.find("\"message_id\""), fmt::format(R"("root_id":"{0}","parent_id":"{0}",)", root));
  }
  return native;
}

std::string recalled(std::string_view id) {
  return fmt::format(
      R"({{"schema":"2.0","header":{{"event_id":"recall-{0}","event_type":"im.message.recalled_v1","token":"{1}"}},)"
      R"("event":{{"message_id":"{0}","chat_id":"{2}","recall_time":"1754301699000","recall_type":"message_owner"}}}})",
      id, kToken, kTopics);
}

// A second, in which five messages go to a chat.
void pass(Both& both) {
  both.platform_world.loop.advance(1s), both.bot_world.loop.advance(1s);
  both.run();
}

}  // namespace

TEST_CASE("every part of an answer stays in the topic of what it answers") {
  Both both("feishu");
  both.hear(in_topic("om_root"));
  both.hear(in_topic("om_asked", "om_root"));

  CHECK(both.call("send_message", to(kTopics, {reply("om_asked"), text("see"), sticker(), text("end")}))->retcode() ==
        Retcode::ok);

  CHECK(both.shown("path") == Words(3, answering("om_asked")));
  CHECK(both.shown("thread_id") == Words(3, "omt_of_om_root"));
}

TEST_CASE("when what is answered in a topic is gone, the answer goes to what is left of the topic") {
  Both both("feishu");
  for (const char* id : {"om_first", "om_second"}) both.hear(in_topic(id, "om_root"));
  both.hear(in_topic("om_asked", "om_root"));
  both.hear(recalled("om_asked"));

  // The simulator never heard of om_root.
  CHECK(both.call("send_message", to(kTopics, {reply("om_asked"), text("see"), sticker()}))->retcode() == Retcode::ok);

  CHECK(both.shown("path") == Words(2, answering("om_second")));
  CHECK(both.shown("thread_id") == Words(2, "omt_of_om_root"));
}

TEST_CASE("what a topic began with is answered first, and said to be one") {
  Bot bot("feishu");
  bot.start();
  bot.push(in_topic("om_asked", "om_root"));
  bot.commit();
  bot.call("send_message", to(kTopics, {reply("om_asked"), text("see")}));

  bot.answer(R"({"code":231003,"msg":"gone"})", 400);

  CHECK(bot.asked().url == "https://platform.test" + answering("om_root"));
  CHECK(bot.asked_body().at("reply_in_thread").boolean());
  bot.answer(R"({"code":230011,"msg":"gone, too"})", 400);
  CHECK(bot.asked().url == "https://platform.test" + kOwn);
}

TEST_CASE("a message in parts that begins a topic stays in it") {
  Both both("feishu");
  both.hear(in_topic("om_root"));

  CHECK(both.call("send_message", to(kTopics, {text("new"), sticker(), text("end")}))->retcode() == Retcode::ok);

  const std::string first = both.shown("message_id").at(0);
  CHECK(both.shown("path") == Words{kOwn, answering(first), answering(first)});
  CHECK(both.shown("thread_id") == Words(3, "omt_of_" + first));
}

TEST_CASE("an answer outside of topics answers once, and in a thread with all its parts when that is asked for") {
  Both both("feishu");
  both.hear(message("om_asked", "group", kGroup, kLin));
  both.call("send_message", to(kGroup, {reply("om_asked"), text("a"), sticker()}));
  CHECK(both.shown("path") == Words{answering("om_asked"), kOwn});

  Fields params = to(kGroup, {reply("om_asked"), text("b"), sticker()});
  params.push_back({"feishu.reply_in_thread", true});
  both.call("send_message", params);
  both.hear(recalled("om_asked"));
  pass(both);
  both.call("send_message", params);

  const Words ids = both.shown("message_id");
  CHECK(both.shown("path") == Words{answering("om_asked"), kOwn, answering("om_asked"), answering("om_asked"),
                                    answering(ids.at(3)), answering(ids.at(3))});
  CHECK(both.shown("thread_id") ==
        Words{"", "", "omt_of_om_asked", "omt_of_om_asked", "omt_of_om_asked", "omt_of_om_asked"});
}

TEST_CASE("a text that is too long goes out in as many messages as it takes, and is taken back with all of them") {
  for (const auto& [end, type, parts] : {std::tuple("", "text", std::size_t{2}), {" [a](https://a.test)", "post", 7}}) {
    CAPTURE(type);
    Both both("feishu");
    std::string words;
    while (words.size() < 198'000) words += fmt::format("word{} ", words.size());
    words += end;

    const auto told = both.call("send_message", to(kGroup, {text(words)}));
    for (int i = 0; i < 3 && !told->result; ++i) pass(both);

    REQUIRE(told->retcode() == Retcode::ok);
    std::string together;
    for (const std::string& shown : both.shown("text")) together += shown;
    CHECK(together == words);
    CHECK(both.sent.size() == parts);
    const std::string first = both.shown("message_id").at(0);
    CHECK(told->data().find(fmt::format(R"("message_id":"{}")", first)) != std::string::npos);
    CHECK(both.call("delete_message", {{"message_id", first}})->retcode() == Retcode::ok);
    CHECK(both.shown("deleted") == Words(both.sent.size(), "true"));
  }
}

TEST_CASE("taking back what is gone already is no failure, and what cannot be taken back keeps none of the rest") {
  Bot bot("feishu");
  bot.start();
  bot.call("send_message", to_group(List{text("a"), sticker(), text("b")}));
  for (const char* id : {"om_a", "om_b", "om_c"}) {
    bot.answer(fmt::format(R"({{"code":0,"data":{{"message_id":"{}"}}}})", id));
  }
  const auto last = [&bot] { return bot.asked().url.substr(bot.asked().url.size() - 4); };

  const auto told = bot.call("delete_message", {{"message_id", "om_a"}});
  CHECK(last() == "om_c");
  bot.answer(R"({"code":230011,"msg":"withdrawn"})", 400);
  CHECK(last() == "om_b");
  bot.answer(R"({"code":230009,"msg":"too late"})", 400);
  CHECK(last() == "om_a");
  bot.answer(R"({"code":0})");
  CHECK(told->retcode() == Retcode::too_late);

  const auto again = bot.call("delete_message", {{"message_id", "om_a"}});
  for (int i = 0; i < 3; ++i) bot.answer(R"({"code":231003,"msg":"gone"})", 400);
  CHECK(again->retcode() == Retcode::ok);
}

TEST_CASE("an action whose end is reached already has succeeded") {
  Bot bot("feishu");
  bot.start();
  struct Row {
    std::string_view action{};
    Fields params{};
    int code = 0;
    Retcode retcode{};
  };
  const Fields message{{"message_id", "om_1"}};
  for (const Row& row :
       {Row{"leave_group", {{"group_id", kGroup}}, 232011, Retcode::ok},
        Row{"leave_group", {{"group_id", kGroup}}, 232006, Retcode::unknown_group},
        Row{"feishu.unpin_message", message, 231003, Retcode::ok},
        Row{"feishu.pin_message", message, 231003, Retcode::unknown_message},
        Row{"feishu.delete_reaction", {{"message_id", "om_1"}, {"reaction_id", "r"}}, 230011, Retcode::ok}}) {
    CAPTURE(row.action);
    const auto told = bot.call(std::string(row.action), row.params);
    bot.answer(fmt::format(R"({{"code":{},"msg":"m"}})", row.code), 400);
    CHECK(told->retcode() == row.retcode);
  }
}
