#include "onebot/v11/sent_message.h"

#include "onebot/json_write.h"
#include "onebot/v11/request_params.h"
#include "tests/unit/v11/rig.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>

using onebot::Fields;
using onebot::Result;
using onebot::Retcode;
using rig::Bot;
using rig::fields;
namespace json = onebot::json;
namespace v11 = onebot::v11;

namespace {

constexpr std::array<std::string_view, 4> kOfChat = {"chat.face", "chat.ark", "chat.markdown", "chat.keyboard"};
constexpr std::array<std::string_view, 1> kOfTalk = {"talk.card"};

Result<v11::SentMessage> read(Bot& bot, std::string_view params, v11::Abilities abilities = {.segments = kOfChat}) {
  return v11::read_sent_message(fields(params), bot.scope, abilities);
}

// Its OneBot 12 segments as JSON, without the brackets of the list.
std::string shown(const Result<v11::SentMessage>& sent) {
  if (!sent) return "error: " + sent.error().message;
  std::string out;
  for (const auto& segment : sent->message) {
    out += (out.empty() ? "" : ",") + json::write(Fields{{"type", segment.type}, {"data", segment.data}});
  }
  return out;
}

std::string sent(Bot& bot, std::string_view segments, v11::Abilities abilities = {.segments = kOfChat}) {
  return shown(read(bot, fmt::format(R"({{"message":[{}]}})", segments), abilities));
}

std::string text(std::string_view text) { return fmt::format(R"({{"type":"text","data":{{"text":"{}"}}}})", text); }

}  // namespace

TEST_CASE("five forms of a message are one message") {  // O11-MSG-04
  Bot bot;
  const std::string hi = text("hi");
  for (const std::string_view form : {R"("hi")", R"({"type":"text","data":{"text":"hi"}})",
                                      R"([{"type":"text","data":{"text":"hi"}}])", R"(["hi"])"}) {
    CHECK(shown(read(bot, fmt::format(R"({{"message":{},"auto_escape":false}})", form))) == hi);
  }
  CHECK(shown(read(bot, R"({"message":"hi","auto_escape":true})")) == hi);
}

TEST_CASE("codes in a string are codes, unless it is to be taken as it is") {  // O11-MSG-04, O11-CQ-02
  Bot bot;
  CHECK(shown(read(bot, R"({"message":"[CQ:at,qq=all]&amp;"})")) == R"({"type":"mention_all","data":{}},)" + text("&"));
  CHECK(shown(read(bot, R"({"message":"[CQ:at,qq=all]&amp;","auto_escape":"1"})")) == text("[CQ:at,qq=all]&amp;"));
  CHECK(shown(read(bot, R"({"message":[{"type":"text","data":{"text":"[CQ:at,qq=all]"}}],"auto_escape":true})")) ==
        text("[CQ:at,qq=all]"));
}

TEST_CASE("an at is a mention of whom the number means, or a text") {  // O11-SEG-05, O11-MSG-05, O11-ID-08, O11-STR-03
  Bot bot;
  const auto ann = bot.user("a");
  const std::string mention = R"({"type":"mention","data":{"user_id":"a"}})";
  CHECK(sent(bot, fmt::format(R"({{"type":"at","data":{{"qq":{}}}}})", ann)) == mention);
  CHECK(sent(bot, fmt::format(R"({{"type":"at","data":{{"qq":"{}","name":null}}}})", ann)) == mention);
  CHECK(sent(bot, R"({"type":"at","data":{"qq":"a"}})") == mention);
  CHECK(shown(read(bot, R"({"message":"[CQ:at,qq=1]x"})")) == text("@1") + "," + text("x"));
  CHECK(sent(bot, R"({"type":"at","data":{"qq":1,"name":"Ann"}})") == text("@Ann"));
  CHECK(sent(bot, R"({"type":"at","data":{"qq":102000001}})") == text("@102000001"));
  bot.ids.number({v11::Kind::user, "chat", "bot"}, "Bridge");
  CHECK(sent(bot, R"({"type":"at","data":{"qq":102000001}})") == text("@Bridge"));
}

