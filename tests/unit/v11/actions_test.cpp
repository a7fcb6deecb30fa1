#include "onebot/v11/actions.h"

#include "tests/unit/v11/actions_rig.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>

using onebot::ActionResult;
using onebot::Fields;
using onebot::List;
using onebot::Retcode;
using onebot::Value;
namespace json = onebot::json;
namespace v11 = onebot::v11;
using Rig = rig::Questions;

namespace {

ActionResult refused(std::string_view message = "no") { return onebot::fail(Retcode::forbidden, std::string(message)); }

}  // namespace

TEST_CASE("a message goes to a person, a group or a channel, as its number says") {  // O11-ACT-01, O11-ID-09
  Rig rig;
  constexpr std::string_view kHi = R"("message":[{"type":"text","data":{"text":"hi"}}])";
  const auto with = [&](std::string_view rest) { return fmt::format(R"({{{},"message":"hi"}})", rest); };
  const std::string to_ann = fmt::format(R"({{"user_id":"ann_of_chat","detail_type":"private",{}}})", kHi);
  const std::string to_room = fmt::format(R"({{"group_id":"room_of_chat","detail_type":"group",{}}})", kHi);
  const std::string to_channel = fmt::format(R"({{"guild_id":"1","channel_id":"2","detail_type":"channel",{}}})", kHi);
  const std::string user = fmt::format(R"("user_id":"{}")", rig.ann), group = fmt::format(R"("group_id":{})", rig.room);

  CHECK(rig.ask("send_private_msg", with(user)) == "send_message " + to_ann);
  CHECK(rig.ask("send_group_msg", with(group)) == "send_message " + to_room);
  CHECK(rig.ask("send_group_msg", with(fmt::format(R"("group_id":{})", rig.channel))) == "send_message " + to_channel);
  CHECK(rig.ask("send_msg", with(user)) == "send_message " + to_ann);
  CHECK(rig.ask("send_msg", with(user + "," + group)) == "send_message " + to_room);
  CHECK(rig.ask("send_msg", with(R"("message_type":"private",)" + user + "," + group)) == "send_message " + to_ann);
  CHECK(rig.ask("send_guild_channel_msg", with(R"("guild_id":"1","channel_id":2)")) == "send_message " + to_channel);
  CHECK(rig.ask("send_msg_async", with(user)) == "send_message " + to_ann);
}

TEST_CASE("a message to nobody is refused, and asks nobody") {  // O11-ID-08, O11-ACT-01
  Rig rig;
  CHECK(rig.ask("send_private_msg", R"({"user_id":123456789,"message":"hi"})") == "1400: unknown user_id 123456789");
  CHECK(rig.ask("send_group_msg", fmt::format(R"({{"group_id":{},"message":"hi"}})", rig.ann)) ==
        fmt::format("1400: unknown group_id {}", rig.ann));
  CHECK(rig.ask("send_private_msg", R"({"message":"hi"})") == "1400: \"user_id\" is missing");
  CHECK(rig.ask("send_msg", R"({"message_type":"carrier","user_id":1,"message":"hi"})") ==
        "1400: unknown message_type carrier");
  CHECK(rig.ask("send_group_msg", fmt::format(R"({{"group_id":{}}})", rig.room)) == "1400: \"message\" is missing");
  CHECK(rig.ask("send_private_msg", R"({"self_id":7,"user_id":1,"message":"hi"})") ==
        "1400: this link is of 102000001, not of 7");
  CHECK(rig.ask("get_status", R"({"self_id":"102000001"})").starts_with("0: "));  // O11-BOT-06
  for (const char* id : {"28083525872.5", "true", "[1]", "-3"}) {                 // O11-REQ-03
    CAPTURE(id);
    CHECK(rig.ask("send_private_msg", fmt::format(R"({{"user_id":{},"message":"hi"}})", id)).starts_with("1400: "));
  }
}

