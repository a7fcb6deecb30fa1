#include "onebot/action.h"

#include "onebot/json.h"
#include "onebot/msgpack.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>

using onebot::ActionRequest;
using onebot::parse_action;
using onebot::Retcode;
using onebot::Value;
namespace json = onebot::json;

namespace {

Retcode code(const ActionRequest& request) { return request.action ? Retcode::ok : request.action.error().code; }

std::string echo(const ActionRequest& request) { return request.echo ? json::write(*request.echo) : "none"; }

}  // namespace

TEST_CASE("a request is an action with its parameters, its bot and its echo") {
  const auto request = parse_action(R"({"action":"send_message","params":{"user_id":"u","n":[1]},"echo":"007",
                                        "self":{"platform":"p","user_id":"b","more":1},"foo":1})");

  REQUIRE(request.action);
  CHECK(request.action->name == "send_message");
  CHECK(json::write(request.action->params) == R"({"user_id":"u","n":[1]})");
  REQUIRE(request.action->self);
  CHECK(*request.action->self == onebot::Self{"p", "b"});
  CHECK(echo(request) == "\"007\"");
}

TEST_CASE("what is no action request is 10001 with the reason") {  // C-REQ-01
  for (const std::string_view text :
       {"", "{", "[]", "1", "null", "{}", R"({"params":{}})", R"({"action":"","params":{}})",
        R"({"action":7,"params":{}})", R"({"action":"a"})", R"({"action":"a","params":null})",
        R"({"action":"a","params":"x"})", R"({"action":"a","params":[1]})"}) {
    CAPTURE(text);
    const auto request = parse_action(text);
    CHECK(code(request) == Retcode::bad_request);
    CHECK_FALSE(request.action.error().message.empty());
    CHECK_FALSE(request.echo);
  }
}

