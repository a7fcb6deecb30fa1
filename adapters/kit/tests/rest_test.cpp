// Calls of a platform that answers {"code": ...}: which are made again, when, and what is told in the end.

#include "adapters/kit/rest.h"

#include "onebot/json.h"
#include "tests/fakes.h"

#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using kit::Remedy;
using kit::Request;
using onebot::Retcode;

namespace {

struct Refusal {
  onebot::Error error{};
  int code = 0;
  int http_status = 0;
  bool unknown_code = false, perhaps_done = false;
};

// Code 1: the token; 2: too much; 3: a passing fault; 9: refused; those beyond: nobody knows.
struct Policy {
  using Answer = std::string;
  using Failure = Refusal;

  onebot::io::Headers headers(std::string_view token) const { return {{"Authorization", std::string(token)}}; }
  std::expected<Answer, Failure> read(const onebot::io::HttpResponse& answer) const {
    const auto body = onebot::json::Document::parse(answer.body);
    const auto code = body ? body->root().at("code").integer() : std::nullopt;
    if (code == 0) return answer.body;
    const int number = static_cast<int>(code.value_or(3));
    const std::string said = body ? body->root().at("msg").text() : "";
    return std::unexpected(Failure{{Retcode::refused, said.empty() ? "said no" : said, onebot::Fields{{"x", said}}},
                                   number,
                                   answer.status,
                                   number > 9});
  }
  kit::Verdict judge(const Failure& failure, const onebot::io::HttpResponse&) const {
    constexpr Remedy kRemedies[] = {Remedy::none, Remedy::fresh_token, Remedy::later, Remedy::again};
    return {failure.code < 4 ? kRemedies[failure.code] : Remedy::none};
  }
};

std::expected<kit::Token::Issued, kit::Token::Refused> read_token(const onebot::io::HttpResponse& answer) {
  return kit::Token::Issued{answer.body, 7200};
}
constexpr std::chrono::milliseconds kPauses[] = {1s};
constexpr kit::Rate kRates[] = {{"POST", "/slow", 1, 10s}, {"", "", 100, 1s}};

struct Platform {
  fakes::World world{};
  kit::Token token{{.urls = {"https://t.test/token"},
                    .secrets = {"app-s3cret/+"},
                    .read = read_token,
                    .renew_after = [](std::chrono::seconds lifetime) { return lifetime; },
                    .pauses = kPauses,
                    .long_pauses = kPauses},
                   world.loop,
                   world.client,
                   world.log};
  kit::Pace pace{world.loop, kRates};
  kit::Rest<Policy> rest{{"https://api.test", token, world.loop, world.client, world.log, &pace}, {}};
  std::vector<kit::Rest<Policy>::Outcome> told{};
  onebot::io::Owner owner{};

  Platform() {
    token.start();
    answer(200, "T1");
  }
  void call(Request request) {
    owner = onebot::start<kit::Rest<Policy>::Outcome>(rest.call(std::move(request)),
                                                      [this](auto outcome) { told.push_back(std::move(outcome)); });
  }
  fakes::Client::Call& last() { return *world.client.calls.back(); }
  void answer(int status, std::string body, onebot::io::Headers headers = {}) {
    last().answer(status, std::move(body), std::move(headers));
  }
  void unreached(bool unsent) {
    if (auto told_now = std::exchange(last().done, nullptr)) {
      told_now(std::unexpected(onebot::Error{.code = Retcode::network_error, .message = "no route", .unsent = unsent}));
    }
  }
  std::size_t calls() const { return world.client.calls.size() - 1; }  // without the first of the token
};

const std::string kOk = R"({"code":0})", kToken = R"({"code":1})", kTooMuch = R"({"code":2})", kFault = R"({"code":3})";

}  // namespace

