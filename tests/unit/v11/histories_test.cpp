// What was said before: histories from the log, and what is inside a forward.

#include "onebot/v11/histories.h"

#include "tests/unit/v11/actions_rig.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>

using onebot::Fields;
using onebot::List;
using onebot::Retcode;
namespace json = onebot::json;
namespace v11 = onebot::v11;

namespace {

constexpr std::array<std::string_view, 2> kAble = {"send_message", "chat.get_merge_forward"};

struct Said : rig::Questions {
  Said() {
    abilities.actions = kAble;
    here.log = &log;
  }
  // As read from the log at the next place; its number.
  v11::Number say(std::string_view words, std::string_view rest) {
    const std::uint64_t place = log.events.size() + 1;
    log.events[place] = fmt::format(
        R"({{"id":"e{0}","time":1790000000.5,"type":"message","self":{{"platform":"chat","user_id":"bot"}},)"
        R"("message":[{{"type":"text","data":{{"text":"{1}"}}}}],"message_id":"m{0}","user_id":"ann_of_chat",{2}}})",
        place, words, rest);
    const auto document = json::Document::parse(log.events[place]);
    v11::frames_of(document->root(), bot.scope, place);
    return bot.messages.find(bot.scope.bot, fmt::format("m{}", place))->number;
  }
  v11::Number say_in_room(std::string_view words) {
    return say(words, R"("detail_type":"group","group_id":"room_of_chat")");
  }
  // What the messages of an answer say, in their order.
  std::string words(std::string_view action, const std::string& params) {
    const std::string answer = ask(action, params);
    const auto document = json::Document::parse(answer.starts_with("0: ") ? answer.substr(3) : "{}");
    std::string out = answer.starts_with("0: ") ? "" : answer;
    for (std::size_t i = 0; i < document->root().at("messages").size(); ++i) {
      out += document->root().at("messages")[i].at("raw_message").text() + ".";
    }
    return out;
  }

  rig::Events log{};
};

}  // namespace

TEST_CASE("the last messages of a group are told, the oldest first, each as its event was") {
  Said rig;
  const auto first = rig.say_in_room("one");
  rig.say("aside", R"("detail_type":"private")");
  rig.say("elsewhere", R"("detail_type":"group","group_id":"other")");
  rig.say_in_room("two");
  const auto third = rig.say_in_room("three");
  const auto in_room = [&](std::string_view rest) { return fmt::format(R"({{"group_id":{}{}}})", rig.room, rest); };

  CHECK(rig.words("get_group_msg_history", in_room("")) == "one.two.three.");
  CHECK(rig.words("get_group_msg_history", in_room(R"(,"count":"2")")) == "two.three.");
  CHECK(rig.words("get_group_msg_history", in_room(R"(,"message_seq":0)")) == "one.two.three.");
  CHECK(rig.words("get_group_msg_history", in_room(fmt::format(R"(,"message_seq":{})", third))) == "one.two.");
  CHECK(rig.words("get_group_msg_history", in_room(fmt::format(R"(,"message_seq":{},"count":1)", third))) == "two.");
  CHECK(rig.words("get_group_msg_history", in_room(fmt::format(R"(,"message_id":{})", first))).empty());
  CHECK(rig.words("get_friend_msg_history", fmt::format(R"({{"user_id":{}}})", rig.ann)) == "aside.");

  const std::string answer = rig.ask("get_group_msg_history", in_room(R"(,"count":1)"));
  const std::string message = answer.substr(answer.find('[') + 1);
  CHECK(message.starts_with(fmt::format(R"({{"time":1790000000,"message_type":"group","message_id":{},)", third)));
  for (const std::string_view member : {R"("post_type":"message")", R"("message_seq":)", R"("sender":{"user_id":)",
                                        R"("message":[{"type":"text","data":{"text":"three"}}])", R"("self_id":)"}) {
    CHECK_MESSAGE(answer.contains(member), answer);
  }
}

