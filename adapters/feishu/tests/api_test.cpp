// The tenant token and the calls that use it.

#include "adapters/feishu/calls/api.h"

#include "adapters/feishu/tests/rig.h"

using namespace rig;
using onebot::Retcode;

namespace {

constexpr std::string_view kGood = R"({"code":0,"msg":"ok","data":{}})";

std::string token_answer(std::string_view token, int expire = 7140) {
  return onebot::json::write(Fields{{"code", 0}, {"tenant_access_token", token}, {"expire", expire}});
}

struct Calls {
  fakes::World world;
  std::vector<bool> changes;
  feishu::TenantToken token{
      feishu::tenant_token({"cli_1", "s3cret", "https://platform.test/token", "tenant_access_token", "expire"}),
      world.loop, world.client, world.log, [this](bool valid) { changes.push_back(valid); }};
  feishu::Api api{"https://platform.test", "feishu.", token, world.loop, world.client, world.log};
  std::optional<feishu::ApiResult> result;
  io::Owner owner;

  fakes::Client::Call& last() { return *world.client.calls.back(); }
  std::size_t asked(std::string_view url_end) {
    return static_cast<std::size_t>(std::ranges::count_if(
        world.client.calls, [&](const auto& call) { return call->request.url.ends_with(url_end); }));
  }
  void call(feishu::ApiRequest request = {.path = "/x"}) {
    owner = api.call(std::move(request), [this](feishu::ApiResult answer) { result = std::move(answer); });
  }
  void ready() {
    token.start();
    last().answer(200, token_answer("t-1"));
  }
  Retcode retcode() const { return *result ? Retcode::ok : result->error().error.code; }
};

}  // namespace

TEST_CASE("one question serves all who wait for the token, and it is renewed ten minutes before its end") {
  Calls calls;
  calls.token.start();
  int told = 0;
  const auto a = calls.token.wait([&told](const auto& token) { told += token.has_value(); });
  const auto b = calls.token.wait([&told](const auto& token) { told += token.has_value(); });
  CHECK(calls.world.client.calls.size() == 1);
  CHECK(parse(calls.last().request.body).root().dump() == R"({"app_id":"cli_1","app_secret":"s3cret"})");
  calls.last().answer(200, token_answer("t-1"));
  CHECK(told == 2);
  CHECK(calls.changes == std::vector<bool>{true});

  calls.world.loop.advance(6539s);
  CHECK(calls.world.client.calls.size() == 1);
  calls.world.loop.advance(1s);
  CHECK(calls.world.client.calls.size() == 2);
  calls.last().fail("down");
  CHECK(calls.token.current() == "t-1");
  CHECK(calls.changes == std::vector<bool>{true});
  calls.world.loop.advance(10min);
  CHECK_FALSE(calls.token.current().has_value());
  calls.last().fail("down");
  CHECK(calls.changes.back() == false);
}

TEST_CASE("a refused app is asked for again from 30 s up to 10 min, without its secret in the log") {
  Calls calls;
  calls.token.start();
  calls.last().answer(200, R"({"code":10014,"msg":"app secret invalid"})");
  CHECK(calls.changes == std::vector<bool>{false});
  CHECK(calls.world.log.contains("10014 app secret invalid"));
  CHECK_FALSE(calls.world.log.contains("s3cret"));
  std::optional<Retcode> why;
  const auto owner = calls.token.wait([&why](const auto& token) { why = token.error().code; });
  calls.world.loop.advance(1s);
  CHECK(why == Retcode::credentials);
  CHECK(calls.world.client.calls.size() == 1);
  calls.world.loop.advance(36s);
  CHECK(calls.world.client.calls.size() == 2);
}

TEST_CASE("a call that failed for its token is made once more with a new one, and only once") {
  Calls calls;
  calls.ready();
  calls.call();
  calls.last().answer(400, R"({"code":99991663,"msg":"Invalid access token"})");
  CHECK(calls.last().request.url.ends_with("/token"));
  calls.last().answer(200, token_answer("t-2"));
  CHECK(*io::header(calls.last().request.headers, "Authorization") == "Bearer t-2");
  calls.last().answer(400, R"({"code":99991663,"msg":"Invalid access token","error":{"log_id":"L1"}})");
  CHECK(calls.retcode() == Retcode::credentials);
  CHECK(calls.result->error().error.message == "99991663 Invalid access token log_id=L1");
  CHECK(calls.asked("/x") == 2);
}

TEST_CASE("what came too fast is repeated after the wait that the platform names") {
  Calls calls;
  calls.ready();
  calls.call({.method = "POST", .path = "/x", .body = R"({"uuid":"u"})"});
  calls.last().answer(429, R"({"code":99991400,"msg":"limit"})", {{"x-ogw-ratelimit-reset", "3"}});
  calls.world.loop.advance(2999ms);
  CHECK(calls.asked("/x") == 1);
  calls.world.loop.advance(1ms);
  CHECK(calls.asked("/x") == 2);
  CHECK(calls.last().request.body == R"({"uuid":"u"})");
  calls.last().answer(200, std::string(kGood));
  CHECK(calls.retcode() == Retcode::ok);
}

