#include "adapters/qq/calls/token.h"

#include "tests/fakes.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using qq::AccessToken;

namespace {

struct Desk {
  fakes::World world{};
  AccessToken token{qq::access_token({"102000001", "S3cret", "https://new.test/token", "", [] { return 0.0; }}),
                    world.loop, world.client, world.log};

  std::vector<onebot::io::Owner> owners{};
  std::vector<onebot::Result<std::string>> told{};

  void ask() {
    owners.push_back(token.wait([this](auto result) { told.push_back(std::move(result)); }));
  }
  void answer(std::string body) { world.client.calls.back()->answer(200, std::move(body)); }
};

}  // namespace

TEST_CASE("many who wait for a token cause one request and all get its answer") {
  Desk desk;
  desk.ask();
  desk.ask();
  desk.ask();

  CHECK(desk.world.client.calls.size() == 1);
  desk.answer(R"({"access_token":"T1","expires_in":"7200"})");

  REQUIRE(desk.told.size() == 3);
  CHECK(desk.told[2].value() == "T1");
  CHECK(desk.token.current() == "T1");
}

TEST_CASE("who drops the owner is not told, and the token is fetched all the same") {
  Desk desk;
  desk.ask();
  desk.owners.clear();

  desk.answer(R"({"access_token":"T1","expires_in":7200})");

  CHECK(desk.told.empty());
  CHECK(desk.token.current() == "T1");
}

TEST_CASE("a token is renewed 50 s before its end, and the old one serves until the new one is there") {
  Desk desk;
  desk.ask();
  desk.answer(R"({"access_token":"T1","expires_in":"1222"})");

  desk.world.loop.advance(1171s);
  CHECK(desk.world.client.calls.size() == 1);
  desk.world.loop.advance(1s);
  CHECK(desk.world.client.calls.size() == 2);
  CHECK(desk.token.current() == "T1");

  desk.answer(R"({"access_token":"T2","expires_in":"7200"})");
  CHECK(desk.token.current() == "T2");
}

TEST_CASE("the same token again shortly before its end is asked for again every five seconds") {
  Desk desk;
  desk.ask();
  desk.answer(R"({"access_token":"T1","expires_in":"40"})");

  desk.world.loop.advance(5s);
  CHECK(desk.world.client.calls.size() == 2);
  desk.answer(R"({"access_token":"T1","expires_in":"35"})");
  desk.world.loop.advance(5s);
  CHECK(desk.world.client.calls.size() == 3);
}

TEST_CASE("a lifetime that cannot be read is taken to be 300 s") {
  for (const char* lifetime : {R"("soon")", "null", "-5", "[]"}) {
    Desk desk;
    desk.ask();
    desk.answer(std::string(R"({"access_token":"T1","expires_in":)") + lifetime + "}");

    desk.world.loop.advance(249s);
    CHECK(desk.world.client.calls.size() == 1);
    desk.world.loop.advance(1s);
    CHECK(desk.world.client.calls.size() == 2);
  }
}

TEST_CASE("a failed renewal is tried again, and the token serves until its end and no longer") {
  Desk desk;
  desk.ask();
  desk.answer(R"({"access_token":"T1","expires_in":"60"})");
  desk.world.loop.advance(10s);

  desk.world.client.calls.back()->fail("no route");
  CHECK(desk.token.current() == "T1");
  desk.world.loop.advance(1s);
  CHECK(desk.world.client.calls.size() == 3);
  desk.world.loop.advance(49s);

  CHECK(desk.token.current() == std::nullopt);
}

TEST_CASE("while a failure's pause lasts nobody asks the platform again, and who asks us is told at once") {
  Desk desk;
  desk.ask();
  desk.answer(R"({"code":100016,"message":"invalid appid or secret"})");
  desk.ask();
  desk.world.loop.advance(0ms);

  REQUIRE(desk.told.size() == 2);
  CHECK(desk.told[1].error().code == onebot::Retcode::credentials);
  CHECK(desk.world.client.calls.size() == 1);
  CHECK(desk.token.retry_in() == 10min);
}

TEST_CASE("a refused token is not given out again, unless it was replaced meanwhile") {
  Desk desk;
  desk.ask();
  desk.answer(R"({"access_token":"T2","expires_in":"7200"})");

  desk.token.refuse("T1");
  CHECK(desk.token.current() == "T2");
  desk.token.refuse("T2");
  CHECK(desk.token.current() == std::nullopt);
}

TEST_CASE("neither the secret nor a token is ever in the log") {
  Desk desk;
  desk.ask();
  desk.answer(R"({"access_token":"T0psecretToken","expires_in":"60"})");
  desk.world.loop.advance(10s);
  desk.answer("<html>S3cret T0psecretToken</html>");

  REQUIRE_FALSE(desk.world.log.lines.empty());
  CHECK_FALSE(desk.world.log.contains("S3cret"));
  CHECK_FALSE(desk.world.log.contains("T0psecretToken"));
}
