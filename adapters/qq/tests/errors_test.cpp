// Errors: every code the platform documents, and what an application is told of it.

#include "adapters/qq/calls/errors.h"

#include "onebot/json.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

using onebot::Retcode;

namespace {

struct Span {
  int first = 0, last = 0;  // both included
  Span(int code) : first(code), last(code) {}
  Span(int from, int to) : first(from), last(to) {}
};

struct Row {
  Retcode retcode = Retcode::ok;
  std::vector<Span> codes{};
};

// What the platform documents, by what an application is to make of it. 50056 and 850018 are documented twice.
const std::vector<Row> kDocumented{
    {Retcode::credentials, {11241, {11243, 11245}, 11251, 11261, 11275}},
    {Retcode::address_not_allowed, {11298, 40023002}},
    {Retcode::refused, {11242, 11252, 11263, 11281}},
    {Retcode::forbidden, {11253, 11254, 11262, 11264, 11265, 11273, 11274, 11282}},
    {Retcode::unknown_channel, {10001, 10003, 10004}},
    {Retcode::rate_limited,
     {20028, 22009, 40034100, 304045, 304047, 304049, 304050, 304052, 1100100, 1100308, 610013, 620006, 50002}},
    {Retcode::unasked_refused, {304022, 304046, 304048, 304031, 40054013, 40034102, 40034105, 40034122, 40034123}},
    {Retcode::unasked_refused, {304041, 40034059}},
    {Retcode::too_late,
     {304026, 40034024, 40034025, 50048, 304027, 304103, 40034005, 40034026, 40034128, 40034027, 304028}},
    {Retcode::too_late, {{50045, 50047}}},
    {Retcode::duplicate, {40054005}},
    {Retcode::under_review, {304023, 304024}},
    {Retcode::content_rejected,
     {304025, 1100101, 1100103, 40034006, {503000, 503999}, 302013, 302020, 501014, 502009, 3300006}},
    {Retcode::url_refused, {304003, 40054010}},
    {Retcode::body_refused,
     {22006, 50006, 50035, 50037, {50040, 50042}, 50054, 50055, 50057, 50059, 304061, 304062, 304064}},
    {Retcode::body_refused, {305007, 340069, {40034008, 40034011}, 40034029, 40034106, 40034108, 40034109, 40034124}},
    {Retcode::body_refused, {40054007, 40054018, 304005}},
    {Retcode::forbidden, {50056, 304004, 304011, 304014, 304036, 304037, 40034012, 40034090, 40034127}},
    {Retcode::media_refused,
     {304010, 304017, 304020, 304021, 304080, 304082, 304083, 40034004, 850019, 850026, 850027, 850031}},
    {Retcode::media_refused, {40034001, 40034002, 40093001, 40093002}},
    {Retcode::muted, {40054002, 850018}},
    {Retcode::not_in_chat, {40034101, 40054003, 1100104, 1100301}},
    {Retcode::no_relation, {40054004, 40054006, {304032, 304034}}},
    {Retcode::bot_offline, {304018, 40054016}},
    {Retcode::recall_refused, {{306001, 306006}, 306009, 306011, 40061001, 40061002, 40062003, 40064004, 50065001}},
    {Retcode::interaction_refused, {{630001, 630008}}},
    {Retcode::reaction_refused, {{620001, 620005}, 620007}},
    {Retcode::refused, {{301000, 301999}, {302000, 302012}, {302014, 302019}, {302021, 302999}}},
    {Retcode::refused, {{501000, 501013}, {501015, 502008}, {502010, 502999}, {504000, 504999}}},
    {Retcode::refused, {{610000, 610012}, {610014, 610999}}},
    {Retcode::body_refused, {40007, 40030001, 40030008, {40030011, 40030018}, 40030021}},
    {Retcode::content_rejected, {40030020}},
    {Retcode::server_error, {340067, 50001, 2000004, 50055001, 50055002, 50055006, 1100300}},
};

qq::Failure refused(int code, int status) {
  return qq::read_failure(
      {status, {{"X-Tps-trace-ID", "t-1"}}, fmt::format(R"({{"code": {0}, "err_code": {0}, "message": "no"}})", code)});
}

}  // namespace

