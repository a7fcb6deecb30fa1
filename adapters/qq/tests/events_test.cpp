#include "adapters/qq/events/events.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <tuple>

using onebot::Event;
using onebot::text_of;
using onebot::json::Document;
using Events = std::vector<Event>;

namespace {

const onebot::Self kSelf{.platform = "qq", .user_id = "3141592653589793238"};

Document parse(std::string_view text) {
  auto document = Document::parse(text);
  REQUIRE(document.has_value());
  return *std::move(document);
}

Events translate(std::string_view frame, const qq::Context& context = {.self = kSelf}) {
  const Document document = parse(frame);
  auto events = qq::translate(qq::native_of(document.root()), context);
  REQUIRE(events.has_value());
  return *std::move(events);
}

Event only(const Events& events) {
  REQUIRE(events.size() == 1);
  return events.front();
}

std::string name(const Event& event) { return event.type + "." + event.detail_type + "/" + event.sub_type; }

std::set<std::string> keys(std::string_view frame) {
  const Document document = parse(frame);
  const auto list = qq::keys(qq::native_of(document.root()));
  return {list.begin(), list.end()};
}

bool share_a_key(std::string_view a, std::string_view b) {
  for (const std::string& key : keys(a)) {
    if (keys(b).contains(key)) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a message to the bot in a group is the worked example, with the names the connection knows") {
  constexpr std::string_view kFrame = R"({"op": 0, "s": 12, "t": "GROUP_AT_MESSAGE_CREATE", "id": "F1",
      "d": {"id": "ROBOT1.0_b6Nq!", "content": " /weather tomorrow ", "group_id": "G", "group_openid": "G",
            "author": {"id": "A0", "member_openid": "A0", "member_role": "member", "union_openid": "9D",
                       "username": "Lin", "bot": false},
            "timestamp": "2026-09-21T22:13:40+08:00", "message_type": 0,
            "message_scene": {"source": "default", "ext": ["msg_idx=REFIDX_CJ2==", "auth_token=dGhp"]}}})";

  const Event event = only(translate(kFrame, {.self = kSelf, .appid = "109900001", .name = "BridgeBot"}));

  CHECK(onebot::to_json(event) ==
        R"({"id":"F1","time":1790000020.0,"type":"message","detail_type":"group","sub_type":"",)"
        R"("self":{"platform":"qq","user_id":"3141592653589793238"},)"
        R"("message":[{"type":"mention","data":{"user_id":"3141592653589793238"}},)"
        R"({"type":"text","data":{"text":"/weather tomorrow"}}],"alt_message":"@BridgeBot /weather tomorrow",)"
        R"("message_id":"ROBOT1.0_b6Nq!","group_id":"G","user_id":"A0","qq.to_me":true,"qq.member_role":"member",)"
        R"("qq.username":"Lin","qq.msg_idx":"REFIDX_CJ2==","qq.event":"GROUP_AT_MESSAGE_CREATE",)"
        R"("qq.event_id":"F1","qq.appid":"109900001"})");
}

TEST_CASE("an event without an id is named after session and sequence, and else left to the bridge") {
  constexpr std::string_view kFrame = R"({"op": 0, "s": 7, "t": "FRIEND_DEL", "d": {"openid": "U"}})";

  CHECK(only(translate(kFrame, {.self = kSelf, .session_id = "S"})).id == "qq:S:7");
  CHECK(only(translate(kFrame)).id == "");
  CHECK(find(only(translate(kFrame)).fields, "qq.event_id") == nullptr);
}

TEST_CASE("control frames and the session's own events are no events") {
  for (const std::string_view frame :
       {R"({"op": 10, "d": {"heartbeat_interval": 1}})", R"({"op": 11})", R"({"op": 13, "d": {"plain_token": "x"}})",
        R"({"op": 0, "s": 1, "t": "READY", "d": {"session_id": "S"}})", R"({"op": 0, "s": 2, "t": "RESUMED", "d": ""})",
        R"({"op": "0", "t": "FRIEND_ADD", "d": {"openid": "U"}})"}) {
    CAPTURE(frame);
    CHECK(translate(frame).empty());
  }
}

TEST_CASE("what is no frame is an error, and never an event") {
  for (const std::string_view text : {"[]", "7", "null", R"("FRIEND_ADD")", "{}", R"({"d": {"openid": "U"}})"}) {
    CAPTURE(text);
    const Document document = parse(text);
    const auto events = qq::translate_payload("qq", document.root(), kSelf);
    REQUIRE_FALSE(events.has_value());
    CHECK(events.error().code == onebot::Retcode::bad_request);
  }
}

TEST_CASE("a dispatch QQ has not documented yet is passed on under its own name") {
  const Event event =
      only(translate(R"({"op": 0, "t": "GROUP_SOMETHING_NEW", "id": "F", "d": {"a": 9007199254740993}})"));

  CHECK(name(event) == "notice.qq.group_something_new/");
  CHECK(onebot::json::write(*find(event.fields, "qq.raw")) == R"({"a":9007199254740993})");
}

