#include "onebot/v11/events.h"

#include "tests/unit/v11/rig.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <string_view>

using onebot::v11::Channels;
using onebot::v11::Ids;
using onebot::v11::Interactions;
using onebot::v11::MessageFormat;
using rig::Bot;
using rig::member;
namespace v11 = onebot::v11;

namespace {

constexpr std::string_view kText = R"({"type":"text","data":{"text":"hi"}})";
constexpr std::string_view kInChannel =
    R"("guild_id":"1","channel_id":"2","user_id":"12876043318290471155","message_id":"m")";

}  // namespace

TEST_CASE("a link begins with a lifecycle, and a heartbeat says how the bot is") {  // O11-META-01, O11-META-02
  CHECK(v11::lifecycle(1'790'000'000, 102'000'001) ==
        R"({"time":1790000000,"self_id":102000001,"post_type":"meta_event","meta_event_type":"lifecycle",)"
        R"("sub_type":"connect"})");
  CHECK(v11::heartbeat(1'790'000'045, 102'000'001, {.online = true, .good = false}, 15'000) ==
        R"({"time":1790000045,"self_id":102000001,"post_type":"meta_event","meta_event_type":"heartbeat",)"
        R"("status":{"online":true,"good":false},"interval":15000})");
}

TEST_CASE("a group message has all members, in order") {  // O11-EVT-01, O11-EVT-03, O11-EVT-07, O11-STR-04
  Bot bot;
  const auto user = bot.user("u"), group = bot.group("g");
  CHECK(bot.in_group(kText, R"(,"chat.username":"Lin","chat.nick":"L","chat.member_role":"owner")") ==
        fmt::format(R"({{"time":1790000000,"self_id":102000001,"post_type":"message","message_type":"group",)"
                    R"("sub_type":"normal","message_id":217500001,"message_seq":217500001,"real_id":217500001,)"
                    R"("group_id":{},"user_id":{},"anonymous":null,"message":[{}],"message_format":"array",)"
                    R"("raw_message":"hi","font":0,"sender":{{"user_id":{},"nickname":"Lin","card":"L",)"
                    R"("sex":"unknown","age":0,"area":"","level":"","role":"owner","title":""}},)"
                    R"("real_user_id":"u","real_group_id":"g","real_message_id":"m1"}})",
                    group, user, kText, user));
}

TEST_CASE("a private message has all members, and no group") {  // O11-EVT-02, O11-EVT-04
  for (const std::string_view sub : {"", "chat.guild"}) {
    Bot bot;
    const auto user = bot.user("u");
    CHECK(bot.frame("message", "private", sub,
                    fmt::format(R"("message":[{}],"message_id":"m","user_id":"u","chat.guild_id":"1")", kText)) ==
          fmt::format(R"({{"time":1790000000,"self_id":102000001,"post_type":"message","message_type":"private",)"
                      R"("sub_type":"friend","message_id":217500001,"message_seq":217500001,"real_id":217500001,)"
                      R"("user_id":{0},"message":[{1}],"message_format":"array","raw_message":"hi","font":0,)"
                      R"("sender":{{"user_id":{0},"nickname":"{0}","sex":"unknown","age":0}},)"
                      R"("real_user_id":"u","real_message_id":"m"}})",
                      user, kText));
  }
}

TEST_CASE("in string format the message is its CQ string, and says so") {  // O11-MSG-02, O11-MSG-03
  Bot bot({.message_format = MessageFormat::string});
  const std::string frame = bot.in_group(
      R"({"type":"mention","data":{"user_id":"bot","chat.user_name":"B"}},{"type":"text","data":{"text":"[a]"}})");
  CHECK(member(frame, "message") == R"("[CQ:at,qq=102000001]&#91;a&#93;")");
  CHECK(member(frame, "raw_message") == member(frame, "message"));
  CHECK(member(frame, "message_format") == R"("string")");
}

TEST_CASE("in string mode ids are natives, but for the bot's and those of messages") {  // O11-STR-01, O11-STR-02
  Bot bot({.ids = Ids::string});
  const std::string frame =
      bot.in_group(R"({"type":"mention","data":{"user_id":"bot"}},{"type":"mention","data":{"user_id":"a"}})");
  CHECK(member(frame, "self_id") == "102000001");
  CHECK(member(frame, "message_id") == "217500001");
  CHECK(member(frame, "user_id") == R"("u")");
  CHECK(member(frame, "group_id") == R"("g")");
  CHECK(member(frame, "sender.user_id") == R"("u")");
  CHECK(member(frame, "raw_message") == R"("[CQ:at,qq=102000001][CQ:at,qq=a]")");
  CHECK(member(frame, "real_user_id") == "missing");

  const std::string kicked =
      bot.frame("notice", "group_member_decrease", "kick", R"("group_id":"g","user_id":"bot","operator_id":"")");
  CHECK(member(kicked, "user_id") == "102000001");
  CHECK(member(kicked, "operator_id") == R"("")");
  CHECK(member(bot.frame("message", "channel", "", fmt::format(R"({},"message":[])", kInChannel)), "group_id") ==
        R"("1/2")");
}

TEST_CASE("a name that was told once is known later") {  // O11-STORE-07
  Bot bot;
  bot.in_group(kText, R"(,"chat.user_name":"Lin")");
  bot.frame("notice", "group_member_increase", "join",
            R"("group_id":"g","user_id":"n","operator_id":"n","chat.user_name":"New","chat.group_name":"Room")");
  const std::string later = bot.in_group(kText);
  CHECK(member(later, "sender.nickname") == R"("Lin")");
  CHECK(member(later, "group_name") == R"("Room")");
  const std::string from_new =
      bot.frame("message", "private", "", fmt::format(R"("message":[{}],"message_id":"p","user_id":"n")", kText));
  CHECK(member(from_new, "sender.nickname") == R"("New")");
}

TEST_CASE("who may do what is one of three words") {  // O11-EVT-05
  const auto role = [](std::string_view rest) {
    Bot bot;
    return member(bot.in_group(kText, rest), "sender.role");
  };
  CHECK(role("") == R"("member")");
  CHECK(role(R"(,"chat.member_role":"admin")") == R"("admin")");
  CHECK(role(R"(,"chat.member_role":"emperor")") == R"("member")");
  CHECK(role(R"(,"chat.roles":["2","1"])") == R"("admin")");
  CHECK(role(R"(,"chat.roles":["2","4"])") == R"("owner")");
  CHECK(role(R"(,"chat.roles":["1","5"])") == R"("member")");
}

TEST_CASE("what the bot says or takes back itself is not told") {  // O11-MAPE-44
  Bot bot;
  const auto silent = [&](std::string_view type, std::string_view detail, std::string_view sub, std::string_view rest) {
    const auto frames = bot.frames(type, detail, sub, rest);
    return frames.texts.empty() && frames.known;
  };
  CHECK(silent("message", "group", "", R"("message":[],"message_id":"m","group_id":"g","user_id":"bot")"));
  CHECK(silent("notice", "group_message_delete", "recall",
               R"("message_id":"m","group_id":"g","user_id":"bot","operator_id":"")"));
  CHECK(silent("notice", "group_message_delete", "delete",
               R"("message_id":"m","group_id":"g","user_id":"u","operator_id":"bot")"));
  CHECK(silent("notice", "private_message_delete", "", R"("message_id":"m","user_id":"bot")"));
  CHECK_FALSE(silent("notice", "group_message_delete", "delete",
                     R"("message_id":"m","group_id":"g","user_id":"bot","operator_id":"u")"));
}

TEST_CASE("a message taken back is known by its number, and its writer by the message") {  // O11-MAPE-43
  Bot bot;
  const auto recalled = [&](std::string_view sub, std::string_view message) {
    return bot.frame("notice", "group_message_delete", sub,
                     fmt::format(R"("group_id":"g","user_id":"","operator_id":"","message_id":"{}")", message));
  };
  const std::string number = member(bot.in_group(kText), "message_id");
  const std::string seen = recalled("recall", "m1");
  CHECK(member(seen, "message_id") == number);
  CHECK(member(seen, "user_id") == fmt::to_string(bot.user("u")));
  CHECK(member(seen, "operator_id") == member(seen, "user_id"));
  CHECK(member(recalled("delete", "m1"), "operator_id") == "0");

  const std::string unseen = recalled("recall", "x");
  CHECK(member(unseen, "message_id") == "217500002");
  CHECK(member(unseen, "user_id") == "0");
}

TEST_CASE("joining and leaving have the operators and sub types that consumers count on") {  // O11-MAPE-01
  struct {
    std::string_view detail{}, sub{}, user{}, op{}, type{}, sub_type{}, by{};
  } const rows[] = {
      {"increase", "invite", "u", "o", "group_increase", "invite", "o"},
      {"increase", "invite", "bot", "o", "group_increase", "invite", "o"},
      {"increase", "join", "u", "", "group_increase", "approve", "u"},
      {"increase", "", "u", "", "group_increase", "approve", ""},
      {"decrease", "leave", "u", "", "group_decrease", "leave", "u"},
      {"decrease", "leave", "bot", "bot", "group_decrease", "leave", "bot"},
      {"decrease", "kick", "u", "o", "group_decrease", "kick", "o"},
      {"decrease", "kick", "bot", "o", "group_decrease", "kick_me", "o"},
      {"decrease", "", "u", "", "group_decrease", "leave", ""},
      {"decrease", "", "bot", "", "group_decrease", "kick_me", ""},
      {"decrease", "chat.withdrawn", "u", "o", "group_decrease", "kick", "o"},
      {"decrease", "chat.disbanded", "bot", "o", "group_decrease", "kick_me", "o"},
  };
  for (const auto& row : rows) {
    Bot bot;
    const std::string frame =
        bot.frame("notice", fmt::format("group_member_{}", row.detail), row.sub,
                  fmt::format(R"("group_id":"g","user_id":"{}","operator_id":"{}")", row.user, row.op));
    CAPTURE(frame);
    CHECK(member(frame, "notice_type") == fmt::format("\"{}\"", row.type));
    CHECK(member(frame, "sub_type") == fmt::format("\"{}\"", row.sub_type));
    CHECK(member(frame, "user_id") == fmt::to_string(bot.user(std::string(row.user))));
    CHECK(member(frame, "operator_id") == fmt::to_string(bot.user(std::string(row.by))));
  }
}

TEST_CASE("the bot that is thrown out is told so in the standard's words") {  // O11-MAPE-01
  Bot bot;
  CHECK(bot.frame("notice", "group_member_decrease", "kick", R"("group_id":"g","user_id":"bot","operator_id":"o")") ==
        fmt::format(R"({{"time":1790000000,"self_id":102000001,"post_type":"notice","notice_type":"group_decrease",)"
                    R"("sub_type":"kick_me","group_id":{},"user_id":102000001,"operator_id":{},"real_group_id":"g"}})",
                    bot.group("g"), bot.user("o")));
}

TEST_CASE("a reaction is told where its place is known, be it by the message") {  // O11-MAPE-01
  Bot bot;
  const std::string_view like = R"("message_id":"m1","emoji_type":"OK","user_id":"u")";
  CHECK(bot.frame("notice", "chat.message_reaction", "created", like) == "");
  CHECK_FALSE(bot.messages.find("chat/102000001", "m1"));

  bot.frame("message", "group", "", R"("message":[],"message_id":"m1","group_id":"g","user_id":"u")");
  const std::string frame = bot.frame("notice", "chat.message_reaction", "deleted", like);
  CHECK(member(frame, "group_id") == fmt::to_string(bot.group("g")));
  CHECK(member(frame, "likes") == R"([{"emoji_id":"OK","count":1}])");
  CHECK(member(frame, "is_add") == "false");
}

TEST_CASE("a request says everything in its flag, and one that is decided is none") {  // O11-MAPE-41, O11-MAPE-42
  Bot bot;
  const std::string_view asks = R"("group_id":"g","user_id":"u","chat.request_id":"r:1","chat.comment":"class 2")";
  const std::string frame = bot.frame("request", "chat.group_join_request", "chat.invited", asks);
  CHECK(member(frame, "post_type") == R"("request")");
  CHECK(member(frame, "request_type") == R"("group")");
  CHECK(member(frame, "sub_type") == R"("add")");
  CHECK(member(frame, "comment") == R"("class 2")");
  CHECK(member(frame, "flag") == R"("chat:join:g:u:r:1")");
  CHECK(member(frame, "invitor_id") == "0");
  CHECK(bot.frame("request", "chat.group_join_request", "chat.self_apply",
                  fmt::format(R"({},"chat.auto_approved_strategy_id":"s")", asks)) == "");
}

TEST_CASE("an event that OneBot 11 has nothing for is told by nothing, and counted") {  // O11-EVT-08
  Bot bot({.extended_notices = true});
  for (const std::string_view detail : {"chat.malformed", "chat.raw_event", "chat.something_new", "made_up", ""}) {
    CAPTURE(detail);
    const auto frames = bot.frames("notice", detail, "", R"("user_id":"u")");
    CHECK(frames.texts.empty());
    CHECK_FALSE(frames.known);
  }
  CHECK_FALSE(bot.frames("anything", "friend_increase", "", "").known);
  CHECK(bot.frames("meta", "heartbeat", "", "").texts.empty());
}

TEST_CASE("extended notices have their own names, numbers on top and the rest as it is") {  // O11-EXT-01, O11-EXT-02
  Bot plain, extended({.extended_notices = true});
  const std::string rest =
      fmt::format(R"({},"a":1.0,"b":1.5,"big":9007199254740993,"c.guild_id":"x","raw":{{"guild_id":"1","2":3}},)"
                  R"("deep":[{{"guild_id":"1"}}])",
                  kInChannel);
  CHECK(plain.frames("notice", "chat.forum_post_create", "chat.a.b", rest).known);
  CHECK(plain.frame("notice", "chat.forum_post_create", "chat.a.b", rest) == "");
  CHECK(extended.frame("notice", "chat.forum_post_create", "chat.a.b", rest) ==
        fmt::format(R"({{"time":1790000000,"self_id":102000001,"post_type":"notice",)"
                    R"("notice_type":"chat_forum_post_create","sub_type":"a_b","user_id":{},"group_id":{},)"
                    R"("message_id":217500001,"data":{{"guild":"1","channel_id":"2","a":1,"b":1.5,)"
                    R"("big":"9007199254740993","c.guild_id":"x","raw":"{{\"guild_id\":\"1\",\"2\":3}}",)"
                    R"("deep":[{{"guild":"1"}}]}},"real_user_id":"12876043318290471155","real_group_id":"1/2",)"
                    R"("real_message_id":"m"}})",
                    extended.user("12876043318290471155"), extended.channel("1/2")));
}

TEST_CASE("channels are groups, a dialect of their own, or not told") {  // O11-GLD-01, O11-GLD-02, O11-CFG-01
  const std::string message = fmt::format(
      R"({},"chat.nick":"Amy","message":[{{"type":"mention","data":{{"user_id":"bot"}}}},{}])", kInChannel, kText);
  Bot groups, guilds({.channels = Channels::guild}), off({.channels = Channels::off, .extended_notices = true});
  const std::string as_group = groups.frame("message", "channel", "", message);
  CHECK(member(as_group, "group_id") == fmt::to_string(groups.channel("1/2")));
  CHECK(as_group.find("\"guild_id\"") == std::string::npos);
  CHECK(off.frame("message", "channel", "", message) == "");
  CHECK(off.frame("notice", "channel_create", "", kInChannel) == "");
  CHECK(guilds.frame("message", "channel", "", message) ==
        fmt::format(R"({{"time":1790000000,"self_id":102000001,"post_type":"message","message_type":"guild",)"
                    R"("sub_type":"channel","guild_id":"1","channel_id":"2","message_id":"m",)"
                    R"("user_id":"12876043318290471155","self_tiny_id":"bot",)"
                    R"("message":[{{"type":"at","data":{{"qq":"bot"}}}},{}],"message_format":"array",)"
                    R"("raw_message":"[CQ:at,qq=bot]hi","font":0,"sender":{{"user_id":{},)"
                    R"("tiny_id":"12876043318290471155","nickname":"Amy"}}}})",
                    kText, guilds.user("12876043318290471155")));
  CHECK(member(guilds.frame("notice", "channel_message_delete", "delete", kInChannel), "notice_type") ==
        R"("guild_channel_recall")");
  CHECK(member(guilds.frame("message", "private", "chat.guild", R"("message":[],"message_id":"p","user_id":"u")"),
               "sub_type") == R"("friend")");  // O11-GLD-05
}

TEST_CASE("what was pressed is a notice, a message of who pressed it, or nothing") {  // O11-INT-01, O11-INT-02
  const std::string_view press =
      R"("chat.interaction_id":"i","chat.interaction_type":11,"chat.button_id":"b","chat.button_data":"sign",)"
      R"("group_id":"g","user_id":"u")";
  Bot notice, message({.interactions = Interactions::message}), off({.interactions = Interactions::off});
  CHECK(
      notice.frame("notice", "chat.interaction", "chat.button", press) ==
      fmt::format(R"({{"time":1790000000,"self_id":102000001,"post_type":"notice","notice_type":"interaction",)"
                  R"("sub_type":"create","user_id":{},"group_id":{},"data":{{"id":"i","type":11,"button_id":"b",)"
                  R"("button_data":"sign","message_id":"","kind":"button"}},"real_user_id":"u","real_group_id":"g"}})",
                  notice.user("u"), notice.group("g")));
  CHECK(off.frame("notice", "chat.interaction", "chat.button", press) == "");

  const std::string said = message.frame("notice", "chat.interaction", "chat.button", press);
  CHECK(member(said, "message_type") == R"("group")");
  CHECK(member(said, "raw_message") == R"("sign")");
  CHECK(member(message.frame("notice", "chat.interaction", "chat.button", press), "message_id") ==
        member(said, "message_id"));
  CHECK(message.messages.find(217'500'001)->body == R"([{"type":"text","data":{"text":"sign"}}])");
  for (const std::string_view kind : {"authorize_user", "authorize_group", "feedback", "switch_model"}) {
    CHECK(member(message.frame("notice", "chat.interaction", fmt::format("chat.{}", kind), press), "post_type") ==
          R"("notice")");
  }
}

TEST_CASE("menus and cards are pressed, too") {  // O11-INT-01, O11-INT-02
  Bot notice, message({.interactions = Interactions::message});
  CHECK(member(notice.frame("notice", "chat.bot_menu", "", R"("user_id":"u","event_key":"daily")"), "data") ==
        R"({"event_key":"daily"})");
  CHECK(member(message.frame("notice", "chat.bot_menu", "", R"("user_id":"u","event_key":"daily")"), "raw_message") ==
        R"("daily")");
  const auto card = [](std::string_view value) {
    return fmt::format(R"("user_id":"u","message_id":"m","token":"t","action":{{"value":{}}})", value);
  };
  CHECK(member(notice.frame("notice", "chat.card_action", "", card("1.0")), "data") ==
        R"({"action":"{\"value\":1}","token":"t","message_id":"m"})");
  CHECK(member(message.frame("notice", "chat.card_action", "", card(R"("yes")")), "raw_message") == R"("yes")");
  CHECK(member(message.frame("notice", "chat.card_action", "", card(R"({"k":1})")), "raw_message") == R"("{\"k\":1}")");
  CHECK(member(message.frame("notice", "chat.card_action", "", card("null")), "post_type") == R"("notice")");
}

TEST_CASE("the same event is the same frame whenever it is read") {  // O11-GEN-02, O11-MID-03
  const auto twice = [](v11::Options options) {
    Bot bot(options);
    const auto read = [&] {
      bot.events = 0;
      return bot.frame("message", "group", "", R"("message":[],"message_id":"","group_id":"g","user_id":"u")");
    };
    return read() == read();
  };
  CHECK(twice({}));
  CHECK(twice({.ids = Ids::string}));
}

TEST_CASE("a message that is too long for a frame loses its end, and says so") {  // O11-RWS-09
  std::string many;
  for (int i = 0; i < 2'000; ++i) many += fmt::format(R"({{"type":"text","data":{{"text":"\n{}"}}}},)", i);
  const std::string huge = fmt::format(R"({{"type":"text","data":{{"text":"{}"}}}})", std::string(300'000, '"' + 1));
  for (const MessageFormat format : {MessageFormat::array, MessageFormat::string}) {
    Bot bot({.message_format = format, .max_frame = 20'000});
    const std::string cut = bot.in_group(many + std::string(kText));
    CHECK(cut.size() <= 20'000);
    CHECK(cut.size() > 19'500);
    CHECK(member(cut, "raw_message").starts_with(R"("\n0\n1\n2)"));
    CHECK(member(cut, "raw_message").ends_with("&#91;…&#93;\""));
    CHECK(bot.in_group(huge + "," + std::string(kText)).size() <= 20'000);
    CHECK(bot.in_group(std::string(kText) + "," + huge).find("hi&#91;…&#93;") != std::string::npos);
  }
  Bot guild({.channels = Channels::guild, .max_frame = 20'000});
  CHECK(guild.frame("message", "channel", "", fmt::format(R"({},"message":[{}])", kInChannel, huge)).size() <= 20'000);
}

TEST_CASE("an event of other types than the log has makes no frame that is wrong") {  // O11-EVT-09
  Bot bot({.extended_notices = true});
  for (const std::string_view rest :
       {R"("user_id":7,"group_id":[],"message_id":{},"message":"x")", R"("message":[[]],"user_id":null)", ""}) {
    for (const std::string_view detail : {"private", "group", "friend_increase", "group_message_delete",
                                          "chat.group_updated", "chat.interaction", "chat.message_read"}) {
      for (const std::string_view type : {"message", "notice", "request"}) {
        for (const std::string& frame : bot.frames(type, detail, "", rest).texts) {
          CHECK(member(frame, "time") == "1790000000");
          CHECK(member(frame, "self_id") == "102000001");
        }
      }
    }
  }
}
