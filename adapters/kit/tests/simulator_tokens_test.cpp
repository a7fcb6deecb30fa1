#include "adapters/kit/simulator/tokens.h"
#include "tests/fakes_loop.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using kit::simulator::Tokens;
using Verdict = Tokens::Verdict;

namespace {

struct Office {
  fakes::Loop loop;
  Tokens tokens{loop, {.scheme = "Bearer ", .lifetime = 100s, .overlap = 10s}, [](std::int64_t number) {
                  return "t" + std::to_string(number);
                }};
};

}  // namespace

TEST_CASE("the same token is given until its last while, then another, and both are good until they end") {
  Office office;
  CHECK(office.tokens.issue().token == "t1");
  office.loop.advance(89s);
  CHECK(office.tokens.issue().token == "t1");
  CHECK(office.tokens.issue().seconds == 11);

  office.loop.advance(1s);
  CHECK(office.tokens.issue().token == "t2");
  CHECK(office.tokens.issue().seconds == 100);
  CHECK(office.tokens.issued() == 2);

  CHECK(office.tokens.examine("Bearer t1") == Verdict::good);
  office.loop.advance(10s);
  CHECK(office.tokens.examine("Bearer t1") == Verdict::unknown);
  CHECK(office.tokens.examine("Bearer t2") == Verdict::good);
}

TEST_CASE("what is wrong with an authorization is told apart") {
  Office office;
  CHECK(office.tokens.examine("Bearer t1") == Verdict::unknown);  // before it was given
  office.tokens.issue();

  CHECK(office.tokens.examine(std::nullopt) == Verdict::absent);
  CHECK(office.tokens.examine("") == Verdict::no_scheme);
  CHECK(office.tokens.examine("t1") == Verdict::no_scheme);
  CHECK(office.tokens.examine("Bearer ") == Verdict::no_scheme);
  CHECK(office.tokens.examine("Bearer t2") == Verdict::unknown);
  CHECK(office.tokens.examine("Bearer t1") == Verdict::good);
}

TEST_CASE("after expire() no token of before is good, and the next call gets a new one") {
  Office office;
  office.tokens.issue();
  office.loop.advance(95s);
  office.tokens.issue();

  office.tokens.expire();

  CHECK(office.tokens.examine("Bearer t1") == Verdict::unknown);
  CHECK(office.tokens.examine("Bearer t2") == Verdict::unknown);
  CHECK(office.tokens.issue().token == "t3");
  CHECK(office.tokens.examine("Bearer t2") == Verdict::unknown);
}
