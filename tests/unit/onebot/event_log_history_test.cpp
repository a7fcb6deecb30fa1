// Readers behind the memory of the log: pages from a History.

#include "onebot/event_log.h"
#include "tests/unit/onebot/event_log_rig.h"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace event_log_test;
using onebot::History;

namespace {

// A journal that answers when the test says so.
class Shelf : public History {
 public:
  onebot::io::Owner fetch(Seq from, Seq until, std::int64_t since, std::size_t max_bytes,
                          std::function<void(Page)> done) override {
    struct Dropped : onebot::io::Pending {
      explicit Dropped(std::shared_ptr<Call> dropped) : call(std::move(dropped)) {}
      ~Dropped() override { call->done = nullptr; }
      std::shared_ptr<Call> call;
    };
    calls.push_back(std::make_shared<Call>(Call{from, until, since, max_bytes, std::move(done)}));
    return std::make_unique<Dropped>(calls.back());
  }

  // Answers the newest call with events [first, last), going on at next.
  void answer(Seq first, Seq last, Seq next, std::uint64_t skipped = 0) {
    Page page{.next = next, .skipped = skipped};
    for (Seq seq = first; seq < last; ++seq) page.entries.emplace_back(seq, onebot::to_json(numbered(seq)));
    const auto call = calls.back();
    if (auto done = std::exchange(call->done, nullptr)) done(std::move(page));
  }
  bool waiting() const { return !calls.empty() && calls.back()->done != nullptr; }

  struct Call {
    Seq from = 0, until = 0;
    std::int64_t since = 0;
    std::size_t max_bytes = 0;
    std::function<void(Page)> done{};
  };
  std::vector<std::shared_ptr<Call>> calls;
};

}  // namespace

TEST_CASE("a reader behind memory takes pages from history, then goes on in memory") {
  Shelf shelf;
  EventLog log(kLarge, &shelf, 5);
  append(log, 5, 7, 0, 100);
  int wakes = 0;
  EventLog::Reader reader(log, 1, 99, [&] { ++wakes; });

  CHECK(drain(reader).empty());
  REQUIRE(shelf.calls.size() == 1);
  CHECK(shelf.calls[0]->from == 1);
  CHECK(shelf.calls[0]->until == 5);
  CHECK(shelf.calls[0]->since == 99);
  CHECK(drain(reader).empty());
  CHECK(shelf.calls.size() == 1);

  shelf.answer(1, 3, 3);
  CHECK(wakes == 1);
  CHECK(drain(reader) == " 1 2");
  REQUIRE(shelf.calls.size() == 2);
  CHECK(shelf.calls[1]->from == 3);

  shelf.answer(3, 5, 5);
  CHECK(drain(reader) == " 3 4 5 6");
  CHECK(reader.skipped() == 0);
  CHECK(shelf.calls.size() == 2);
}

TEST_CASE("batches of a page are whole frames, and single entries may be mixed in") {
  Shelf shelf;
  EventLog log(kLarge, &shelf, 10);
  EventLog::Reader reader(log, 1, 0, kNoWake);
  drain(reader);
  shelf.answer(1, 10, 10);
  const std::size_t one = onebot::to_json(numbered(1)).size() + 2;

  CHECK(ids(reader.frames(1)) == " 1");
  CHECK(reader.next()->seq == 2);
  CHECK(reader.position() == 3);
  CHECK(ids(reader.frames(2 * one + 1)) == " 3 4");
  CHECK(id_of(reader.next()->json) == "5");
  CHECK(drain(reader) == " 6 7 8 9");
}

TEST_CASE("what history no longer has is counted, holes included") {
  Shelf shelf;
  EventLog log(kLarge, &shelf, 10);
  append(log, 10, 12);
  EventLog::Reader reader(log, 1, 0, kNoWake);
  drain(reader);

  shelf.answer(6, 8, 8, 5);
  CHECK(reader.position() == 6);
  CHECK(drain(reader) == " 6 7");
  shelf.answer(0, 0, 10, 2);

  CHECK(drain(reader) == " 10 11");
  CHECK(reader.skipped() == 7);
}

TEST_CASE("an empty page that does not say where to go on does not make a reader ask for ever") {
  Shelf shelf;
  EventLog log(kLarge, &shelf, 10);
  append(log, 10, 11);
  EventLog::Reader reader(log, 1, 0, kNoWake);
  drain(reader);

  shelf.answer(0, 0, 1);

  CHECK(drain(reader) == " 10");
  CHECK(shelf.calls.size() == 1);
}

TEST_CASE("memory that moves on while a page is read leaves no hole") {
  Shelf shelf;
  EventLog log(1, &shelf, 5);
  append(log, 5, 6);
  EventLog::Reader reader(log, 1, 0, kNoWake);
  drain(reader);
  append(log, 6, 9, 100);
  REQUIRE(log.first() == 8);

  shelf.answer(1, 5, 5);
  CHECK(drain(reader) == " 1 2 3 4");
  REQUIRE(shelf.calls.size() == 2);
  CHECK(shelf.calls[1]->from == 5);
  CHECK(shelf.calls[1]->until == 8);
  shelf.answer(5, 8, 8);

  CHECK(drain(reader) == " 5 6 7 8");
  CHECK(reader.skipped() == 0);
}

TEST_CASE("a reader that goes elsewhere is not told of the page it asked for") {
  Shelf shelf;
  EventLog log(kLarge, &shelf, 5);
  append(log, 5, 7);
  int wakes = 0;
  EventLog::Reader reader(log, 1, 0, [&] { ++wakes; });
  drain(reader);

  reader.seek(6);

  CHECK_FALSE(shelf.waiting());
  shelf.answer(1, 5, 5);
  CHECK(wakes == 0);
  CHECK(drain(reader) == " 6");
}

TEST_CASE("a reader may go back in the middle of a page") {
  Shelf shelf;
  EventLog log(kLarge, &shelf, 5);
  EventLog::Reader reader(log, 1, 0, kNoWake);
  drain(reader);
  shelf.answer(1, 5, 5);
  CHECK(ids(reader.frames(1)) == " 1");

  reader.seek(1);

  CHECK(drain(reader).empty());
  REQUIRE(shelf.waiting());
  shelf.answer(1, 5, 5);
  CHECK(drain(reader) == " 1 2 3 4");
}

TEST_CASE("a reader may end while its page is on the way, and while it is told of one") {
  Shelf shelf;
  EventLog log(kLarge, &shelf, 5);
  {
    EventLog::Reader reader(log, 1, 0, kNoWake);
    drain(reader);
  }
  CHECK_FALSE(shelf.waiting());

  std::unique_ptr<EventLog::Reader> reader;
  reader = std::make_unique<EventLog::Reader>(log, 1, 0, [&reader] { reader.reset(); });
  drain(*reader);
  shelf.answer(1, 5, 5);
  CHECK_FALSE(reader);
}

TEST_CASE("a reader that is not given all passes over whole pages, and asks for the next") {
  struct Seventh : onebot::Choice {
    bool takes(std::string_view json) const override { return id_of(json) == "7"; }
  } seventh;
  Shelf shelf;
  EventLog log(kLarge, &shelf, 9);
  EventLog::Reader reader(log, 1, 0, kNoWake, &seventh);
  CHECK(drain(reader).empty());

  shelf.answer(1, 6, 6);
  CHECK(drain(reader).empty());
  CHECK(shelf.calls.size() == 2);
  CHECK(shelf.calls.back()->from == 6);
  shelf.answer(6, 9, 9);

  CHECK(drain(reader) == " 7");
  CHECK(reader.position() == 9);
  CHECK_FALSE(shelf.waiting());
}
