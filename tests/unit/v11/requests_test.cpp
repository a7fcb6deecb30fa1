#include "onebot/v11/requests.h"

#include "onebot/v11/answers.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using onebot::ActionResult;
using onebot::Echo;
using onebot::Fields;
using onebot::Retcode;
using onebot::Value;
using onebot::v11::http_status;
using onebot::v11::read_request;
using onebot::v11::retcode_of;
using onebot::v11::Start;
using onebot::v11::write_answer;

TEST_CASE("a request needs an action and nothing else") {  // O11-REQ-01
  const auto read = read_request(R"({"action":"get_status","self":7,"more":[]})");
  REQUIRE(read.request);
  CHECK(read.request->action == "get_status");
  CHECK(read.request->params.empty());
  CHECK_FALSE(read.echo);
  CHECK(read_request(R"({"action":"a","params":null})").request);
  CHECK(onebot::text_of(read_request(R"({"action":"a","params":{"x":"y"}})").request->params, "x") == "y");
}

TEST_CASE("what is no request is refused under its echo") {  // O11-WS-08, O11-RSP-04
  for (const std::string_view text : {"{", "[]", "{}", "7", "", R"({"action":5,"echo":1})", R"({"action":""})",
                                      R"({"action":"a","params":[1]})", "\xff"}) {
    CAPTURE(text);
    const auto read = read_request(text);
    REQUIRE_FALSE(read.request);
    CHECK(retcode_of(read.request.error().code) == 1400);
  }
  CHECK(read_request(R"({"action":5,"echo":1})").echo == "1");
  CHECK(write_answer(std::unexpected(read_request("{").request.error()), {}) ==
        R"({"status":"failed","retcode":1400,"data":null,"message":"not valid JSON","wording":"not valid JSON"})");
}

TEST_CASE("an echo comes back byte for byte, and null is none") {  // O11-RSP-02, O11-REQ-01
  for (const std::string_view echo :
       {"1e3", "12345678901234567890", R"({"b":1,"a":2})", R"("7")", "-1", "false", R"({"seq": 8})", "[ ]"}) {
    CAPTURE(echo);
    const auto read = read_request(R"({"action":"a","echo":)" + std::string(echo) + "}");
    CHECK(read.echo == echo);
    CHECK(write_answer(Value(), read.echo) ==
          R"({"status":"ok","retcode":0,"data":null,"message":"","wording":"","echo":)" + std::string(echo) + "}");
  }
  CHECK_FALSE(read_request(R"({"action":"a","echo":null})").echo);
  CHECK_FALSE(read_request(R"({"action":"a"})").echo);
}

TEST_CASE("a suffix says when the answer comes") {  // O11-REQ-02
  const auto read = [](std::string_view name) { return onebot::v11::request_of(name, {}); };
  CHECK(read("send_msg").start == Start::now);
  CHECK(read("send_msg_async").start == Start::at_once_answered);
  CHECK(read("send_msg_async").action == "send_msg");
  CHECK(read("send_msg_rate_limited").start == Start::in_turn);
  CHECK(read("send_msg_rate_limited").action == "send_msg");
  CHECK(read(".handle_quick_operation_async").action == ".handle_quick_operation");
  CHECK(read("set_async").named == "set_async");
  CHECK(onebot::v11::write_started(Echo("\"a\"")) ==
        R"({"status":"async","retcode":1,"data":null,"message":"","wording":"","echo":"a"})");
}

TEST_CASE("an answer has six members in this order, and says twice what is wrong") {  // O11-RSP-01, O11-RSP-03
  CHECK(write_answer(Fields{{"message_id", 7}}, Echo("1"), "left out: rps") ==
        R"({"status":"ok","retcode":0,"data":{"message_id":7},"message":"left out: rps","wording":"left out: rps",)"
        R"("echo":1})");
  CHECK(write_answer(onebot::fail(Retcode::partly_sent, "half", Fields{{"message_id", 7}}), {}) ==
        R"({"status":"failed","retcode":34002,"data":{"message_id":7},"message":"half","wording":"half"})");
  CHECK(onebot::v11::write_not_in_time({}).starts_with(R"({"status":"failed","retcode":1200,"data":null,)"));
}

TEST_CASE("what is wrong with a request is 1400 or 1404, all else keeps its code") {  // O11-RSP-05
  CHECK(retcode_of(Retcode::ok) == 0);
  for (const Retcode code :
       {Retcode::bad_request, Retcode::bad_param, Retcode::unsupported_param, Retcode::unsupported_segment,
        Retcode::bad_segment_data, Retcode::unsupported_segment_data}) {
    CHECK(retcode_of(code) == 1400);
    CHECK(http_status(code) == 200);
  }
  CHECK(retcode_of(Retcode::unsupported_action) == 1404);
  CHECK(http_status(Retcode::unsupported_action) == 404);
  CHECK(retcode_of(Retcode::bad_handler) == 20001);
  CHECK(retcode_of(Retcode::partly_sent) == 34002);
  CHECK(retcode_of(Retcode::rate_limited) == 34003);
}
