#include "adapters/kit/remembered.h"

#include "tests/fakes.h"

#include <doctest/doctest.h>

#include <string>

namespace {

using Numbers = kit::Remembered<int>;

// 0 is not worth a record; a record that is no number is of no use.
struct Disk {
  fakes::EventSink sink{};
  Numbers numbers{{"n", [](const int& n) { return n == 0 ? std::string() : std::to_string(n); },
                   [](std::string_view text) -> std::optional<int> {
                     if (text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
                     return std::stoi(std::string(text));
                   }},
                  3,
                  [this](onebot::Record record) { sink.remember(std::move(record)); }};
  int at(std::string_view key) const {
    const int* found = numbers.find(key);
    return found ? *found : -1;
  }
};

}  // namespace

TEST_CASE("a recent map holds the last keys, in the order in which they came first") {
  kit::Recent<int> recent(2);
  CHECK_FALSE(recent.set("a", 1));
  CHECK_FALSE(recent.set("b", 2));
  CHECK_FALSE(recent.set("a", 3));
  CHECK(recent.set("c", 4) == std::pair(std::string("a"), 3));
  CHECK_FALSE(recent.find("a"));
  CHECK(*recent.find("b") == 2);
  CHECK(recent.forget("b"));
  CHECK_FALSE(recent.forget("b"));
  CHECK_FALSE(recent.set("d", 5));
  CHECK_FALSE(recent.set("", 6));
  CHECK_FALSE(recent.set(std::string(257, 'x'), 6));
  CHECK(recent.size() == 2);
}

TEST_CASE("what is remembered is there after a restart, and what was forgotten is not") {
  Disk disk;
  disk.numbers.set("a", 1);
  disk.numbers.set("b", 2);
  disk.numbers.set("b", 3);
  disk.numbers.set("c", 4);
  disk.numbers.forget("a");
  disk.numbers.forget("never");

  Disk later;
  later.numbers.recall(disk.sink.recall("n"));
  CHECK(later.at("a") == -1);
  CHECK(later.at("b") == 3);
  CHECK(later.at("c") == 4);
  CHECK(later.sink.records.empty());
}

TEST_CASE("a record is written only when it is another one, and what goes for lack of room goes from disk") {
  Disk disk;
  disk.numbers.set("a", 1);
  disk.numbers.set("a", 1);
  disk.numbers.set("b", 0);
  disk.numbers.set("", 5);
  CHECK(disk.sink.records.size() == 1);
  disk.numbers.set("c", 3);
  disk.numbers.set("d", 4);  // "a" goes
  CHECK(disk.sink.recall("n").size() == 2);
  disk.numbers.set("e", 5);  // "b" goes, which was not on disk
  CHECK(disk.sink.records.size() == 5);
}

TEST_CASE("records that cannot be read, and those there is no room for, are forgotten on disk") {
  Disk disk;
  disk.numbers.recall({{"n", "x", "nine"}, {"n", "a", "1"}, {"n", "b", "2"}, {"n", "c", "3"}, {"n", "d", "4"}});

  CHECK(disk.at("x") == -1);
  CHECK(disk.at("a") == -1);
  CHECK(disk.at("d") == 4);
  REQUIRE(disk.sink.records.size() == 2);
  CHECK(disk.sink.records[0].key == "x");
  CHECK(disk.sink.records[1].key == "a");
}

TEST_CASE("what is remembered is told from the oldest on, also what an earlier life has kept") {
  Disk disk;
  disk.numbers.recall({{"n", "a", "1"}, {"n", "b", "2"}});
  disk.numbers.set("c", 3);
  disk.numbers.set("a", 4);

  std::string all;
  disk.numbers.each([&all](std::string_view key, int number) { all += std::string(key) + std::to_string(number); });

  CHECK(all == "a4b2c3");
}