TEST_CASE("a call carries the token, its body and what its path asks for") {
  Platform platform;
  platform.call({.method = "POST", .path = "/g/{id}", .places = {{"id", "a b"}}, .body = "{}"});

  const auto& request = platform.last().request;
  CHECK(request.url == "https://api.test/g/a%20b");
  CHECK(request.body == "{}");
  CHECK(onebot::io::header(request.headers, "Authorization") == "T1");
  CHECK(onebot::io::header(request.headers, "Content-Type") == "application/json; charset=utf-8");
  platform.answer(200, kOk);
  CHECK(platform.told.at(0).value() == kOk);
}

TEST_CASE("a call whose path cannot be is told so later, and nothing is sent") {
  Platform platform;
  platform.call({.path = "/g/{id}", .places = {{"id", ".."}}});
  CHECK(platform.told.empty());
  platform.world.loop.advance(0ms);

  CHECK(platform.told.at(0).error().error.code == Retcode::bad_param);
  CHECK(platform.calls() == 0);
}

TEST_CASE("a token that was refused is replaced once for a call, whatever its method") {
  Platform platform;
  platform.call({.method = "POST", .path = "/x"});
  platform.answer(200, kToken);  // a code inside a 200 is that code
  CHECK(platform.last().request.url == "https://t.test/token");
  platform.answer(200, "T2");
  CHECK(onebot::io::header(platform.last().request.headers, "Authorization") == "T2");
  platform.answer(401, kToken);

  CHECK(platform.told.size() == 1);
  CHECK(platform.told.at(0).error().code == 1);
  CHECK(platform.token.current() == std::nullopt);
}

TEST_CASE("a passing fault is tried three times in all, after waits that outlast a restart of a server") {
  Platform platform;
  platform.call({.path = "/x"});
  platform.answer(502, "<html>");
  platform.world.loop.advance(499ms);
  CHECK(platform.calls() == 1);
  platform.world.loop.advance(101ms);
  CHECK(platform.calls() == 2);
  platform.unreached(false);
  platform.world.loop.advance(1999ms);
  CHECK(platform.calls() == 2);
  platform.world.loop.advance(401ms);
  CHECK(platform.calls() == 3);
  platform.answer(503, kFault);
  platform.world.loop.advance(1min);

  CHECK(platform.calls() == 3);
  CHECK(platform.told.at(0).error().http_status == 503);
  CHECK(platform.world.log.counters["api_failures"] == 1);
}

TEST_CASE("what came too fast waits at least half a second, though nobody says how long") {
  Platform platform;
  platform.call({.path = "/x"});
  platform.answer(429, kTooMuch);
  platform.world.loop.advance(499ms);
  CHECK(platform.calls() == 1);
  platform.world.loop.advance(101ms);
  CHECK(platform.calls() == 2);
}

TEST_CASE("what is refused in the end tells whether an earlier try may have been done") {
  struct Row {
    const char* what = "";
    void (*meet)(Platform&) = nullptr;
    bool perhaps_done = false;
  };
  for (const Row& row : {Row{"fault", [](Platform& platform) { platform.answer(503, kFault); }, true},
                         Row{"lost", [](Platform& platform) { platform.unreached(false); }, true},
                         Row{"not sent", [](Platform& platform) { platform.unreached(true); }, false},
                         Row{"rate", [](Platform& platform) { platform.answer(429, kTooMuch); }, false}}) {
    CAPTURE(row.what);
    Platform platform;
    platform.call({.method = "POST", .path = "/x", .repeatable = true});
    row.meet(platform);
    platform.world.loop.advance(1s);
    platform.answer(400, R"({"code":9})");

    CHECK(platform.told.at(0).error().code == 9);
    CHECK(platform.told.at(0).error().perhaps_done == row.perhaps_done);
  }
}

