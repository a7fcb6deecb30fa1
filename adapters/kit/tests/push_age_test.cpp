#include "adapters/kit/push_age.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;

namespace {

constexpr onebot::Option kOptions[] = {{"push_max_age", onebot::Option::Kind::milliseconds, false, "", "60000"}};

onebot::Result<std::chrono::milliseconds> read(onebot::Fields fields) {
  return kit::read_push_max_age(kit::Section::read(fields, kOptions).value());
}

}  // namespace

TEST_CASE("a push is timely up to its age, or from a clock a little ahead") {
  CHECK(kit::is_timely(1000, 1060, 1min));
  CHECK_FALSE(kit::is_timely(1000, 1060.1, 1min));
  CHECK(kit::is_timely(1060, 1000, 1min));
  CHECK_FALSE(kit::is_timely(1061, 1000, 1min));
  CHECK(kit::is_timely(1300, 1000, 1h));
  CHECK_FALSE(kit::is_timely(1301, 1000, 1h));
  CHECK_FALSE(kit::is_timely(0, 1'790'000'000, 11h));
}

TEST_CASE("a push is never taken for longer than its name is remembered") {
  CHECK(read({}).value() == 1min);
  CHECK(read({{"push_max_age", 42'900'000}}).value() + kit::kMostAhead == onebot::kSeenFor);
  for (const int age : {-1, 0, 999, 42'900'001}) {
    const auto refused = read({{"push_max_age", age}});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message.starts_with("push_max_age: "));
  }
}
