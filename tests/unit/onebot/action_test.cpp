#include "onebot/action.h"

#include "onebot/json.h"
#include "onebot/msgpack.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

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

std::string echo(const ActionRequest& request) { return request.echo.value_or("none"); }

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
        R"({"action":7,"params":{}})", R"({"action":"a","params":"x"})", R"({"action":"a","params":[1]})"}) {
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

TEST_CASE("parameters that are missing, null or an empty list are none") {
  for (const std::string_view text :
       {R"({"action":"a"})", R"({"action":"a","params":null})", R"({"action":"a","params":[]})"}) {
    CAPTURE(text);
    const auto request = parse_action(text);
    REQUIRE(request.action);
    CHECK(request.action->params.empty());
  }
}

TEST_CASE("what stands behind a mark of the byte order within a request is no echo, so that answers stay JSON") {
  CHECK(echo(parse_action("{\"params\":[,\"echo\":\xEF\xBB\xBF\"1\"}")) == "none");
  CHECK(echo(parse_action("{\"echo\":\xEF\xBB\xBF\"1\",\"action\":\"a\"}")) == "none");
  CHECK(echo(parse_action("\xEF\xBB\xBF{\"action\":\"a\",\"echo\":\"1\"}")) == "\"1\"");
}

TEST_CASE("an echo of any JSON value comes back as it was written, and an absent one stays absent") {  // C-RSP-06
  CHECK(echo(parse_action(R"({"action":"a","params":{}})")) == "none");
  const std::string long_one = "\"" + std::string(100'000, 'e') + "\"";
  for (const std::string_view value :
       {std::string_view(R"("007")"), std::string_view(R"("")"), std::string_view(R"("\ud83d\ude00 \"}, x")"),
        std::string_view("\"\xF0\x9F\x98\x80\""), std::string_view(long_one), std::string_view("null"),
        std::string_view("true"), std::string_view("5"), std::string_view("-0"), std::string_view("1.50"),
        std::string_view("1e3"), std::string_view("18446744073709551615"),
        std::string_view("123456789012345678901234567890"), std::string_view("[]"),
        std::string_view(R"([1, "a", [null]])"), std::string_view(R"({ "seq" : {"n": 1.0}, "b": "]" })")}) {
    CAPTURE(value);
    const std::string text = fmt::format(R"({{"action": "a", "echo" : {} , "params": {{"echo": 1}}}})", value);
    const auto request = parse_action(text);
    CHECK(code(request) == Retcode::ok);
    CHECK(echo(request) == value);
    CHECK(onebot::encode_response(Value{}, request.echo) ==
          fmt::format(R"({{"status":"ok","retcode":0,"data":null,"message":"","echo":{}}})", value));
  }
}

TEST_CASE("an echo inside of something else is none, and of several the first counts") {
  CHECK(echo(parse_action(R"({"action":"a","params":{"echo":"x"}})")) == "none");
  CHECK(echo(parse_action(R"({"action":"a","params":"\"echo\":1,"})")) == "none");
  CHECK(echo(parse_action(R"({"xecho":1,"echoes":2,"":3,"action":"a"})")) == "none");
  CHECK(echo(parse_action(R"({"echo":1,"echo":2,"action":"a"})")) == "1");
}

TEST_CASE("the echo of a refused request still goes back") {  // C-RSP-07
  CHECK(echo(parse_action(R"({"action":7,"params":{},"echo":"e"})")) == "\"e\"");
  CHECK(echo(parse_action(R"({"echo":"e"})")) == "\"e\"");
  CHECK(echo(parse_action(R"({"action":"a","params":{},"self":1,"echo":"e"})")) == "\"e\"");
}

TEST_CASE("the echo of a text that is broken behind it still goes back, unless it is broken itself") {
  CHECK(echo(parse_action(R"({"echo":[1],"action":"a","params":{)")) == "[1]");
  CHECK(echo(parse_action(R"({"action":"a","params":1e999,"echo":7})")) == "7");
  for (const std::string_view text : {R"({"echo":x,"action":"a"})", R"({"echo":,"action":"a"})", R"({"echo":[1)",
                                      R"({"echo":[1},"action":"a"})", "{\"echo\":\"\xff\"}", R"(["echo",1])"}) {
    CAPTURE(text);
    CHECK(echo(parse_action(text)) == "none");
  }
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
  CHECK(onebot::encode_response(Value("d"), "\"1\"") ==
        R"({"status":"ok","retcode":0,"data":"d","message":"","echo":"1"})");
  CHECK(onebot::encode_response(onebot::fail(Retcode::bad_param, "\"x\" is missing"), "5") ==
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
  CHECK(echo(good) ==
        "\xa3"
        "007");

  CHECK(code(packed(onebot::List{"a", onebot::Fields{}})) == Retcode::bad_request);
  CHECK(code(parse_action("\xc1", onebot::Encoding::msgpack)) == Retcode::bad_request);
  CHECK(code(parse_action("", onebot::Encoding::msgpack)) == Retcode::bad_request);
}

TEST_CASE("an echo of any MessagePack value comes back in the bytes in which it came") {
  const auto request = [](std::string_view key, std::string_view value) {
    std::string text =
        "\x83\xa6"
        "action\xa1"
        "a\xa6"
        "params\x81\xa4"
        "echo\x01";
    return text.append(key).append(value);
  };
  using namespace std::string_view_literals;
  for (const std::string_view value :
       {"\xc0"sv, "\xc3"sv, "\x07"sv, "\xff"sv, "\xcd\x00\x07"sv, "\xcf\xff\xff\xff\xff\xff\xff\xff\xff"sv,
        "\xca\x3f\xc0\x00\x00"sv, "\xa0"sv, "\xd9\x01z"sv, "\xc4\x02\xff\x00"sv, "\x93\x01\x90\xa1y"sv,
        "\x81\xa1k\x82\xa1"
        "a\x01\xa1"
        "b\xdc\x00\x01\xc0"sv}) {
    for (const std::string_view key : {"\xa4"
                                       "echo"sv,
                                       "\xd9\x04"
                                       "echo"sv,
                                       "\xda\x00\x04"
                                       "echo"sv}) {
      CAPTURE(value.size());
      const auto read = parse_action(request(key, value), onebot::Encoding::msgpack);
      CHECK(code(read) == Retcode::ok);
      CHECK(echo(read) == value);
      CHECK(onebot::encode_response(Value{}, read.echo, onebot::Encoding::msgpack)
                .ends_with("\xa4"
                           "echo" +
                           std::string(value)));
    }
  }
  CHECK(echo(parse_action(request("\xa5"
                                  "xecho",
                                  "\x01"),
                          onebot::Encoding::msgpack)) == "none");
  CHECK(echo(parse_action(request("\xa4"
                                  "echo",
                                  "\xa2z"),
                          onebot::Encoding::msgpack)) == "none");
}

TEST_CASE("an echo is found in a request that passes in pieces, whatever they are, and none beyond its bound") {
  const std::string data(100'000, 'x');
  const std::string text = R"({"action":"a","params":{"data":")" + data + R"(","echo":0},"echo":{"n":[1, 2]}})";
  const std::string packed = onebot::msgpack::write(
      onebot::Fields{{"params", onebot::Fields{{"data", data}}}, {"echo", onebot::Fields{{"n", 70'000}}}, {"x", 1}});
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, text.size()}) {
    CAPTURE(size);
    onebot::EchoReader reader(onebot::Encoding::json), other(onebot::Encoding::msgpack);
    for (std::size_t at = 0; at < text.size(); at += size) reader.read(std::string_view(text).substr(at, size));
    for (std::size_t at = 0; at < packed.size(); at += size) other.read(std::string_view(packed).substr(at, size));
    CHECK(reader.take() == R"({"n":[1, 2]})");
    CHECK(other.take() == onebot::msgpack::write(onebot::Fields{{"n", 70'000}}));
  }

  onebot::EchoReader bounded(onebot::Encoding::json);
  bounded.read(R"({"echo":")" + data + R"("})");
  CHECK_FALSE(bounded.take());
}

TEST_CASE("a response in MessagePack is a map with the same members") {
  const onebot::Value data = onebot::Fields{{"time", 5.0}, {"data", onebot::Bytes{"\xff"}}};

  const auto good = onebot::msgpack::parse(onebot::encode_response(data,
                                                                   "\xa1"
                                                                   "1",
                                                                   onebot::Encoding::msgpack));
  REQUIRE(good);
  CHECK(json::write(*good) ==
        R"({"status":"ok","retcode":0,"data":{"time":5.0,"data":"/w=="},"message":"","echo":"1"})");

  const auto bad = onebot::msgpack::parse(
      onebot::encode_response(onebot::fail(Retcode::bad_param, "why"), {}, onebot::Encoding::msgpack));
  REQUIRE(bad);
  CHECK(json::write(*bad) == R"({"status":"failed","retcode":10003,"data":null,"message":"why"})");
}