TEST_CASE("a refusal with a code that nobody knows is counted by its number, once for a call") {
  Platform platform;
  for (const char* body : {R"({"code":4711})", R"({"code":4711})", R"({"code":9})"}) {
    platform.call({.path = "/x"});
    platform.answer(200, body);
  }

  CHECK(platform.told.at(0).error().code == 4711);
  CHECK(platform.world.log.counters["api_unknown_codes 4711"] == 2);
  CHECK(platform.world.log.counters["api_failures"] == 3);
  CHECK_FALSE(platform.world.log.counters.contains("api_unknown_codes 9"));
}

TEST_CASE("the wait for a turn is no part of a call's time") {
  Platform platform;
  platform.call({.method = "POST", .path = "/slow"});
  platform.answer(200, kOk);
  platform.call({.method = "POST", .path = "/slow", .timeout = 5s, .budget = 6s});
  platform.world.loop.advance(10s);

  CHECK(platform.calls() == 2);
  CHECK(platform.last().request.timeout == 5s);
}

TEST_CASE("what must not be done twice is made again only when it was not done") {
  struct Row {
    const char* what = "";
    Request request{};
    void (*meet)(Platform&) = nullptr;
    bool again = false;
  };
  const auto fault = [](Platform& platform) { platform.answer(500, kFault); };
  const auto lost = [](Platform& platform) { platform.unreached(false); };
  const auto unsent = [](Platform& platform) { platform.unreached(true); };
  const auto rate = [](Platform& platform) { platform.answer(429, kTooMuch); };
  for (const Row& row :
       {Row{"POST, fault", {.method = "POST", .path = "/x"}, fault, false},
        Row{"POST, lost", {.method = "POST", .path = "/x"}, lost, false},
        Row{"POST, not sent", {.method = "POST", .path = "/x"}, unsent, true},
        Row{"POST, rate", {.method = "POST", .path = "/x"}, rate, true},
        Row{"POST with a key", {.method = "POST", .path = "/x", .repeatable = true}, fault, true},
        Row{"PUT", {.method = "PUT", .path = "/x"}, lost, true},
        Row{"PUT said to be harmful", {.method = "PUT", .path = "/x", .repeatable = false}, lost, false},
        Row{"GET", {.path = "/x"}, lost, true}}) {
    CAPTURE(row.what);
    Platform platform;
    platform.call(row.request);
    row.meet(platform);
    platform.world.loop.advance(1s);

    CHECK(platform.calls() == (row.again ? 2 : 1));
    CHECK(platform.told.size() == (row.again ? 0 : 1));
  }
}

TEST_CASE("Retry-After is kept to, and a wait beyond the budget is not begun") {
  Platform platform;
  platform.call({.method = "POST", .path = "/x"});
  platform.answer(429, kTooMuch, {{"retry-after", "7"}});
  platform.world.loop.advance(6999ms);
  CHECK(platform.calls() == 1);
  platform.world.loop.advance(1ms);
  CHECK(platform.calls() == 2);
  CHECK(platform.last().request.timeout == 10s);
  platform.answer(429, kTooMuch, {{"Retry-After", "13"}});

  CHECK(platform.told.size() == 1);
  CHECK(platform.world.log.counters["api_pauses"] == 2);
}

TEST_CASE("a call that is to be tried once is not made again, but for a new token") {
  for (const int status : {429, 503}) {
    Platform platform;
    platform.call({.path = "/a", .tries = 1});
    platform.answer(status, status == 429 ? R"({"code":2})" : R"({"code":3})");
    platform.world.loop.advance(1h);
    CHECK(platform.told.size() == 1);
  }
}

TEST_CASE("calls keep to the pace of their address") {
  Platform platform;
  platform.call({.method = "POST", .path = "/slow"});
  platform.answer(200, kOk);
  platform.call({.method = "POST", .path = "/slow"});
  CHECK(platform.calls() == 1);
  platform.world.loop.advance(10s);
  CHECK(platform.calls() == 2);
}

