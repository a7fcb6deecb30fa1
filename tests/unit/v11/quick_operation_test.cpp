#include "onebot/v11/quick_operation.h"

#include "onebot/json_write.h"
#include "tests/unit/v11/rig.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <string_view>

using rig::fields;
namespace json = onebot::json;
namespace v11 = onebot::v11;

namespace {

constexpr std::string_view kInGroup =
    R"({"post_type":"message","message_type":"group","group_id":5,"user_id":7,"message_id":9})";
constexpr std::string_view kPrivate = R"({"post_type":"message","message_type":"private","user_id":7,"message_id":9})";

// "action {params}" of each request, in order.
std::string requests(std::string_view context, std::string_view operation, bool at_sender = true) {
  std::string out;
  for (const auto& request : v11::quick_requests(fields(context), fields(operation), at_sender)) {
    out += (out.empty() ? "" : "; ") + request.action + " " + json::write(request.params);
  }
  return out;
}

}  // namespace

TEST_CASE("a reply in a group mentions whom it answers, unless that is not wanted") {  // O11-QUICK-03, O11-QUICK-04
  const std::string plain = R"(send_msg {"message_type":"group","group_id":5,"message":"hi"})";
  CHECK(requests(kInGroup, R"({"reply":"hi"})") ==
        R"(send_msg {"message_type":"group","group_id":5,"message":[{"type":"at","data":{"qq":"7"}},)"
        R"({"type":"text","data":{"text":" "}},"hi"]})");
  CHECK(requests(kInGroup, R"({"reply":"hi","at_sender":false})") == plain);
  CHECK(requests(kInGroup, R"({"reply":"hi","at_sender":null})", false) == plain);
  CHECK(requests(kInGroup, R"({"reply":["a",{"type":"face"}],"at_sender":1})", false) ==
        R"(send_msg {"message_type":"group","group_id":5,"message":[{"type":"at","data":{"qq":"7"}},)"
        R"({"type":"text","data":{"text":" "}},"a",{"type":"face"}]})");
  CHECK(requests(kInGroup, R"({"reply":"[x]","auto_escape":true})").find(R"({"type":"text","data":{"text":"[x]"}})") !=
        std::string::npos);
}

TEST_CASE("a private reply is a message to whom it answers") {  // O11-QUICK-01, O11-QUICK-02
  CHECK(requests(kPrivate, R"({"reply":"hi","auto_escape":true,"delete":true,"kick":true})") ==
        R"(send_msg {"message_type":"private","user_id":7,"message":"hi","auto_escape":true})");
}

TEST_CASE("what is given acts, in its order, and nothing else") {  // O11-QUICK-02
  CHECK(
      requests(kInGroup, R"({"ban":true,"ban_duration":60,"kick":true,"delete":true,"reply":"x","at_sender":false})") ==
      R"(send_msg {"message_type":"group","group_id":5,"message":"x"}; delete_msg {"message_id":9}; )"
      R"(set_group_kick {"group_id":5,"user_id":7,"reject_add_request":false}; )"
      R"(set_group_ban {"group_id":5,"user_id":7,"duration":60})");
  CHECK(requests(kInGroup, R"({"reply":"","ban":false,"kick":null,"delete":"no"})") == "");
  CHECK(requests(kInGroup, R"({"reply":[]})") == "");
  CHECK(requests(kInGroup, R"({"reply":false})") == "");
  CHECK(requests(kInGroup, "{}") == "");
  CHECK(requests("{}", R"({"reply":"x"})") == "");
}

TEST_CASE("a request is approved or refused only when the operation says so") {  // O11-QUICK-02
  constexpr std::string_view kAsks = R"({"post_type":"request","request_type":"group","sub_type":"add","flag":"f"})";
  CHECK(requests(kAsks, R"({"approve":false,"reason":"full"})") ==
        R"(set_group_add_request {"flag":"f","sub_type":"add","approve":false,"reason":"full"})");
  CHECK(requests(kAsks, R"({"approve":null})") == "");
  CHECK(requests(R"({"post_type":"request","request_type":"friend","flag":"f"})", R"({"approve":true,"remark":"r"})") ==
        R"(set_friend_add_request {"flag":"f","approve":true,"remark":"r"})");
}