TEST_CASE("what fails in the end tells the platform's number, its log id and how long to wait") {
  Calls calls;
  calls.ready();
  calls.call();
  const std::string limit = R"({"code":99991400,"msg":"limit","error":{"log_id":"L1"}})";
  for (int i = 0; i < 3; ++i) {
    calls.last().answer(429, limit, {{"x-ogw-ratelimit-reset", "3"}});
    calls.world.loop.advance(3s);
  }
  CHECK(calls.retcode() == Retcode::rate_limited);
  const onebot::Error& error = calls.result->error().error;
  CHECK(error.message == "99991400 limit log_id=L1");
  CHECK(onebot::json::write(error.data) ==
        R"({"feishu.code":99991400,"feishu.http_status":429,"feishu.log_id":"L1","retry_after":3.0})");

  calls.call();
  calls.last().answer(400, R"({"code":230018,"msg":"no"})");
  CHECK(onebot::json::write(calls.result->error().error.data) == R"({"feishu.code":230018,"feishu.http_status":400})");
}

TEST_CASE("a code counts however it is written, and the words and the trace by every name") {
  const auto said = [](int status, std::string_view body) {
    Calls calls;
    calls.ready();
    calls.call();
    calls.last().answer(status, std::string(body));
    return *calls.result ? std::string("ok") : calls.result->error().error.message;
  };
  CHECK(said(200, R"({"code":"0","data":{}})") == "ok");
  CHECK(said(200, R"({"code":"230018","message":"no","traceId":"T1"})") == "230018 no log_id=T1");
  CHECK(said(400, R"({"code":-7,"msg":"odd"})") == "-7 odd");
  CHECK(said(400, R"({"code":1000040344,"msg":"odd"})") == "1000040344 odd");
  CHECK(said(400, R"({"msg":"bare"})") == "0 HTTP 400 without a code: bare");
  CHECK(said(200, "<html>") == "0 HTTP 200 without a code");
  CHECK(said(400, R"({"code":99992402,"msg":"field validation failed","error":{"field_violations":
                      [{"field":"receive_id_type","description":"no such option"}]}})") ==
        "99992402 field validation failed (receive_id_type: no such option)");
}

TEST_CASE("a token whose code is written as text is a token") {
  Calls calls;
  calls.token.start();
  calls.last().answer(200, R"({"code":"0","tenant_access_token":"t-1","expire":"7140"})");
  CHECK(calls.token.current() == "t-1");
}

TEST_CASE("a call is tried three times in all") {
  Calls calls;
  calls.ready();
  calls.call();
  for (int i = 0; i < 3; ++i) {
    CHECK_FALSE(calls.result.has_value());
    calls.last().answer(502, "<html>");
    calls.world.loop.advance(5s);
  }
  CHECK(calls.asked("/x") == 3);
  CHECK(calls.retcode() == Retcode::server_error);
}

TEST_CASE("what may not be done twice is not repeated when nobody knows whether it was done") {
  Calls calls;
  calls.ready();
  calls.call({.method = "POST", .path = "/x", .repeatable = false});
  calls.last().fail("timeout");
  CHECK(calls.retcode() == Retcode::network_error);

  calls.call();
  calls.last().fail("timeout");
  calls.world.loop.advance(1s);
  CHECK(calls.asked("/x") == 3);
}

TEST_CASE("error codes of the platform become the codes applications know") {
  const auto code_of = [](int code) { return feishu::read_failure(code, 400, "m", "").error.code; };
  struct Row {
    Retcode retcode = Retcode::ok;
    std::vector<int> codes{};
  };
  const Row rows[] = {
      {Retcode::credentials, {99991661, 99991663, 99991664, 99991668, 99991671, 99991677, 234002}},
      {Retcode::credentials, {99991543, 10015, 10014, 99991662, 99991673, 232034}},
      {Retcode::forbidden, {99991672, 99991676, 99991679}},
      {Retcode::rate_limited, {99991400, 11232, 11233, 11247, 230020, 232019, 230049, 234019}},
      {Retcode::refused,
       {10003, 99992402, 230001, 232001, 234001, 9499, 230015, 230017, 11221, 230036, 231001, 123456789}},
      {Retcode::forbidden,
       {230002, 10002, 10030, 232011, 230006, 232025, 234007, 11205, 230026, 230013, 231022, 230018, 230035, 11242}},
      {Retcode::forbidden, {230027, 230038, 232033, 230050, 231018, 230053, 231002, 231017}},
      {Retcode::forbidden, {232002, 232014, 232016, 232017, 11200, 11202, 234004, 234009, 234038, 234040, 234043}},
      {Retcode::forbidden, {234008, 41050, 99992364}},
      {Retcode::too_late, {230009, 11238, 230031, 230071, 230072, 230073, 230074, 230075}},
      {Retcode::unknown_message, {230011, 230110, 230111, 231003, 10020, 11224, 230019, 99992354}},
      {Retcode::content_rejected, {230022, 230028, 11248, 11312}},
      {Retcode::body_refused, {230025, 230054, 230055, 230099}},
      {Retcode::media_refused, {234006, 234011, 234037}},
      {Retcode::server_error, {1500, 1503, 1551, 5000}},
      {Retcode::unknown_user, {99992351, 99992356, 99992361, 230029, 11236, 230034}},
      {Retcode::unknown_group, {232006, 11213, 10029, 232009, 11237}},
      {Retcode::unknown_file, {234003}},
      {Retcode::bad_segment_data, {234010}},
  };
  for (const Row& row : rows) {
    for (const int code : row.codes) {
      CAPTURE(code);
      CHECK(code_of(code) == row.retcode);
    }
  }
}

TEST_CASE("what an answer was meant for is gone with each of the codes that say so") {
  for (const int code : {230011, 230110, 230111, 231003, 10020, 11224, 230019}) {
    CAPTURE(code);
    CHECK(feishu::read_failure(code, 400, "m", "").means == feishu::Means::missing_target);
  }
}
