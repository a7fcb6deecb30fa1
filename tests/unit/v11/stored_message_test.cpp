#include "onebot/v11/stored_message.h"

#include "onebot/json_write.h"
#include "onebot/v11/actions.h"
#include "tests/unit/v11/rig.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <string_view>

using onebot::Fields;
using rig::Bot;
using rig::member;
namespace json = onebot::json;
namespace v11 = onebot::v11;

namespace {

struct Rig {
  std::string get(std::string_view message_id) {
    const auto asked = v11::ask_for(v11::request_of("get_msg", {{"message_id", message_id}}), here);
    return asked ? json::write(**asked->known) : "error: " + asked.error().message;
  }

  Bot bot{};
  rig::Events log{};
  v11::Abilities abilities{};
  v11::Here here{.scope = bot.scope, .abilities = abilities, .bot_name = "Bridge", .log = &log};
};

constexpr std::string_view kSaid =
    R"({"id":"e","time":1790000000.5,"type":"message","detail_type":"group","sub_type":"",)"
    R"("self":{"platform":"chat","user_id":"bot"},"message":[{"type":"text","data":{"text":"hi"}}],)"
    R"("message_id":"m1","group_id":"g","user_id":"u","chat.username":"Lin"})";

}  // namespace

TEST_CASE("a message that the log has is told from there, under the number it had") {  // O11-STORE-01, O11-STORE-04
  Rig rig;
  const auto document = json::Document::parse(kSaid);
  const auto frames = v11::frames_of(document->root(), rig.bot.scope, 1);
  REQUIRE(frames.texts.size() == 1);
  rig.log.events[1] = kSaid;

  CHECK(rig.get("217500001") ==
        fmt::format(R"({{"time":1790000000,"message_type":"group","message_id":217500001,"message_seq":217500001,)"
                    R"("real_id":217500001,"group_id":{},"user_id":{},"self_id":102000001,"sender":{},)"
                    R"("message":[{{"type":"text","data":{{"text":"hi"}}}}],"raw_message":"hi",)"
                    R"("message_format":"array","font":0,"sub_type":"normal"}})",
                    rig.bot.group("g"), rig.bot.user("u"), member(frames.texts[0], "sender")));
}

TEST_CASE("a message that the log has no more is still known by its row") {  // O11-STORE-01, O11-STORE-03
  Rig rig;
  rig.bot.in_group(R"({"type":"text","data":{"text":"hi"}})");
  const std::string told = rig.get("217500001");
  CHECK(member(told, "sender.user_id") == fmt::to_string(rig.bot.user("u")));
  CHECK(member(told, "group_id") == fmt::to_string(rig.bot.group("g")));
  CHECK(member(told, "message") == R"([{"type":"text","data":{"text":""}}])");
}

TEST_CASE("the bot's own messages are of the bot, also without an id") {  // O11-STORE-02, O11-MID-04
  Rig rig;
  const auto number = rig.bot.messages.number({.bot = rig.bot.scope.bot,
                                               .chat = "u",
                                               .sender = "bot",
                                               .at = 7,
                                               .body = R"([{"type":"text","data":{"text":"yo"}}])"});
  const std::string told = rig.get(fmt::to_string(number));
  CHECK(member(told, "message_type") == R"("private")");
  CHECK(member(told, "user_id") == "102000001");
  CHECK(member(told, "sender.user_id") == "102000001");
  CHECK(member(told, "sender.nickname") == R"("Bridge")");
  CHECK(member(told, "raw_message") == R"("yo")");
  CHECK(member(told, "time") == "7");
}

TEST_CASE("a quote of what was never seen is told as the quote says") {  // O11-STORE-03
  Rig rig;
  rig.bot.in_group(
      R"({"type":"reply","data":{"message_id":"OLD","user_id":"bot","chat.content":"read half an hour"}})");
  const std::string quoted = rig.get("217500001");
  CHECK(member(quoted, "raw_message") == R"("read half an hour")");
  CHECK(member(quoted, "sender.user_id") == "102000001");
  CHECK(member(quoted, "time") == "0");

  rig.bot.in_group(R"({"type":"reply","data":{"message_id":"OLDER","user_id":""}})");
  const std::string stub = rig.get("217500003");
  CHECK(member(stub, "sender.user_id") == "0");
  CHECK(member(stub, "sender.nickname") == R"("")");
}

TEST_CASE("a press that was told as a message is told so again") {  // O11-INT-02
  Rig rig;
  rig.bot.scope.options.interactions = v11::Interactions::message;
  rig.bot.frame("notice", "chat.interaction", "chat.button",
                R"("chat.interaction_id":"i","chat.button_data":"sign","group_id":"g","user_id":"u")");
  rig.log.events[1] = "{}";
  CHECK(member(rig.get("217500001"), "raw_message") == R"("sign")");
}

TEST_CASE("a number that is nobody's is too old or unknown") {  // O11-MID-07
  Rig rig;
  CHECK(rig.get("5") == "error: message_id 5 is too old or unknown");
}