TEST_CASE("every documented code has its retcode, whatever the HTTP status says") {
  for (const Row& row : kDocumented) {
    for (const Span& span : row.codes) {
      for (int code = span.first; code <= span.last; ++code) {
        CAPTURE(code);
        CHECK(qq::meaning_of(code).retcode == row.retcode);
        for (const int status : {200, 400, 401, 403, 429, 500}) {
          CHECK(refused(code, status).error.code == row.retcode);
        }
      }
    }
  }
}

TEST_CASE("a refusal tells the platform's words, its number and its trace") {
  for (const Row& row : kDocumented) {
    const int code = row.codes.front().first;
    const qq::Failure failure = refused(code, 400);

    CHECK(failure.error.message == fmt::format("no (QQ {}, HTTP 400, trace t-1)", code));
    CHECK(onebot::json::write(failure.error.data) ==
          fmt::format(R"({{"qq.code":{0},"qq.err_code":{0},"qq.http_status":400,"qq.trace_id":"t-1"}})", code));
  }
}

TEST_CASE("a trace may stand in the body, and a number in either member") {
  const auto failure = qq::read_failure({400, {}, R"({"code": 40034101, "message": "no", "trace_id": "b-2"})"});

  CHECK(failure.code == 40034101);
  CHECK(failure.error.message == "no (QQ 40034101, HTTP 400, trace b-2)");
}

TEST_CASE("without a code the HTTP status decides, and without an answer it is the network") {
  struct Case {
    int status = 0;
    Retcode retcode = Retcode::ok;
  };
  for (const Case& each :
       {Case{401, Retcode::credentials}, Case{403, Retcode::forbidden}, Case{404, Retcode::refused},
        Case{405, Retcode::refused}, Case{413, Retcode::media_refused}, Case{429, Retcode::rate_limited},
        Case{500, Retcode::server_error}, Case{502, Retcode::server_error}, Case{504, Retcode::server_error},
        Case{507, Retcode::server_error}}) {
    CAPTURE(each.status);
    const auto failure = qq::read_failure({each.status, {{"X-Tps-trace-ID", "t-3"}}, "<html>"});
    CHECK(failure.error.code == each.retcode);
    CHECK(failure.error.message == fmt::format("the platform refused (HTTP {}, trace t-3)", each.status));
  }
}

TEST_CASE("a rate tells how many seconds to wait when the platform says it, and nothing else does") {
  const auto waits = [](int status, std::string_view header) {
    const auto failure = qq::read_failure({status, {{"Retry-After", std::string(header)}}, "{}"});
    return onebot::json::write(failure.error.data).find(R"("retry_after":7)") != std::string::npos;
  };
  CHECK(waits(429, "7"));
  CHECK_FALSE(waits(429, "soon"));
  CHECK_FALSE(waits(503, "7"));
}

TEST_CASE("a code inside a 200 is that code, and what a call asked for is none") {
  const auto tells = [](const char* body) {
    return qq::tells_of_failure(onebot::json::Document::parse(body).value().root());
  };
  CHECK(tells(R"({"code":22009,"err_code":22009,"message":"msg limit exceed"})"));
  CHECK(tells(R"({"code":2000004,"message":""})"));
  CHECK(tells(R"({"code":11244})"));
  CHECK(tells(R"({"err_code":40034004})"));
  CHECK(tells(R"({"code":4711,"msg":"nobody knows"})"));
  CHECK(tells(R"({"code":4711,"trace_id":"t"})"));
  CHECK(tells(R"({"code":-1,"message":"busy"})"));
  CHECK(tells(R"({"code":"22009"})"));
  CHECK_FALSE(tells(R"({"code":0,"message":"ok","id":"1"})"));
  CHECK_FALSE(tells(R"({"code":4711,"id":"1"})"));
  CHECK_FALSE(tells(R"({"id":"1","err_code":0})"));
}

TEST_CASE("a code that is in no table keeps its number and its words, and says that it is unknown") {
  const auto failure = refused(47110815, 400);

  CHECK(failure.unknown_code);
  CHECK(failure.error.code == Retcode::refused);
  CHECK(failure.error.message == "no (QQ 47110815, HTTP 400, trace t-1)");
  CHECK(refused(-7, 400).error.message == "no (QQ -7, HTTP 400, trace t-1)");
  CHECK_FALSE(refused(22009, 400).unknown_code);
  CHECK_FALSE(qq::read_failure({502, {}, "<html>"}).unknown_code);
  CHECK(qq::read_failure({400, {}, R"({"code": 40034101, "msg": "in other words"})"}).error.message ==
        "in other words (QQ 40034101, HTTP 400)");
}
