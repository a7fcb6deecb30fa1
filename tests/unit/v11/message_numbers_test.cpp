#include "onebot/v11/message_numbers.h"

#include "tests/fakes_numbers.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>
#include <string>

using onebot::v11::Kind;
using onebot::v11::kMessageBlock;
using onebot::v11::kMostMessage;
using onebot::v11::MessageNumbers;
using onebot::v11::MessageRow;
using onebot::v11::Number;

namespace {

constexpr Number kNow = 1'790'000'000;  // 2026-09-21
constexpr Number kFirst = kNow - 1'577'836'800;

struct Rig {
  fakes::MessageRows rows{};
  fakes::Reserve reserve{};
  MessageNumbers numbers{rows, reserve, kNow};

  Number of(std::string bot, std::string native) { return numbers.number({.bot = bot, .native = native}); }
};

}  // namespace

TEST_CASE("messages are counted upwards from the seconds since 2020") {  // O11-MID-01, O11-MID-02
  Rig rig;
  CHECK(rig.of("chat/1", "a") == kFirst);
  CHECK(rig.of("chat/1", "b") == kFirst + 1);
  CHECK(rig.of("chat/1", "a") == kFirst);
  CHECK(rig.of("chat/2", "a") == kFirst + 2);  // unique over all bots
}

TEST_CASE("blocks are reserved ahead, and the next run begins behind the last") {  // O11-MID-02
  Rig rig;
  for (Number i = 0; i < kMessageBlock; ++i) rig.of("chat/1", fmt::to_string(i));
  CHECK(rig.reserve.writes == 1);
  CHECK(rig.reserve.reserved() == kFirst + kMessageBlock);
  rig.of("chat/1", "one more");
  CHECK(rig.reserve.writes == 2);

  MessageNumbers next(rig.rows, rig.reserve, kNow + 1);
  CHECK(next.number({.bot = "chat/1", .native = "new"}) == kFirst + 2 * kMessageBlock);
  CHECK(next.number({.bot = "chat/1", .native = "0"}) == kFirst);
}

TEST_CASE("a lost folder does not give yesterday's numbers to today's messages") {  // O11-MID-02
  fakes::MessageRows rows;
  fakes::Reserve reserve;
  MessageNumbers numbers(rows, reserve, kNow + 86'400);
  CHECK(numbers.number({.bot = "chat/1", .native = "a"}) == kFirst + 86'400);
}

TEST_CASE("behind the last number comes 1, and what is still somebody's is stepped over") {  // O11-MID-01, O11-MID-02
  fakes::MessageRows rows;
  fakes::Reserve reserve;
  reserve.reserve(kMostMessage - 1);
  rows.put({.number = 2, .bot = "chat/1", .native = "old"});
  MessageNumbers numbers(rows, reserve, kNow);

  std::set<Number> seen;
  for (const std::string native : {"a", "b", "c", "d"})
    seen.insert(numbers.number({.bot = "chat/1", .native = native}));
  CHECK(seen == std::set<Number>{kMostMessage - 1, kMostMessage, 1, 3});
  CHECK(reserve.reserved() > 0);
  CHECK(reserve.reserved() <= kMostMessage + 1);
}

TEST_CASE("a clock of the far future or past gives numbers all the same") {  // O11-MID-01
  for (const Number now : {Number{0}, Number{9'000'000'000'000}}) {
    fakes::MessageRows rows;
    fakes::Reserve reserve;
    MessageNumbers numbers(rows, reserve, now);
    CHECK(numbers.number({.bot = "chat/1", .native = "a"}) == 1);
  }
}

TEST_CASE("a message without an id has a number of its own each time") {  // O11-MID-04
  Rig rig;
  const Number first = rig.of("chat/1", ""), second = rig.of("chat/1", "");
  CHECK(first != second);
  CHECK(rig.numbers.find(first)->native.empty());
}

TEST_CASE("an index is another name of its message, and the first that bears it keeps it") {  // O11-MID-05
  Rig rig;
  const Number a = rig.of("chat/1", "a"), b = rig.of("chat/1", "b");
  rig.numbers.alias("chat/1", "index", a);
  CHECK(rig.of("chat/1", "index") == a);
  rig.numbers.alias("chat/1", "index", b);
  CHECK(rig.of("chat/1", "index") == a);
  CHECK(rig.of("chat/2", "index") != a);
  rig.numbers.alias("chat/1", "", a);
  CHECK(rig.of("chat/1", "") != a);
}

TEST_CASE("an index that was quoted before its message came leads to the message afterwards") {  // O11-MID-05
  Rig rig;
  const Number quoted = rig.of("chat/1", "index");
  const Number message = rig.of("chat/1", "a");
  rig.numbers.alias("chat/1", "index", message);

  CHECK(rig.of("chat/1", "index") == message);
  CHECK(rig.numbers.find(quoted)->native == "index");  // who has heard of it can still ask
}

TEST_CASE("what is known of a message grows, and is not taken back") {  // O11-MID-05
  Rig rig;
  const Number number = rig.of("chat/1", "a");
  rig.numbers.number({.bot = "chat/1", .native = "a", .chat_kind = Kind::group, .chat = "g"});
  rig.numbers.number(
      {.bot = "chat/1", .native = "a", .chat_kind = Kind::group, .chat = "g", .sender = "u", .at = 5, .event = 9});
  rig.of("chat/1", "a");

  const auto row = rig.numbers.find(number);
  REQUIRE(row);
  CHECK(row->chat == "g");
  CHECK(row->chat_kind == Kind::group);
  CHECK(row->sender == "u");
  CHECK(row->event == 9);
}
