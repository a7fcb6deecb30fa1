#include "adapters/kit/acknowledgement.h"

#include "tests/fakes.h"

#include <doctest/doctest.h>

#include <vector>

using namespace std::chrono_literals;
using kit::Stored;

namespace {

struct Delivery {
  fakes::Loop loop{};
  std::vector<Stored> told{};
  std::function<void(bool)> committed =
      kit::acknowledge(loop, 2500ms, [this](Stored stored) { told.push_back(stored); });
};

}  // namespace

TEST_CASE("a delivery is acknowledged when it is stored, and only then") {
  for (const bool stored : {true, false}) {
    Delivery delivery;
    delivery.loop.advance(2499ms);
    CHECK(delivery.told.empty());
    delivery.committed(stored);
    delivery.loop.advance(1min);
    delivery.committed(stored);

    CHECK(delivery.told == std::vector<Stored>{stored ? Stored::yes : Stored::no});
    CHECK(delivery.loop.timers() == 0);
  }
}

TEST_CASE("at the deadline a delivery is put off, and what comes later changes nothing") {
  Delivery delivery;
  delivery.loop.advance(2500ms);
  CHECK(delivery.told == std::vector<Stored>{Stored::late});
  delivery.committed(true);
  CHECK(delivery.told.size() == 1);
}

TEST_CASE("a delivery that is dropped is answered by nobody, and its deadline is gone") {
  Delivery delivery;
  delivery.committed = nullptr;
  CHECK(delivery.loop.timers() == 0);
  delivery.loop.advance(1min);
  CHECK(delivery.told.empty());
}