TEST_CASE("a dispatch that is not as documented is passed on with its payload and the reason") {
  for (const auto& [frame, problem, raw] : {
           std::tuple{R"({"op": 0, "t": "FRIEND_ADD", "d": [1]})", R"("d" is not an object)", "[1]"},
           std::tuple{R"({"op": 0, "t": "FRIEND_ADD"})", R"("d" is not an object)", "null"},
           std::tuple{R"({"op": 0, "t": "FRIEND_ADD", "d": {}})", R"(nothing to tell "user_id" from)", "{}"},
           std::tuple{R"({"op": 0, "t": "FRIEND_ADD", "d": {"openid": {"a": 1}}})", R"(nothing to tell "user_id" from)",
                      R"({"openid":{"a":1}})"},
           std::tuple{R"({"op": 0, "d": {"a": 1}})", R"("t" is not the name of an event)", R"({"a":1})"},
           std::tuple{R"({"op": 0, "t": "A b\n", "d": {}})", R"("t" is not the name of an event)", "{}"},
           std::tuple{R"({"t": "C2C_MESSAGE_CREATE", "d": {"id": "M", "author": {"id": {}}, "content": "hi"}})",
                      R"(nothing to tell "user_id" from)", R"({"id":"M","author":{"id":{}},"content":"hi"})"},
       }) {
    CAPTURE(frame);
    const Event event = only(translate(frame));
    CHECK(name(event) == "notice.qq.malformed/");
    CHECK(text_of(event.fields, "qq.problem") == problem);
    REQUIRE(find(event.fields, "qq.raw"));
    CHECK(onebot::json::write(*find(event.fields, "qq.raw")) == raw);
  }
}

TEST_CASE("of a dispatch that cannot be read only the event's own part goes on, and nothing that is around it") {
  const Event event = only(translate(
      R"({"op": 0, "t": "FRIEND_ADD", "token": "SECRET", "d": {"openid": ""}, "verification": {"key": "SECRET"}})"));

  CHECK(name(event) == "notice.qq.malformed/");
  CHECK(onebot::to_json(event).find("SECRET") == std::string::npos);
}

TEST_CASE("ids that QQ writes as bare numbers keep every digit") {
  const Event event = only(translate(
      R"({"t": "OPEN_FORUM_POST_CREATE", "d": {"guild_id": 18446744073709551615, "channel_id": 2210460,
          "author_id": 12876043318290471155}})"));

  CHECK(text_of(event.fields, "guild_id") == "18446744073709551615");
  CHECK(text_of(event.fields, "user_id") == "12876043318290471155");
}

TEST_CASE("the bot does not hear itself") {
  CHECK(translate(R"({"t": "MESSAGE_CREATE", "d": {"id": "M", "guild_id": "1", "channel_id": "2", "content": "hi",
                      "author": {"id": "3141592653589793238", "bot": true}}})")
            .empty());
  CHECK(translate(R"({"t": "GROUP_MESSAGE_CREATE", "d": {"id": "M", "group_openid": "G", "content": "<@B> hi",
                      "author": {"member_openid": "B"}, "mentions": [{"member_openid": "B", "is_you": true}]}})")
            .empty());
}

TEST_CASE("a quote names the message the bridge knows by that index") {
  constexpr std::string_view kFrame = R"({"t": "C2C_MESSAGE_CREATE", "d": {"id": "M", "author": {"id": "U"},
      "content": "x", "message_scene": {"ext": ["ref_msg_idx=REFIDX_a=="]}}})";
  const auto known = [](std::string_view index) { return std::string(index == "REFIDX_a==" ? "ROBOT1.0_7" : ""); };
  const auto unknown = [](std::string_view) { return std::string(); };

  const Event found = only(translate(kFrame, {.self = kSelf, .message_id_of = known}));
  const Event lost = only(translate(kFrame, {.self = kSelf, .message_id_of = unknown}));

  CHECK(text_of(found.message.front().data, "message_id") == "ROBOT1.0_7");
  CHECK(text_of(lost.message.front().data, "message_id") == "REFIDX_a==");
}

TEST_CASE("the bot's arrival in a group is told before QQ has told who the bot is") {
  const Event event = only(translate(R"({"t": "GROUP_ADD_ROBOT", "d": {"group_openid": "G"}})", {}));

  CHECK(name(event) == "notice.group_member_increase/invite");
  CHECK(text_of(event.fields, "user_id") == "");
  CHECK(text_of(event.fields, "operator_id") == "");
  CHECK(event.self.platform == "qq");
}

TEST_CASE("what QQ may say twice shares a key, and different things share none") {
  const auto message = [](std::string_view t, std::string_view id, std::string_view index) {
    return R"({"t": ")" + std::string(t) + R"(", "id": ")" + std::string(t) + ":" + std::string(id) +
           R"(", "d": {"id": ")" + std::string(id) + R"(", "message_scene": {"ext": ["msg_idx=)" + std::string(index) +
           R"("]}}})";
  };
  const std::string at = message("GROUP_AT_MESSAGE_CREATE", "M", "I");

  CHECK(share_a_key(at, message("GROUP_MESSAGE_CREATE", "M", "I")));
  CHECK(share_a_key(at, message("GROUP_MESSAGE_CREATE", "M", "J")));
  CHECK(share_a_key(at, R"({"t": "GROUP_MESSAGE_CREATE", "d": {"id": "M", "message_scene": null}})"));
  CHECK_FALSE(share_a_key(at, message("GROUP_MESSAGE_CREATE", "N", "I")));
  CHECK_FALSE(share_a_key(at, message("C2C_MESSAGE_CREATE", "M", "I")));
  CHECK(share_a_key(R"({"t": "MESSAGE_DELETE", "d": {"message": {"id": "M"}}})",
                    R"({"t": "PUBLIC_MESSAGE_DELETE", "d": {"message": {"id": "M"}}})"));
  CHECK(share_a_key(R"({"t": "FRIEND_ADD", "id": "F", "d": {}})", R"({"t": "FRIEND_ADD", "id": "F", "d": {}})"));
  CHECK(keys(R"({"t": "FRIEND_ADD", "d": {"id": "M"}})").empty());
  CHECK(keys(R"({"t": "C2C_MESSAGE_CREATE", "d": 7})").empty());
  CHECK(keys(R"({"t": "FRIEND_ADD", "id": ")" + std::string(4096, 'x') + R"("})").empty());
}