TEST_CASE("a dropped call is over at once, wherever it stands, and who is told may drop it") {
  Platform platform;
  platform.call({.path = "/x"});
  platform.owner.reset();
  CHECK_FALSE(platform.last().done);

  platform.call({.path = "/x"});
  platform.answer(502, "");
  platform.owner.reset();                    // while it waits
  CHECK(platform.world.loop.timers() == 1);  // the token's renewal
  platform.world.loop.advance(1min);
  CHECK(platform.told.empty());

  platform.owner = onebot::start<kit::Rest<Policy>::Outcome>(platform.rest.call({.path = "/x"}), [&](auto outcome) {
    platform.owner.reset();
    platform.told.push_back(std::move(outcome));
  });
  platform.answer(200, kOk);
  CHECK(platform.told.size() == 1);
}

TEST_CASE("a file's refusal is met as a call's: a new token, then a wait, then the platform's code") {
  Platform platform;
  std::optional<onebot::Result<onebot::RemoteFile>> file;
  const auto locating = onebot::start<onebot::Result<onebot::RemoteFile>>(
      platform.rest.file({.path = "/files/{key}", .places = {{"key", "k 1"}}}),
      [&](auto told) { file = std::move(told); });
  REQUIRE(file.has_value());
  REQUIRE(file->has_value());
  CHECK((*file)->request.url == "https://api.test/files/k%201");
  CHECK(onebot::io::header((*file)->request.headers, "Authorization") == "T1");

  std::vector<onebot::RemoteFile::Next> again;
  const auto refuse = [&](int status, std::string body) {
    return (*file)->refused(onebot::io::HttpResponse{status, {}, std::move(body)},
                            [&](auto request) { again.push_back(std::move(request)); });
  };
  auto asking = refuse(401, kToken);
  platform.world.loop.advance(0ms);
  platform.answer(200, "T2");
  REQUIRE(again.size() == 1);
  CHECK(onebot::io::header((*again.at(0))->headers, "Authorization") == "T2");
  asking = refuse(502, kFault);
  platform.world.loop.advance(600ms);
  CHECK(again.size() == 2);
  asking = refuse(400, R"({"code":9})");
  platform.world.loop.advance(0ms);
  CHECK(again.at(2).error().message == "said no");
  asking = refuse(200, R"({"code":9})");  // a code inside a 200 is that code
  platform.world.loop.advance(0ms);
  CHECK(again.at(3).error().code == Retcode::refused);
  asking = refuse(200, R"({"code":0})");
  CHECK(again.at(4).value() == std::nullopt);

  const auto nowhere = onebot::start<onebot::Result<onebot::RemoteFile>>(
      platform.rest.file({.path = "/files/{key}", .places = {{"key", ".."}}}),
      [&](auto told) { file = std::move(told); });
  CHECK(file->error().code == Retcode::unknown_file);
}

TEST_CASE("what a platform repeats of our secrets reaches neither the log nor whoever asked") {
  Platform platform;
  platform.token.refuse("T1");
  platform.call({.path = "/x"});
  platform.answer(200, "a-given-token");
  CHECK(platform.last().request.headers.front().second == "a-given-token");
  platform.answer(400, R"({"code":9,"msg":"a-given-token of app-s3cret/+, app-s3cret\/+"})");
  REQUIRE(platform.told.size() == 1);
  CHECK(platform.told[0].error().error.message == "*** of ***, ***");
  CHECK(onebot::json::write(platform.told[0].error().error.data) == R"({"x":"*** of ***, ***"})");
  CHECK(platform.world.log.contains("*** of ***"));
  for (const char* secret : {"a-given-token", "s3cret"}) CHECK_FALSE(platform.world.log.contains(secret));

  platform.call({.path = "/x"});
  platform.answer(200, R"({"code":0,"echo":"Bearer a-given-token"})");
  REQUIRE(platform.told.size() == 2);
  CHECK(*platform.told[1] == R"({"code":0,"echo":"Bearer ***"})");
}