TEST_CASE("a message that was sent has a number, and is known by it") {  // O11-MID-04, O11-MID-05, O11-STORE-02
  Rig rig;
  rig.ask("send_group_msg", fmt::format(R"({{"group_id":{},"message":"hi"}})", rig.room));
  CHECK(rig.answer(Fields{{"message_id", "native"}, {"time", 5.5}, {"chat.ref_idx", "IDX"}}) ==
        R"({"message_id":217500001})");
  const auto row = rig.bot.messages.find(217'500'001);
  REQUIRE(row);
  CHECK(row->native == "native");
  CHECK(row->chat == "room_of_chat");
  CHECK(row->sender == "bot");
  CHECK(row->at == 5);
  CHECK(row->body == R"([{"type":"text","data":{"text":"hi"}}])");
  CHECK(rig.bot.messages.find(rig.bot.scope.bot, "IDX")->number == 217'500'001);

  CHECK(rig.ask("delete_msg", R"({"message_id":217500001})") == R"(delete_message {"message_id":"native"})");
  CHECK(rig.answer(Fields{{"more", 1}}) == "null");

  rig.ask("send_group_msg", fmt::format(R"({{"group_id":{},"message":"hi"}})", rig.room));
  CHECK(rig.answer(Fields{{"message_id", ""}}) == R"({"message_id":217500002})");
  CHECK(rig.ask("delete_msg", R"({"message_id":217500002})") ==
        "1400: the platform told no id of message_id 217500002");
}

TEST_CASE("a message of which a part was sent keeps its number in the failure") {  // O11-RSP-05
  Rig rig;
  rig.ask("send_group_msg", fmt::format(R"({{"group_id":{},"message":"hi"}})", rig.room));
  const auto told =
      v11::answer_of(onebot::fail(Retcode::partly_sent, "half", Fields{{"message_id", "native"}}), rig.asked, rig.here);
  REQUIRE_FALSE(told);
  CHECK(json::write(told.error().data) == R"({"message_id":217500001})");
  CHECK(rig.answer(refused("room_of_chat is closed")) == fmt::format("34004: {} is closed", rig.room));  // O11-RSP-06
}

TEST_CASE("members are dealt with by what their place has") {  // O11-ACT-01, O11-ACT-02
  Rig rig;
  const std::string in_room = fmt::format(R"("group_id":{},"user_id":{})", rig.room, rig.ann);
  const std::string in_channel = fmt::format(R"("group_id":{},"user_id":{})", rig.channel, rig.ann);
  const std::string natives = R"("group_id":"room_of_chat","user_id":"ann_of_chat")";
  CHECK(rig.ask("set_group_kick", fmt::format("{{{},\"reject_add_request\":1}}", in_room)) ==
        fmt::format("chat.kick_group_member {{{},\"blacklist\":true}}", natives));
  CHECK(rig.ask("set_group_kick", fmt::format("{{{}}}", in_channel)) == "1404: unsupported by chat: set_group_kick");
  CHECK(rig.ask("set_group_ban", fmt::format("{{{}}}", in_room)) ==
        fmt::format("chat.set_group_ban {{{},\"duration\":1800}}", natives));
  CHECK(rig.ask("set_group_ban", fmt::format("{{{},\"duration\":\"99999999\"}}", in_channel)) ==
        R"(chat.guild_member_mute {"guild_id":"1","channel_id":"2","user_id":"ann_of_chat","duration":2592000})");
  CHECK(rig.ask("set_group_ban", fmt::format("{{{},\"duration\":-1}}", in_room)).starts_with("1400: "));
  CHECK(rig.ask("set_group_whole_ban", fmt::format(R"({{"group_id":{},"enable":"0"}})", rig.channel)) ==
        R"(chat.guild_mute {"guild_id":"1","channel_id":"2","duration":0})");
  CHECK(rig.ask("set_group_whole_ban", fmt::format(R"({{"group_id":{}}})", rig.room)).starts_with("1404: "));
  CHECK(rig.ask("set_group_name", fmt::format(R"({{"group_id":{},"group_name":"x"}})", rig.channel))
            .starts_with("set_channel_name "));
  CHECK(rig.ask("set_group_leave", fmt::format(R"({{"group_id":{}}})", rig.room)) ==
        R"(leave_group {"group_id":"room_of_chat"})");
  CHECK(rig.ask("set_group_leave", fmt::format(R"({{"group_id":{},"is_dismiss":true}})", rig.room))
            .starts_with("1400: "));
}

TEST_CASE("a request to join is answered by its flag alone") {  // O11-MAPE-41
  Rig rig;
  CHECK(
      rig.ask("set_group_add_request",
              R"({"flag":"chat:join:g:u:r:1","sub_type":"add","reason":"full","approve":false})") ==
      R"(chat.handle_group_join_request {"group_id":"g","user_id":"u","request_id":"r:1","approve":false,"reason":"full"})");
  for (const std::string_view flag : {"talk:join:g:u:r", "chat:join:g", "1234", ""}) {
    CHECK(rig.ask("set_group_add_request", fmt::format(R"({{"flag":"{}"}})", flag)).starts_with("1400: "));
  }
}

