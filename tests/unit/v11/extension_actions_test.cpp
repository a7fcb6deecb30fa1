// Actions that OneBot 11 does not have and frameworks ask for all the same: reactions, typing, messages sent again.

#include "onebot/v11/actions.h"
#include "onebot/v11/reactions.h"
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

// Reactions have ids, and messages are forwarded.
constexpr std::array<std::string_view, 6> kById = {"send_message",       "chat.add_reaction", "chat.delete_reaction",
                                                   "chat.get_reactions", "chat.send_typing",  "chat.forward_message"};
constexpr std::array<std::string_view, 3> kInChannels = {"send_message", "chat.add_reaction", "chat.remove_reaction"};

struct Rig : rig::Questions {
  explicit Rig(std::span<const std::string_view> actions) { abilities.actions = actions; }
  v11::Number said(std::string native, v11::Kind kind, std::string chat) {
    return bot.messages.number({.bot = bot.scope.bot,
                                .native = std::move(native),
                                .chat_kind = kind,
                                .chat = std::move(chat),
                                .sender = "ann_of_chat",
                                .body = R"([{"type":"reply","data":{"message_id":"m0"}},)"
                                        R"({"type":"text","data":{"text":"hi"}}])"});
  }
  std::string like(v11::Number message, std::string_view rest) {
    return ask("set_msg_emoji_like", fmt::format(R"({{"message_id":{},{}}})", message, rest));
  }
};

Fields reaction(std::string id, std::string who, std::string emoji) {
  return {{"reaction_id", std::move(id)}, {"emoji_type", std::move(emoji)}, {"user_id", std::move(who)}};
}

}  // namespace

TEST_CASE("a reaction is added, and the bot's own one is looked for and taken back") {
  Rig rig(kById);
  const auto message = rig.said("m1", v11::Kind::group, "room_of_chat");
  CHECK(rig.like(message, R"("emoji_id":"SMILE")") == R"(chat.add_reaction {"message_id":"m1","emoji_type":"SMILE"})");
  CHECK_FALSE(v11::asks_on(rig.asked, Fields{{"reaction_id", "r"}}, rig.here));
  CHECK(rig.answer(Fields{{"reaction_id", "r"}}) == "null");

  for (const std::string_view own : {"bot", "102000001"}) {
    CAPTURE(own);
    CHECK(rig.like(message, R"("emoji_id":"SMILE","set":false)") ==
          R"(chat.get_reactions {"message_id":"m1","emoji_type":"SMILE"})");
    const List all{reaction("r1", "ann_of_chat", "SMILE"), reaction("r2", std::string(own), "OK"),
                   reaction("r3", std::string(own), "SMILE")};
    REQUIRE(v11::asks_on(rig.asked, all, rig.here));
    CHECK(rig.asked.action.name == "chat.delete_reaction");
    CHECK(rig::json::write(rig.asked.action.params) == R"({"message_id":"m1","reaction_id":"r3"})");
    CHECK_FALSE(v11::asks_on(rig.asked, all, rig.here));
    CHECK(rig.answer(onebot::Value()) == "null");
  }

  rig.like(message, R"("emoji_id":"SMILE","set":"false")");
  const List others{reaction("r1", "ann_of_chat", "SMILE")};
  CHECK_FALSE(v11::asks_on(rig.asked, others, rig.here));
  CHECK(rig.answer(others) == "1400: the bot has not reacted with SMILE");
  CHECK(rig.like(message, R"("set":true)") == "1400: \"emoji_id\" is missing");
}