TEST_CASE("a request nested beyond all measure is 10001") {
  CHECK(code(parse_action(std::string(10'000, '[') + std::string(10'000, ']'))) == Retcode::bad_request);
  CHECK(code(parse_action(R"({"action":"a","params":)" + std::string(10'000, '{'))) == Retcode::bad_request);
}

TEST_CASE("an empty list of parameters is an empty object") {
  const auto request = parse_action(R"({"action":"a","params":[]})");

  REQUIRE(request.action);
  CHECK(request.action->params.empty());
}

TEST_CASE("an echo goes back when it is text, and only then without complaint") {  // C-RSP-06
  CHECK(echo(parse_action(R"({"action":"a","params":{}})")) == "none");
  CHECK(echo(parse_action(R"({"action":"a","params":{},"echo":null})")) == "none");
  CHECK(echo(parse_action(R"({"action":"a","params":{},"echo":""})")) == "none");
  CHECK(code(parse_action(R"({"action":"a","params":{},"echo":""})")) == Retcode::ok);
  CHECK(echo(parse_action(R"({"action":"a","params":{},"echo":"\ud83d\ude00"})")) == "\"\xF0\x9F\x98\x80\"");
  CHECK(echo(parse_action(R"({"action":"a","params":{},"echo":")" + std::string(10'000, 'e') + "\"}")).size() ==
        10'002);
}

TEST_CASE("an echo that is no text is refused and copied back verbatim") {  // C-REQ-02
  for (const std::string_view value : {"5", "1.5", "true", "[1,\"a\"]", "{\"a\":null}", "18446744073709551615"}) {
    CAPTURE(value);
    const auto request = parse_action(R"({"action":"a","params":{},"echo":)" + std::string(value) + "}");
    CHECK(code(request) == Retcode::bad_request);
    CHECK(echo(request) == value);
  }
}

TEST_CASE("the echo of a refused request still goes back") {  // C-RSP-07
  CHECK(echo(parse_action(R"({"action":7,"params":{},"echo":"e"})")) == "\"e\"");
  CHECK(echo(parse_action(R"({"echo":"e"})")) == "\"e\"");
  CHECK(echo(parse_action(R"({"action":"a","params":{},"self":1,"echo":"e"})")) == "\"e\"");
}

TEST_CASE("self may be absent or null, and must be whole otherwise") {  // C-REQ-03
  CHECK_FALSE(parse_action(R"({"action":"a","params":{}})").action->self);
  CHECK_FALSE(parse_action(R"({"action":"a","params":{},"self":null})").action->self);
  for (const std::string_view self :
       {"1", "\"b\"", "[]", "{}", R"({"platform":"p"})", R"({"platform":"p","user_id":""})",
        R"({"platform":"","user_id":"b"})", R"({"platform":1,"user_id":"b"})", R"({"platform":"p","user_id":7})"}) {
    CAPTURE(self);
    CHECK(code(parse_action(R"({"action":"a","params":{},"self":)" + std::string(self) + "}")) == Retcode::bad_request);
  }
}

TEST_CASE("a response has all four members, and an echo only when there is one") {  // C-RSP-01..04
  CHECK(onebot::encode_response(Value{}, {}) == R"({"status":"ok","retcode":0,"data":null,"message":""})");
  CHECK(onebot::encode_response(Value("d"), Value("1")) ==
        R"({"status":"ok","retcode":0,"data":"d","message":"","echo":"1"})");
  CHECK(onebot::encode_response(onebot::fail(Retcode::bad_param, "\"x\" is missing"), Value(5)) ==
        R"({"status":"failed","retcode":10003,"data":null,"message":"\"x\" is missing","echo":5})");
}

TEST_CASE("a failure may carry data, and a broken message is repaired") {
  const auto failure = onebot::fail(Retcode::partly_sent, "\xFF", onebot::Fields{{"message_id", "m"}});

  CHECK(onebot::encode_response(failure, {}) ==
        "{\"status\":\"failed\",\"retcode\":34002,\"data\":{\"message_id\":\"m\"},\"message\":\"\xEF\xBF\xBD\"}");
}

TEST_CASE("a reply is sent once, and 20001 when nobody sends it") {
  int sent = 0;
  Retcode last = Retcode::ok;
  const auto send = [&](const onebot::ActionResult& result) {
    ++sent;
    last = result ? Retcode::ok : result.error().code;
  };

  {
    onebot::Reply reply(send);
    reply.ok();
    reply.error({Retcode::unknown_message, "late"});
  }
  CHECK(sent == 1);
  CHECK(last == Retcode::ok);

  {
    onebot::Reply dropped(send);
    const onebot::Reply moved(std::move(dropped));
  }
  CHECK(sent == 2);
  CHECK(last == Retcode::bad_handler);
}

TEST_CASE("a request in MessagePack is read and refused like one in JSON") {
  const auto packed = [](onebot::Value request) {
    return parse_action(onebot::msgpack::write(request), onebot::Encoding::msgpack);
  };
  const onebot::Fields self = {{"platform", "p"}, {"user_id", "b"}};

  const auto good =
      packed(onebot::Fields{{"action", "a"}, {"params", onebot::Fields{{"x", 1}}}, {"self", self}, {"echo", "007"}});
  REQUIRE(good.action);
  CHECK(json::write(good.action->params) == R"({"x":1})");
  CHECK(*good.action->self == onebot::Self{"p", "b"});
  CHECK(echo(good) == "\"007\"");

  const auto number = packed(onebot::Fields{{"action", "a"}, {"params", onebot::List{}}, {"echo", 5}});
  CHECK(code(number) == Retcode::bad_request);
  CHECK(echo(number) == "5");
  CHECK(code(packed(onebot::List{"a", onebot::Fields{}})) == Retcode::bad_request);
  CHECK(code(parse_action("\xc1", onebot::Encoding::msgpack)) == Retcode::bad_request);
  CHECK(code(parse_action("", onebot::Encoding::msgpack)) == Retcode::bad_request);
}

TEST_CASE("a response in MessagePack is a map with the same members") {
  const onebot::Value data = onebot::Fields{{"time", 5.0}, {"data", onebot::Bytes{"\xff"}}};

  const auto good = onebot::msgpack::parse(onebot::encode_response(data, Value("1"), onebot::Encoding::msgpack));
  REQUIRE(good);
  CHECK(json::write(*good) ==
        R"({"status":"ok","retcode":0,"data":{"time":5.0,"data":"/w=="},"message":"","echo":"1"})");

  const auto bad = onebot::msgpack::parse(
      onebot::encode_response(onebot::fail(Retcode::bad_param, "why"), {}, onebot::Encoding::msgpack));
  REQUIRE(bad);
  CHECK(json::write(*bad) == R"({"status":"failed","retcode":10003,"data":null,"message":"why"})");
}
