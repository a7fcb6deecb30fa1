// Guesses: too many wrong tokens from one address.

#include "bridge/net/guesses.h"

#include <doctest/doctest.h>

#include <string>

using bridge::net::Guesses;
using namespace std::chrono_literals;

TEST_CASE("an address waits until the minute of its refusals is over") {
  Guesses guesses(3);
  guesses.add("192.0.2.1", 1000ms);
  guesses.add("192.0.2.1", 2000ms);
  CHECK(guesses.wait("192.0.2.1", 2000ms) == 0ms);
  guesses.add("192.0.2.1", 11'000ms);

  CHECK(guesses.wait("192.0.2.1", 11'000ms) == 50s);
  CHECK(guesses.wait("192.0.2.2", 11'000ms) == 0ms);
  CHECK(guesses.wait("192.0.2.1", 61'000ms) == 0ms);
  guesses.add("192.0.2.1", 61'000ms);
  CHECK(guesses.wait("192.0.2.1", 61'000ms) == 0ms);
}

TEST_CASE("without a bound nobody waits, and the table is bounded") {
  Guesses unbounded(0), bounded(1);
  for (int i = 0; i < 100; ++i) unbounded.add("192.0.2.1", 0ms);
  CHECK(unbounded.wait("192.0.2.1", 0ms) == 0ms);

  bounded.add("first", 0ms);
  for (std::size_t i = 0; i < Guesses::kBound; ++i) bounded.add(std::to_string(i), 1ms);
  CHECK(bounded.wait("first", 2ms) == 0ms);
  CHECK(bounded.wait("17", 2ms) > 0ms);
}
