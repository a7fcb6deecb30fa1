#include "adapters/kit/jitter.h"

#include <doctest/doctest.h>

#include <set>

TEST_CASE("random fractions lie in [0, 1) and differ") {
  const auto next = kit::random_fractions();
  std::set<double> seen;
  for (int i = 0; i < 1000; ++i) {
    const double fraction = next();
    CHECK(fraction >= 0);
    CHECK(fraction < 1);
    seen.insert(fraction);
  }

  CHECK(seen.size() > 900);
}
