// Turns: messages to one chat go out in the order they were asked for.

#include "adapters/kit/turns.h"

#include <doctest/doctest.h>

#include <string>

using kit::Turns;

TEST_CASE(
    "the first goes at once, the others one by one as those before them leave, and chats do not wait for others") {
  Turns turns;
  std::string went;
  const auto go = [&went](char who) { return [&went, who] { went += who; }; };

  CHECK(turns.join("A", go('1')));
  CHECK(turns.join("A", go('2')));
  CHECK(turns.join("A", go('3')));
  CHECK(turns.join("B", go('b')));
  CHECK(went == "1b");
  turns.leave("A");
  CHECK(went == "1b2");
  turns.leave("A");
  turns.leave("A");
  CHECK(went == "1b23");
  CHECK(turns.join("A", go('4')));
  CHECK(went == "1b234");
}

TEST_CASE("too many that wait in one chat are refused, and there is room again when one has left") {
  Turns turns;
  for (std::size_t i = 0; i <= Turns::kMostInChat; ++i) REQUIRE(turns.join("A", [] {}));

  const auto refused = turns.join("A", [] {});

  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == onebot::Retcode::queue_full);
  CHECK(turns.join("B", [] {}));
  turns.leave("A");
  CHECK(turns.join("A", [] {}));
}

TEST_CASE("too many that wait in all chats together are refused, and none of them goes after a clearing") {
  Turns turns;
  int went = 0;
  std::size_t waiting = 0;
  for (int chat = 0; waiting < Turns::kMost; ++chat) {
    const std::string name = std::to_string(chat);
    REQUIRE(turns.join(name, [] {}));
    for (std::size_t i = 0; i < Turns::kMostInChat; ++i, ++waiting) REQUIRE(turns.join(name, [&went] { ++went; }));
  }

  CHECK(turns.join("fresh", [] {}));
  CHECK_FALSE(turns.join("fresh", [&went] { ++went; }));
  turns.clear();
  turns.leave("0");
  CHECK(went == 0);
  CHECK(turns.join("0", [] {}));
}

TEST_CASE("who joins while the next is told goes after it") {
  Turns turns;
  std::string went;
  REQUIRE(turns.join("A", [] {}));
  REQUIRE(turns.join("A", [&] {
    went += '2';
    CHECK(turns.join("A", [&] { went += '3'; }));
  }));

  turns.leave("A");
  CHECK(went == "2");
  turns.leave("A");
  CHECK(went == "23");
}