TEST_CASE("an old number is understood after another was bound") {  // O11-MAP-03
  Bot bot;
  const auto old = bot.user("a");
  REQUIRE(bot.ids.bind({v11::Kind::user, "chat", "a"}, 10'001));
  for (const auto number : {old, v11::Number{10'001}}) {
    CHECK(sent(bot, fmt::format(R"({{"type":"at","data":{{"qq":"{}"}}}})", number)) ==
          R"({"type":"mention","data":{"user_id":"a"}})");
  }
}

TEST_CASE("a quote is of a message that had its number, others are left out") {  // O11-MAPE-43
  Bot bot;
  const std::string number = rig::member(bot.in_group(text("q")), "message_id");
  CHECK(sent(bot, fmt::format(R"({{"type":"reply","data":{{"id":{}}}}},{})", number, text("a"))) ==
        R"({"type":"reply","data":{"message_id":"m1","user_id":"u"}},)" + text("a"));
  const auto unknown = read(bot, R"({"message":"[CQ:reply,id=5]a"})");
  CHECK(shown(unknown) == text("a"));
  CHECK(v11::told_of(*unknown) == "left out: reply");
}

TEST_CASE("files wait for their uploads, in their places") {  // O11-SEG-06, O11-MED-04, O11-CQ-04
  Bot bot;
  const auto message = read(
      bot,
      R"({"message":["a[CQ:image,file=base64://QQ==,cache=0,timeout=5]b",{"type":"record","data":{"url":"http://x"}},)"
      R"({"type":"file","data":{"file":"/a","name":"n"}}]})");
  CHECK(shown(message) == text("a") + R"(,{"type":"image","data":{"file_id":""}},)" + text("b") +
                              R"(,{"type":"voice","data":{"file_id":""}},{"type":"file","data":{"file_id":""}})");
  REQUIRE(message->uploads.size() == 3);
  CHECK(message->uploads[0].segment == 1);
  CHECK(message->uploads[0].source == "base64://QQ==");
  CHECK_FALSE(message->uploads[0].cached);
  CHECK(message->uploads[0].timeout == 5);
  CHECK(message->uploads[1].segment == 3);
  CHECK(message->uploads[1].source == "http://x");
  CHECK(message->uploads[2].name == "n");
  CHECK(sent(bot, R"({"type":"image","data":{}})") == "error: image: \"file\" is missing");
}

TEST_CASE("what cannot be sent is left out, and a message of nothing else is refused") {  // O11-SEG-04, O11-MSG-06
  Bot bot;
  const auto some =
      read(bot, R"({"message":[{"type":"rps"},{"type":"text","data":{"text":" "}},{"type":"dice"},{"type":"rps"}]})");
  CHECK(shown(some) == text(" "));
  CHECK(v11::told_of(*some) == "left out: rps, dice");
  CHECK(sent(bot, R"({"type":"rps","data":null})") == "error: nothing can be sent of: rps");
  for (const std::string_view params :
       {R"({"message":[]})", R"({"message":""})", R"({})", R"({"message":null})", R"({"message":[7]})",
        R"({"message":[{"data":{}}]})", R"({"message":[{"type":"text","data":{"text":""}}]})"}) {
    CAPTURE(params);
    const auto none = read(bot, params);
    REQUIRE_FALSE(none);
    CHECK(none.error().code == Retcode::bad_param);
  }
}

TEST_CASE("what a platform has goes out as its own, elsewhere as what comes nearest") {  // O11-SEG-01
  Bot bot;
  const v11::Abilities talk{.segments = kOfTalk};
  CHECK(sent(bot, R"({"type":"face","data":{"id":14}})") == R"({"type":"chat.face","data":{"id":"14"}})");
  CHECK(sent(bot, R"({"type":"face","data":{"id":14}})", talk) == "error: nothing can be sent of: face");
  CHECK(sent(bot, R"({"type":"markdown","data":{"content":"# a"}})") ==
        R"({"type":"chat.markdown","data":{"content":"# a"}})");
  CHECK(sent(bot, R"({"type":"markdown","data":{"content":"# a"}})", talk) ==
        R"({"type":"talk.card","data":{"content":"{\"elements\":[{\"tag\":\"markdown\",\"content\":\"# a\"}]}"}})");
  CHECK(sent(bot, R"({"type":"json","data":{"data":"{\"template_id\":23}"}})") ==
        R"({"type":"chat.ark","data":{"template_id":23}})");
  CHECK(sent(bot, R"({"type":"json","data":{"data":"{\"a\":1}"}})", talk) ==
        R"({"type":"talk.card","data":{"content":"{\"a\":1}"}})");
  CHECK(sent(bot, R"({"type":"json","data":{"data":"{\"prompt\":\"p\"}"}})") == text("p"));
  CHECK(sent(bot, R"({"type":"json","data":{"data":"{"}})") == "error: nothing can be sent of: json");
  CHECK(sent(bot, R"({"type":"music","data":{"type":"163","id":"7"}})") == text("https://music.163.com/song?id=7"));
  CHECK(sent(bot, R"({"type":"share","data":{"url":"u","title":"t"}})") == text("t\\nu"));
  CHECK(sent(bot, R"({"type":"location","data":{"lat":1.5,"lon":"2","title":"t"}})") == text("t\\n1.5,2"));
  CHECK(sent(bot, R"({"type":"chat.sticker","data":{"k":[1]}})") == R"({"type":"chat.sticker","data":{"k":[1]}})");
  // {"markdown":{"content":"a"},"keyboard":{"id":"7"}}
  CHECK(
      sent(
          bot,
          R"({"type":"markdown","data":{"data":"base64://eyJtYXJrZG93biI6eyJjb250ZW50IjoiYSJ9LCJrZXlib2FyZCI6eyJpZCI6IjcifX0="}})") ==
      R"({"type":"chat.markdown","data":{"content":"a"}},{"type":"chat.keyboard","data":{"id":"7"}})");
}

TEST_CASE("parameters are read as clients write them") {  // O11-REQ-03, O11-ACT-03
  const Fields params = fields(R"({"n":"20651482992","m":7,"f":1.5,"big":"99999999999999999999","no":null,)"
                               R"("a":1,"b":"yes","c":false,"d":"0","e":"perhaps","t":12,"o":{}})");
  CHECK(*v11::whole_param(params, "n") == 20'651'482'992);
  CHECK(*v11::whole_param(params, "missing m") == 7);
  CHECK_FALSE(*v11::whole_param(params, "no"));
  for (const std::string_view name : {"f", "big", "b", "o"}) CHECK_FALSE(v11::whole_param(params, name));
  CHECK(*v11::flag_param(params, "a") == true);
  CHECK(*v11::flag_param(params, "b") == true);
  CHECK(*v11::flag_param(params, "c") == false);
  CHECK(*v11::flag_param(params, "d") == false);
  CHECK_FALSE(v11::flag_param(params, "e"));
  CHECK_FALSE(*v11::flag_param(params, "no"));
  CHECK(*v11::text_param(params, "t") == "12");
  CHECK_FALSE(v11::text_param(params, "o"));
}

TEST_CASE("a number that nobody was given goes to no platform") {  // O11-ID-08, O11-ID-09, O11-STR-03, O11-BOT-06
  Bot bot;
  const auto channel = bot.channel("1/2"), ann = bot.user("a");
  const auto id = [&](v11::Space space, std::string_view value) {
    return v11::id_param(bot.scope, space, fields(fmt::format(R"({{"id":{}}})", value)), "id");
  };
  CHECK(id(v11::Space::user, "123456789").error().message == "unknown id 123456789");
  CHECK(id(v11::Space::user, "123456789").error().code == Retcode::bad_param);
  CHECK_FALSE(id(v11::Space::user, fmt::to_string(channel)));
  CHECK_FALSE(id(v11::Space::user, "-1"));
  CHECK_FALSE(id(v11::Space::user, "0"));
  CHECK_FALSE(id(v11::Space::user, "\"\""));
  CHECK(id(v11::Space::user, fmt::to_string(ann))->id == "a");
  CHECK(*id(v11::Space::group, fmt::to_string(channel)) == v11::Native{v11::Kind::channel, "chat", "1/2"});
  CHECK(id(v11::Space::group, "\"3/4\"")->kind == v11::Kind::channel);
  CHECK(id(v11::Space::group, "\"g\"")->kind == v11::Kind::group);

  const auto elsewhere = bot.ids.number({v11::Kind::user, "talk", "b"});
  CHECK_FALSE(id(v11::Space::user, fmt::to_string(elsewhere)));
}

TEST_CASE("a message is known by its number, on the link of its bot") {  // O11-MID-04, O11-MID-07
  Bot bot;
  const std::string number = rig::member(bot.in_group(text("q")), "message_id");
  const auto message = [&](std::string_view value) {
    return v11::message_param(bot.scope, fields(fmt::format(R"({{"message_id":{}}})", value)));
  };
  CHECK(message(number)->native == "m1");
  CHECK(message("\"" + number + "\"")->native == "m1");
  CHECK(message("\"m1\"")->native == "m1");
  CHECK_FALSE(message("5"));
  CHECK_FALSE(message("null"));
  const auto untold = bot.messages.number({.bot = bot.scope.bot});
  CHECK(message(fmt::to_string(untold)).error().message.starts_with("the platform told no id"));
  const auto other = bot.messages.number({.bot = "chat/2", .native = "x"});
  CHECK_FALSE(message(fmt::to_string(other)));
}
