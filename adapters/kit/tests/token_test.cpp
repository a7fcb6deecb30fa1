#include "adapters/kit/token.h"

#include "tests/fakes.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace std::chrono_literals;
using kit::Token;
using onebot::Retcode;

namespace {

constexpr std::chrono::milliseconds kPauses[] = {1s, 5s}, kLongPauses[] = {60s, 600s};

// "T LIFETIME", "busy", "limited" or "wrong".
std::expected<Token::Issued, Token::Refused> read(const onebot::io::HttpResponse& answer) {
  const std::string& body = answer.body;
  if (body == "busy" || answer.status != 200)
    return std::unexpected(Token::Refused{.error = {Retcode::server_error, "busy"}});
  if (body == "limited") return std::unexpected(Token::Refused{{Retcode::rate_limited, "limited"}, "", 30s});
  if (body == "wrong") {
    return std::unexpected(Token::Refused{.error = {Retcode::credentials, "wrong"}, .advice = ": mend", .final = true});
  }
  const auto blank = body.find(' ');
  if (blank == std::string::npos) return Token::Issued{body};
  return Token::Issued{body.substr(0, blank), std::stod(body.substr(blank))};
}

struct Desk {
  fakes::World world{};
  std::vector<bool> changes{};
  Token token{{.urls = {"https://new.test/", "https://old.test/"},
               .body = {{"id", "1"}},
               .read = read,
               .renew_after = [](std::chrono::seconds lifetime) { return lifetime - 10s; },
               .pauses = kPauses,
               .long_pauses = kLongPauses,
               .spread = 0},
              world.loop,
              world.client,
              world.log,
              [this](bool valid) { changes.push_back(valid); }};
  std::vector<onebot::io::Owner> owners{};
  std::vector<onebot::Result<std::string>> told{};

  void ask() {
    owners.push_back(token.wait([this](auto result) { told.push_back(std::move(result)); }));
  }
  void answer(std::string body) { world.client.calls.back()->answer(200, std::move(body)); }
  std::size_t asked() const { return world.client.calls.size(); }
};

}  // namespace

TEST_CASE("all who wait cause one question and are told its answer") {
  Desk desk;
  desk.ask();
  desk.ask();
  CHECK(desk.asked() == 1);
  CHECK(desk.world.client.calls.back()->request.body == R"({"id":"1"})");
  desk.answer("T 100");

  REQUIRE(desk.told.size() == 2);
  CHECK(desk.told[1].value() == "T");
  CHECK(desk.changes == std::vector<bool>{true});
}

TEST_CASE("who waits while there is a token is told it later, even when it is refused meanwhile") {
  Desk desk;
  desk.token.start();
  desk.answer("T 100");
  desk.ask();
  desk.token.refuse("T");
  CHECK(desk.told.empty());
  desk.world.loop.advance(0ms);

  CHECK(desk.told.at(0).value() == "T");
  CHECK(desk.token.current() == std::nullopt);
}

TEST_CASE("a token is renewed before its end, and serves until then though the renewal fails") {
  Desk desk;
  desk.token.start();
  desk.answer("T 100");
  desk.world.loop.advance(90s);
  CHECK(desk.asked() == 2);
  desk.answer("busy");
  CHECK(desk.token.current() == "T");
  CHECK(desk.changes == std::vector<bool>{true});
  desk.world.loop.advance(1s);
  CHECK(desk.asked() == 3);
  desk.world.loop.advance(9s);
  CHECK(desk.token.current() == std::nullopt);
}

TEST_CASE("when the first address cannot be reached or is not there, the next is asked") {
  Desk desk;
  desk.ask();
  desk.world.client.calls.back()->fail("no route");
  CHECK(desk.world.client.calls.back()->request.url == "https://old.test/");
  desk.world.client.calls.back()->answer(404, "");
  CHECK(desk.asked() == 2);
  desk.world.loop.advance(1s);
  CHECK(desk.world.client.calls.back()->request.url == "https://new.test/");
}

TEST_CASE("pauses grow, a limit is kept to, and while one lasts who asks is told at once") {
  Desk desk;
  desk.ask();
  desk.answer("busy");
  CHECK(desk.token.retry_in() == 1s);
  desk.world.loop.advance(1s);
  desk.answer("busy");
  CHECK(desk.token.retry_in() == 5s);
  desk.world.loop.advance(5s);
  desk.answer("limited");
  CHECK(desk.token.retry_in() == 30s);
  desk.ask();
  desk.world.loop.advance(0ms);
  CHECK(desk.told.back().error().code == Retcode::rate_limited);
  CHECK(desk.asked() == 3);
}

TEST_CASE("an app that is refused for good has no token any longer, and long pauses") {
  Desk desk;
  desk.token.start();
  desk.answer("T 100");
  desk.world.loop.advance(90s);
  desk.answer("wrong");

  CHECK(desk.token.current() == std::nullopt);
  CHECK(desk.changes == std::vector<bool>{true, false});
  CHECK(desk.token.retry_in() == 60s);
  CHECK(desk.world.log.contains("no token: wrong: mend; retry in 60s"));
}

TEST_CASE("a token without a lifetime is taken to live 300 s, and none longer than two hours") {
  for (const auto& [body, asked_after] : {std::pair("T", 290s), std::pair("T 999999", 7190s)}) {
    Desk desk;
    desk.token.start();
    desk.answer(body);
    desk.world.loop.advance(asked_after - 1s);
    CHECK(desk.asked() == 1);
    desk.world.loop.advance(1s);
    CHECK(desk.asked() == 2);
  }
}
