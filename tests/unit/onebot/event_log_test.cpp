#include "onebot/event_log.h"

#include "tests/unit/onebot/event_log_rig.h"

#include <doctest/doctest.h>

#include <string>

using namespace event_log_test;

namespace {

// Takes the events whose number divides by this.
struct Multiples : onebot::Choice {
  explicit Multiples(Seq number) : of(number) {}
  bool takes(std::string_view json) const override {
    ++looks;
    return std::stoull(id_of(json)) % of == 0;
  }
  const Seq of;
  mutable int looks = 0;
};

}  // namespace

TEST_CASE("a reader that is not given all passes over the rest, and what follows one another is one slice") {
  EventLog log(kLarge, nullptr, 1);
  append(log, 1, 4), append(log, 8, 9), append(log, 12, 13), append(log, 5, 7);
  const Multiples fourth(4);
  EventLog::Reader reader(log, 1, 0, kNoWake, &fourth), one_by_one(log, 1, 0, kNoWake, &fourth);

  CHECK(ids(reader.frames(1 << 20)) == " 8 12");
  CHECK(reader.position() == 6);
  CHECK(reader.frames(1 << 20).empty());
  CHECK(reader.position() == log.next());
  CHECK(reader.skipped() == 0);
  CHECK(fourth.looks <= 2 * 7);
  CHECK(one_by_one.next()->seq == 4);
  CHECK(one_by_one.next()->seq == 5);
  CHECK_FALSE(one_by_one.next());
  CHECK(one_by_one.position() == log.next());
}

TEST_CASE("of what is too old in memory a reader counts what it would have been given") {
  EventLog log(kLarge, nullptr, 1);
  append(log, 1, 9, 0, 100);
  append(log, 9, 13, 0, 200);
  const Multiples fourth(4);
  EventLog::Reader reader(log, 1, 150, kNoWake, &fourth);

  CHECK(drain(reader) == " 12");
  CHECK(reader.skipped() == 2);
}

TEST_CASE("events are numbered from where the log begins") {
  EventLog log(kLarge, nullptr, 41);

  const auto one = log.append(numbered(41), 5), two = log.append(numbered(42), 6);

  CHECK(one.seq == 41);
  CHECK(two.seq == 42);
  CHECK(two.at == 6);
  CHECK(log.first() == 41);
  CHECK(log.next() == 43);
  CHECK(two.json == onebot::to_json(numbered(42)));
}

TEST_CASE("the time of appending never falls") {
  EventLog log(kLarge, nullptr, 1);

  log.append(numbered(1), 100);

  CHECK(log.append(numbered(2), 50).at == 100);
  CHECK(log.append(numbered(3), 101).at == 101);
}

TEST_CASE("readers see every event, in order, each at its own pace") {
  EventLog log(kLarge, nullptr, 1);
  EventLog::Reader fast(log, 1, 0, kNoWake), slow(log, 1, 0, kNoWake);

  append(log, 1, 4);
  CHECK(drain(fast) == " 1 2 3");
  append(log, 4, 6);
  CHECK(drain(fast) == " 4 5");
  CHECK(drain(slow) == " 1 2 3 4 5");
  CHECK(drain(slow).empty());
  CHECK(slow.position() == 6);
}

TEST_CASE("a batch is as many whole frames as fit, and one when none does") {
  EventLog log(kLarge, nullptr, 1);
  append(log, 1, 4);
  const std::size_t one = onebot::to_json(numbered(1)).size() + 2;
  EventLog::Reader reader(log, 1, 0, kNoWake);

  CHECK(ids(reader.frames(2 * one)) == " 1 2");
  CHECK(ids(reader.frames(1)) == " 3");
}

TEST_CASE("a batch ends with its block, and the next goes on behind it") {
  EventLog log(kLarge, nullptr, 1);
  append(log, 1, 200, 1000);
  EventLog::Reader reader(log, 1, 0, kNoWake);

  std::string all;
  int batches = 0;
  for (auto frames = reader.frames(1 << 20); !frames.empty(); frames = reader.frames(1 << 20), ++batches) {
    CHECK(frames.size() <= 64 << 10);
    all += ids(frames);
  }

  CHECK(all == range(1, 200));
  CHECK(batches >= 3);
  CHECK(batches <= 5);
}