TEST_CASE("where reactions have no ids they are known by their emoji, in channels alone") {
  Rig rig(kInChannels);
  const auto in_channel = rig.said("m1", v11::Kind::channel, "1/2");
  CHECK(rig.like(in_channel, R"("emoji_id":"76")") ==
        R"(chat.add_reaction {"channel_id":"2","message_id":"m1","emoji_type":"1","emoji_id":"76"})");
  CHECK(rig.answer(onebot::Value()) == "null");
  CHECK(rig.like(in_channel, R"("emoji_id":128516,"set":false)") ==
        R"(chat.remove_reaction {"channel_id":"2","message_id":"m1","emoji_type":"2","emoji_id":"128516"})");
  CHECK(rig.like(rig.said("m2", v11::Kind::group, "room_of_chat"), R"("emoji_id":"76")") ==
        "1404: unsupported by chat: set_msg_emoji_like");
}

TEST_CASE("typing is shown where it can be, and missed nowhere") {
  Rig rig(kById);
  const std::string params = fmt::format(R"({{"user_id":{},"event_type":1}})", rig.ann);
  CHECK(rig.ask("set_input_status", params) == R"(chat.send_typing {"user_id":"ann_of_chat"})");
  CHECK(rig.answer(onebot::Value()) == "null");
  CHECK(rig.answer(onebot::fail(Retcode::forbidden, "no")) == "34004: no");
  rig.abilities.actions = kInChannels;
  CHECK(rig.ask("set_input_status", params) == "0: null");
  CHECK(rig.ask("set_input_status") == "1400: \"user_id\" is missing");
}

TEST_CASE("a message goes elsewhere by the platform's own way, and its copy is known") {
  Rig rig(kById);
  const auto message = rig.said("m1", v11::Kind::group, "other");
  const std::string what = fmt::format(R"("message_id":{})", message);
  CHECK(rig.ask("forward_group_single_msg", fmt::format(R"({{{},"group_id":{}}})", what, rig.room)) ==
        R"(chat.forward_message {"message_id":"m1","group_id":"room_of_chat"})");
  CHECK(rig.ask("forward_friend_single_msg", fmt::format(R"({{{},"user_id":{}}})", what, rig.ann)) ==
        R"(chat.forward_message {"message_id":"m1","user_id":"ann_of_chat"})");
  CHECK(rig.answer(Fields{{"message_id", "copy"}}).starts_with(R"({"message_id":)"));
  const auto copy = rig.bot.messages.find(rig.bot.scope.bot, "copy");
  REQUIRE(copy);
  CHECK(copy->chat == "ann_of_chat");
  CHECK(copy->body.contains(R"("text":"hi")"));
}

TEST_CASE("where a platform forwards nothing, what a message says is sent again without what it quotes") {
  Rig rig(kInChannels);
  const auto message = rig.said("m1", v11::Kind::group, "other");
  const std::string what = fmt::format(R"("message_id":{})", message);
  CHECK(rig.ask("forward_group_single_msg", fmt::format(R"({{{},"group_id":{}}})", what, rig.room)) ==
        R"(send_message {"group_id":"room_of_chat","detail_type":"group",)"
        R"("message":[{"type":"text","data":{"text":"hi"}}]})");
  CHECK(rig.ask("forward_friend_single_msg", fmt::format(R"({{{},"user_id":5}})", what)) == "1400: unknown user_id 5");
  CHECK(rig.ask("forward_group_single_msg", R"({"message_id":5,"group_id":1})") ==
        "1400: message_id 5 is too old or unknown");
  const auto forgotten = rig.bot.messages.number({.bot = rig.bot.scope.bot, .native = "m2", .event = 7});
  CHECK(rig.ask("forward_group_single_msg", fmt::format(R"({{"message_id":{},"group_id":{}}})", forgotten, rig.room))
            .ends_with("is not known any more"));
}

TEST_CASE("what no platform has is refused under its name") {  // O11-ACT-02
  Rig rig(kById);
  for (const std::string_view action : {"group_poke", "get_essence_msg_list", "_get_group_notice", "ocr_image",
                                        "get_group_root_files", "delete_friend", "reload_event_filter"}) {
    CHECK(rig.ask(action) == fmt::format("1404: unsupported by chat: {}", action));
  }
}