TEST_CASE("a bot can always say who it is") {  // O11-ACT-20
  Rig rig;
  CHECK(rig.ask("get_login_info") == "get_self_info {}");
  CHECK(rig.answer(Fields{{"user_id", "bot"}, {"user_name", "Bridge"}}) ==
        R"({"user_id":102000001,"nickname":"Bridge"})");
  CHECK(rig.answer(refused()) == R"({"user_id":102000001,"nickname":"onebridge"})");
  rig.here.bot_name = "Tom";
  CHECK(rig.answer(refused()) == R"({"user_id":102000001,"nickname":"Tom"})");
  rig.abilities.actions = {};
  CHECK(rig.ask("get_login_info") == R"(0: {"user_id":102000001,"nickname":"Tom"})");
}

TEST_CASE("whoever has a number is known, whatever the platform says") {  // O11-STORE-05, O11-STORE-07
  Rig rig;
  const std::string params = fmt::format(R"({{"group_id":{},"user_id":{}}})", rig.room, rig.ann);
  rig.bot.ids.number({v11::Kind::user, "chat", "ann_of_chat"}, "Ann");

  CHECK(rig.ask("get_stranger_info", params) == R"(get_user_info {"user_id":"ann_of_chat"})");
  CHECK(rig.answer(refused()) == fmt::format(R"({{"user_id":{},"nickname":"Ann","sex":"unknown","age":0}})", rig.ann));

  rig.ask("get_group_member_info", params);
  CHECK(rig.answer(Fields{{"user_id", "ann_of_chat"},
                          {"user_name", "Anna"},
                          {"user_displayname", "A"},
                          {"chat.role", "owner"},
                          {"chat.join_time", 7}}) ==
        fmt::format(R"({{"group_id":{},"user_id":{},"nickname":"Anna","card":"A","sex":"unknown","age":0,"area":"",)"
                    R"("join_time":7,"last_sent_time":0,"level":"","role":"owner","unfriendly":false,"title":"",)"
                    R"("title_expire_time":0,"card_changeable":false,"shut_up_timestamp":0}})",
                    rig.room, rig.ann));
  CHECK(rig.answer(refused()).find(R"("nickname":"Anna")") != std::string::npos);

  rig.ask("get_group_info", params);
  CHECK(rig.answer(Fields{{"group_id", "room_of_chat"}, {"group_name", "Room"}}).find(R"("group_name":"Room")") !=
        std::string::npos);
  CHECK(rig.answer(refused()) ==
        fmt::format(R"({{"group_id":{},"group_name":"Room","member_count":0,"max_member_count":2000,)"
                    R"("group_memo":"","group_create_time":0,"group_level":0}})",
                    rig.room));
}

TEST_CASE("lists are lists, also when nothing is known; the bot is in its groups") {  // O11-ACT-04
  Rig rig;
  rig.ask("get_friend_list");
  CHECK(rig.answer(refused()) == "[]");
  CHECK(rig.answer(List{Fields{{"user_id", "ann_of_chat"}, {"user_name", "Ann"}}, Fields{}, 7}) ==
        fmt::format(R"([{{"user_id":{},"nickname":"Ann","remark":""}}])", rig.ann));
  rig.ask("get_group_list");
  CHECK(rig.answer(refused()) == "[]");
  CHECK(
      rig.answer(List{Fields{{"group_id", "room_of_chat"}}}).starts_with(fmt::format(R"([{{"group_id":{})", rig.room)));
  rig.ask("get_group_member_list", fmt::format(R"({{"group_id":{}}})", rig.room));
  const std::string alone = rig.answer(refused());
  CHECK(alone.find(R"("user_id":102000001)") != std::string::npos);
  const std::string both = rig.answer(List{Fields{{"user_id", "ann_of_chat"}}, Fields{{"user_id", "bot"}}});
  CHECK(both.find(fmt::to_string(rig.ann)) != std::string::npos);
  CHECK(both.find("102000001") == both.rfind("102000001"));
}

TEST_CASE("what frameworks ask for first is answered") {  // O11-ACT-20, O11-GLD-04, O11-META-03
  Rig rig;
  rig.here.online = true;
  CHECK(rig.ask("get_status") == R"(0: {"online":true,"good":false})");
  CHECK(rig.ask("get_version_info")
            .starts_with(R"(0: {"app_name":"onebridge","app_version":"1.2","protocol_version":"v11")"));
  CHECK(rig.ask("get_guild_service_profile") == "0: null");
  CHECK(rig.ask("get_guild_list") == "0: []");
  CHECK(rig.ask("_set_model_show") == "0: null");
  CHECK(rig.ask("get_online_clients") == R"(0: {"clients":[]})");
  CHECK(rig.ask("can_send_image") == R"(0: {"yes":true})");
  CHECK(rig.ask("get_supported_actions").find(R"("chat.get_credits")") != std::string::npos);
}

