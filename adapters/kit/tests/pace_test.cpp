// Rates that count one call at once: of the bot, of an address, of a receiver.

#include "adapters/kit/pace.h"

#include "tests/fakes_loop.h"

#include <doctest/doctest.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

using namespace std::chrono_literals;
using For = kit::Rate::For;

namespace {

constexpr kit::Rate kMessages[] = {
    {"POST", "/send", 4, 1s, For::bot, "messages"},        {"POST", "/send", 6, 60s, For::bot, "messages"},
    {"POST", "/send", 2, 1s, For::receiver, "messages"},   {"POST", "/{id}/reply", 4, 1s, For::bot, "messages"},
    {"POST", "/{id}/reply", 6, 60s, For::bot, "messages"}, {"POST", "/{id}/reply", 2, 1s, For::receiver, "messages"}};

struct Caller {
  fakes::Loop loop{};
  kit::Pace pace;
  std::vector<onebot::io::Owner> waiting{};
  std::string went{};  // the receivers, in order

  explicit Caller(std::span<const kit::Rate> rates = kMessages) : pace(loop, rates) {}
  void call(std::string_view path, std::string_view receiver) {
    auto owner = pace.wait({"POST", path, receiver},
                           [this, receiver](onebot::Status status) { went += status ? std::string(receiver) : "!"; });
    if (owner) waiting.push_back(std::move(owner));
  }
};

}  // namespace

TEST_CASE("each receiver has a rate of its own, over all addresses that count together") {
  Caller caller;
  for (const std::string_view receiver : {"a", "a", "a", "b"}) caller.call("/send?x=1", receiver);
  CHECK(caller.went == "aab");
  caller.loop.advance(999ms);
  CHECK(caller.went == "aab");
  caller.loop.advance(1ms);
  CHECK(caller.went == "aaba");

  Caller both;
  both.call("/send", "a");
  both.call("/1/reply", "a");
  both.call("/2/reply", "a");
  CHECK(both.went == "aa");
}

TEST_CASE("every rate that fits a call counts, the one of a minute as well as the one of a second") {
  Caller caller;
  for (const std::string_view receiver : {"a", "b", "c", "d", "e", "f"}) caller.call("/send", receiver);
  CHECK(caller.went == "abcd");
  caller.loop.advance(1s);
  CHECK(caller.went == "abcdef");

  caller.call("/1/reply", "g");  // in 59 s
  caller.loop.advance(0ms);
  CHECK(caller.went == "abcdef!");
}

TEST_CASE("what no row fits never waits, and a receiver's rate does not count what is for nobody") {
  Caller caller;
  for (int i = 0; i < 20; ++i) caller.call("/other", "x");
  CHECK(caller.went.size() == 20);
  for (int i = 0; i < 4; ++i) caller.call("/send", "");
  CHECK(caller.waiting.empty());
}

TEST_CASE("a pause of one receiver leaves the others, a pause of the bot does not") {
  Caller caller;
  caller.pace.pause({"POST", "/send", "a"}, For::receiver, 10s);
  caller.call("/send", "a");
  caller.call("/1/reply", "b");
  CHECK(caller.went == "b");

  caller.pace.pause({"POST", "/send", "b"}, For::bot, 5s);
  caller.call("/send", "c");
  CHECK(caller.went == "b");
  caller.loop.advance(5s);
  CHECK(caller.went == "bc");
  caller.loop.advance(5s);
  CHECK(caller.went == "bca");
}

TEST_CASE("a pause of what no row counts holds back every rate of the call") {
  constexpr kit::Rate kRates[] = {{"POST", "/send", 5, 1s, For::address}};
  Caller caller(kRates);
  caller.pace.pause({"POST", "/send"}, For::bot, 1s);
  caller.call("/send", "a");
  CHECK(caller.went.empty());
  caller.loop.advance(1s);
  CHECK(caller.went == "a");
}
