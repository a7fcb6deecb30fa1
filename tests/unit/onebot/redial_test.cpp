#include "onebot/redial.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using onebot::Redial;

namespace {

constexpr std::chrono::milliseconds kSteps[] = {1s, 2s, 5s, 60s};

}  // namespace

TEST_CASE("waits grow by the steps and stay at the last, for ever") {
  Redial redial(kSteps, 7);

  for (const auto step : kSteps) {
    const auto wait = redial.next();
    CHECK(wait >= step);
    CHECK(wait <= step + step / 5);
  }
  for (int i = 0; i < 10'000; ++i) CHECK(redial.next() <= 72s);
  CHECK(redial.failures() == 10'004);
}

TEST_CASE("success starts over") {
  Redial redial(kSteps, 7);
  redial.next();
  redial.next();

  redial.reset();

  CHECK(redial.failures() == 0);
  CHECK(redial.next() <= 1200ms);
}

TEST_CASE("one seed gives one sequence, and another a different one") {
  Redial one(kSteps, 1), same(kSteps, 1), other(kSteps, 2);

  int different = 0;
  for (int i = 0; i < 20; ++i) {
    const auto wait = one.next();
    CHECK(same.next() == wait);
    different += other.next() != wait ? 1 : 0;
  }
  CHECK(different > 10);
}

TEST_CASE("a step of nothing is no wait") {
  static constexpr std::chrono::milliseconds kNow[] = {0ms};

  CHECK(Redial(kNow, 1).next() == 0ms);
}

TEST_CASE("a wait is no longer than the most that is asked for, but for its jitter") {
  Redial redial(kSteps, [] { return 0.5; });
  CHECK(redial.next() == 1100ms);
  redial.next();
  CHECK(redial.next(3s) == 3300ms);
  CHECK(redial.failures() == 3);
  CHECK(redial.jittered(60s) == 66s);
  CHECK(redial.part_of(30s) == 15s);
}