TEST_CASE("what no platform can do is refused, and what nobody knows as well") {  // O11-ACT-02, O11-ACT-11, O11-REQ-02
  Rig rig;
  CHECK(rig.ask("send_like", R"({"user_id":1,"times":10})") == "1404: unsupported by chat: send_like");
  CHECK(rig.ask("get_cookies") == "1404: unsupported by chat: get_cookies");
  CHECK(rig.ask("nc_get_rkey") == "1404: unsupported action: nc_get_rkey");
  CHECK(rig.ask("set_async") == "1404: unsupported action: set_async");
  CHECK(rig.ask("Send_Msg").starts_with("1404: "));
  CHECK(rig.ask("other.get_credits").starts_with("1404: "));
  CHECK(rig.ask("*").starts_with("1404: "));
}

TEST_CASE("an action of the platform's own goes as it is, with natives for numbers") {  // O11-ACT-10
  Rig rig;
  CHECK(rig.ask("chat.get_credits", fmt::format(R"({{"group_id":{},"user_id":"{}","x":[1]}})", rig.room, rig.ann)) ==
        R"(chat.get_credits {"user_id":"ann_of_chat","x":[1],"group_id":"room_of_chat"})");
  CHECK(rig.ask("chat.get_credits", fmt::format(R"({{"group_id":{}}})", rig.channel)) ==
        R"(chat.get_credits {"guild_id":"1","channel_id":"2"})");
  CHECK(rig.answer(Fields{{"group_id", "room_of_chat"}, {"left", 3}}) ==
        fmt::format(R"({{"group_id":{},"left":3,"real_group_id":"room_of_chat"}})", rig.room));
  CHECK(rig.answer(refused()) == "34004: no");
}

TEST_CASE("a forward is one message, a name and what it says for each node") {  // O11-ACT-20
  Rig rig;
  rig.bot.in_group(R"({"type":"text","data":{"text":"old"}})", R"(,"chat.username":"Lin")");
  CHECK(rig.ask("send_group_forward_msg",
                fmt::format(
                    R"({{"group_id":{},"messages":[{{"type":"node","data":{{"name":"Ann","uin":1,"content":"a"}}}},)"
                    R"({{"type":"node","data":{{"user_id":"7","content":[{{"type":"text","data":{{"text":"b"}}}}]}}}},)"
                    R"({{"type":"node","data":{{"id":217500001}}}}]}})",
                    rig.room)) == R"(send_message {"group_id":"room_of_chat","detail_type":"group","message":[)"
                                  R"({"type":"text","data":{"text":"Ann:\n"}},{"type":"text","data":{"text":"a"}},)"
                                  R"({"type":"text","data":{"text":"\n\n7:\n"}},{"type":"text","data":{"text":"b"}},)"
                                  R"({"type":"text","data":{"text":"\n\nLin:\n"}}]})");
  CHECK(rig.answer(Fields{{"message_id", "n"}}) == R"({"message_id":217500002,"forward_id":"217500002","res_id":""})");
  const auto with = [&](std::string_view messages) {
    return rig.ask("send_private_forward_msg", fmt::format(R"({{"user_id":{},"messages":{}}})", rig.ann, messages));
  };
  for (const std::string_view wrong :
       {"[]", "null", "7", R"(["a"])", R"([{"type":"node"}])", R"([{"data":{"id":5}}])"}) {
    CAPTURE(wrong);
    CHECK(with(wrong).starts_with("1400: "));
  }
  std::string many = "[";
  for (int i = 0; i <= 100; ++i) many += R"({"data":{"content":"x"}},)";
  many.back() = ']';
  CHECK(with(many).starts_with("1400: "));
}

TEST_CASE("a file is sent as a message of its own") {  // O11-MED-04
  Rig rig;
  CHECK(
      rig.ask("upload_private_file", fmt::format(R"({{"user_id":{},"file":"/a/b.pdf","name":"b.pdf"}})", rig.ann)) ==
      R"(send_message {"user_id":"ann_of_chat","detail_type":"private","message":[{"type":"file","data":{"file_id":""}}]})");
  REQUIRE(rig.asked.uploads.size() == 1);
  CHECK(rig.asked.uploads[0].source == "/a/b.pdf");
  CHECK(rig.asked.uploads[0].name == "b.pdf");
  CHECK(rig.ask("upload_group_file", fmt::format(R"({{"group_id":{}}})", rig.room)).starts_with("1400: "));
}
