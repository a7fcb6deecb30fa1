#include "bridge/seen.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace std::chrono_literals;

TEST_CASE("the hash is SipHash-2-4, so hashes on disk outlive a change of machine") {
  // The vector of the SipHash paper's appendix A: key 00..0f, input 00..0e.
  std::string input;
  for (char c = 0; c < 15; ++c) input.push_back(c);

  CHECK(bridge::key_hash(0x0706050403020100, input) == 0xa129ca6149be45e5);
}

TEST_CASE("a name is new once, and the same name of another seed is another name") {
  bridge::Seen seen(1000, 12h);

  CHECK(seen.insert(bridge::key_hash(1, "m1"), 0ms));
  CHECK_FALSE(seen.insert(bridge::key_hash(1, "m1"), 0ms));
  CHECK(seen.insert(bridge::key_hash(2, "m1"), 0ms));
}

TEST_CASE("the hash zero is remembered like any other") {
  bridge::Seen seen(1000, 12h);

  CHECK_FALSE(seen.contains(0));
  CHECK(seen.insert(0, 0ms));
  CHECK_FALSE(seen.insert(0, 0ms));
}

TEST_CASE("half of the bound is always remembered and the bound is never exceeded") {
  bridge::Seen seen(1000, 12h);
  std::size_t largest = 0;
  bool all_known = true;

  for (std::uint64_t i = 0; i < 10'000; ++i) {
    seen.insert(bridge::key_hash(0, std::to_string(i)), 0ms);
    largest = std::max(largest, seen.size());
    if (i >= 499) all_known = all_known && seen.contains(bridge::key_hash(0, std::to_string(i - 499)));
  }

  CHECK(all_known);
  CHECK(largest == 1000);
  CHECK_FALSE(seen.contains(bridge::key_hash(0, "0")));
}

TEST_CASE("a name is known for twelve hours and forgotten after two spans") {
  bridge::Seen seen(1000, 12h);
  seen.insert(7, 0ms);

  seen.insert(8, 12h);
  CHECK(seen.contains(7));

  seen.insert(9, 24h);
  CHECK_FALSE(seen.contains(7));
  CHECK(seen.contains(8));
}