TEST_CASE("an event larger than a block has one of its own") {
  EventLog log(kLarge, nullptr, 1);
  append(log, 1, 3);
  append(log, 3, 4, 300'000);
  append(log, 4, 6);
  EventLog::Reader reader(log, 1, 0, kNoWake);

  CHECK(drain(reader) == " 1 2 3 4 5");
}

TEST_CASE("what was appended stays valid while its block is held") {
  EventLog log(1, nullptr, 1);
  const auto first = log.append(numbered(1, 100), 0);

  append(log, 2, 5000, 100);

  CHECK(log.first() > 1);
  CHECK(first.json == onebot::to_json(numbered(1, 100)));
}

TEST_CASE("memory keeps a window, and always the newest event") {
  EventLog log(10'000, nullptr, 1);
  append(log, 1, 1000, 100);
  CHECK(log.next() - log.first() < 60);
  CHECK(log.next() - log.first() > 30);

  log.append(numbered(1000, 50'000), 0);
  CHECK(log.first() == 1000);
  CHECK(log.next() == 1001);
}

TEST_CASE("what history does not have yet stays in memory, whatever the window") {
  EventLog log(1, nullptr, 1);
  log.keep_from(1);
  append(log, 1, 100, 100);
  CHECK(log.first() == 1);

  log.keep_from(50);
  CHECK(log.first() == 50);
  log.keep_from(100);
  CHECK(log.first() == 99);
}

TEST_CASE("a reader that lags behind memory skips to the oldest kept event and counts what it missed") {
  EventLog log(10'000, nullptr, 1);
  EventLog::Reader reader(log, 1, 0, kNoWake);
  append(log, 1, 1000, 100);

  CHECK(drain(reader) == range(log.first(), 1000));
  CHECK(reader.skipped() == log.first() - 1);
  CHECK(reader.position() == 1000);
}

TEST_CASE("a slice outlives the events that the log drops behind it") {
  EventLog log(1, nullptr, 1);
  append(log, 1, 2, 100);
  EventLog::Reader reader(log, 1, 0, kNoWake);
  const std::string_view frames = reader.frames(1 << 20);

  append(log, 2, 5000, 100);

  CHECK(ids(frames) == " 1");
}

TEST_CASE("events older than the reader asked for are left out and counted") {
  EventLog log(kLarge, nullptr, 1);
  append(log, 1, 4, 0, 1000);
  append(log, 4, 6, 0, 2000);
  EventLog::Reader reader(log, 1, 1500, kNoWake);

  CHECK(drain(reader) == " 4 5");
  CHECK(reader.skipped() == 3);
}

TEST_CASE("a place outside the log is the nearest in it") {
  EventLog log(kLarge, nullptr, 1);
  append(log, 1, 3);
  EventLog::Reader early(log, 0, 0, kNoWake), late(log, 99, 0, kNoWake);

  CHECK(drain(early) == " 1 2");
  CHECK(late.position() == 3);
  append(log, 3, 4);
  CHECK(drain(late) == " 3");
}

TEST_CASE("a reader goes back to an earlier place") {
  EventLog log(kLarge, nullptr, 1);
  append(log, 1, 5);
  EventLog::Reader reader(log, 1, 0, kNoWake);
  drain(reader);

  reader.seek(3);

  CHECK(reader.position() == 3);
  CHECK(drain(reader) == " 3 4");
}

TEST_CASE("single entries come with their number, their time and their JSON") {
  EventLog log(kLarge, nullptr, 7);
  log.append(numbered(7), 70);
  EventLog::Reader reader(log, 7, 0, kNoWake);

  const auto entry = reader.next();

  REQUIRE(entry);
  CHECK(entry->seq == 7);
  CHECK(entry->at == 70);
  CHECK(entry->json == onebot::to_json(numbered(7)));
  CHECK_FALSE(reader.next());
}