TEST_CASE("a history is bounded, has what the bot said, and leaves out what nobody knows any more") {
  Said rig;
  for (int i = 0; i < 120; ++i) rig.say_in_room("x");
  const std::string in_room = fmt::format(R"("group_id":{})", rig.room);
  CHECK(rig.words("get_group_msg_history", "{" + in_room + R"(,"count":1000})").size() == 2 * v11::histories::kMost);
  CHECK(rig.words("get_group_msg_history", "{" + in_room + "}").size() == 2 * v11::histories::kUsual);
  CHECK(rig.words("get_group_msg_history", "{" + in_room + R"(,"count":0})") == "1400: \"count\" must be 1 at least");
  CHECK(rig.words("get_group_msg_history", "{" + in_room + R"(,"message_seq":5})") ==
        "1400: message_seq 5 is too old or unknown");
  CHECK(rig.words("get_group_msg_history", R"({"group_id":5})") == "1400: unknown group_id 5");

  rig.ask("send_group_msg", fmt::format(R"({{{},"message":"mine"}})", in_room));
  rig.answer(Fields{{"message_id", "sent"}, {"time", 5.0}});
  rig.log.events.erase(120);
  CHECK(rig.words("get_group_msg_history", "{" + in_room + R"(,"count":3})") == "x.mine.");
  rig.bot.group("silent");
  CHECK(rig.ask("get_group_msg_history", R"({"group_id":"silent"})") == R"(0: {"messages":[]})");
}

TEST_CASE("what is inside a forward is told by the platform, as nodes and as messages") {
  Said rig;
  const auto number = rig.say_in_room("forward");
  CHECK(rig.ask("get_forward_msg", fmt::format(R"({{"id":"{}"}})", number)) ==
        R"(chat.get_merge_forward {"message_id":"m1"})");
  CHECK(rig.ask("get_forward_msg", fmt::format(R"({{"message_id":{}}})", number)).starts_with("chat.get_merge"));
  const auto inside = [](std::string id, std::string above, std::string text) {
    return Fields{{"message_id", std::move(id)},
                  {"time", 1'754'301'595.0},
                  {"user_id", "ann_of_chat"},
                  {"message", List{Fields{{"type", "text"}, {"data", Fields{{"text", std::move(text)}}}}}},
                  {"chat.upper_message_id", std::move(above)},
                  {"chat.user_name", "Ann"}};
  };
  const std::string told = rig.answer(
      Fields{{"messages", List{inside("m1", "", "itself"), inside("i1", "m1", "hi"), inside("deep", "i2", "deeper")}}});
  const auto row = rig.bot.messages.find(rig.bot.scope.bot, "i1");
  REQUIRE(row);
  const std::string content = R"([{"type":"text","data":{"text":"hi"}}])";
  CHECK(
      told ==
      fmt::format(
          R"({{"message":[{{"type":"node","data":{{"user_id":{0},"nickname":"Ann","content":{1}}}}}],)"
          R"("messages":[{{"content":{1},"sender":{{"user_id":{0},"nickname":"Ann"}},"time":1754301595,"message_id":{2}}}]}})",
          rig.ann, content, row->number));
  CHECK(rig.ask("get_msg", fmt::format(R"({{"message_id":{}}})", row->number)).contains(content));
}

TEST_CASE("a forward that the bot has made is known, and where none can be opened that is said") {
  Said rig;
  rig.ask("send_group_forward_msg",
          fmt::format(R"({{"group_id":{},"messages":[{{"type":"node","data":{{"name":"N","content":"hi"}}}}]}})",
                      rig.room));
  rig.answer(Fields{{"message_id", "sent"}, {"time", 5.0}});
  const std::string own = rig.ask("get_forward_msg", R"({"id":"sent"})");
  CHECK(own.starts_with(R"(0: {"message":[{"type":"node","data":{"user_id":102000001,"nickname":"onebridge",)"));
  CHECK(own.contains("N:"));

  const auto number = rig.say_in_room("forward");
  rig.abilities.actions = std::span(kAble).first(1);
  CHECK(rig.ask("get_forward_msg", fmt::format(R"({{"id":{}}})", number)) ==
        "1400: what is forwarded arrives as text on chat");
  CHECK(rig.ask("get_forward_msg") == "1400: \"id\" is missing");
}
