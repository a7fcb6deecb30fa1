// Pace: calls that come too soon wait for their turn.

#include "adapters/qq/pace.h"

#include "tests/fakes.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <vector>

using namespace std::chrono_literals;

namespace {

struct Caller {
  fakes::Loop loop{};
  qq::Pace pace{loop, qq::rates()};
  std::vector<onebot::io::Owner> waiting{};
  int went = 0, refused = 0;

  void call(std::string_view method, std::string_view path, int times = 1) {
    for (int i = 0; i < times; ++i) {
      auto owner = pace.wait({method, path}, [this](onebot::Status status) {
        went += status ? 1 : 0;
        if (status) return;
        ++refused;
        CHECK(status.error().code == onebot::Retcode::own_pace);
      });
      if (owner) waiting.push_back(std::move(owner));
    }
  }
};

}  // namespace

TEST_CASE("a channel takes five messages a second, each channel for itself") {
  Caller caller;
  caller.call("POST", "/channels/1/messages", 7);
  caller.call("POST", "/channels/2/messages", 5);
  CHECK(caller.went == 10);

  caller.loop.advance(999ms);
  CHECK(caller.went == 10);
  caller.loop.advance(1ms);
  CHECK(caller.went == 12);
}

TEST_CASE("users share one rate, and whatever no page tells the rate of shares another") {
  Caller caller;
  caller.call("POST", "/v2/users/A/messages", 60);
  caller.call("POST", "/v2/users/B/messages", 60);
  CHECK(caller.went == 100);
  caller.loop.advance(1s);
  CHECK(caller.went == 120);

  Caller other;
  other.call("GET", "/guilds/1", 30);
  other.call("GET", "/guilds/2/members?limit=400", 30);
  CHECK(other.went == 50);
}

TEST_CASE("a question after the path does not make an address of its own") {
  Caller caller;
  caller.call("GET", "/v2/groups/G/members?cursor=1", 60);
  caller.call("GET", "/v2/groups/G/members?cursor=2", 1);
  CHECK(caller.went == 60);
}

TEST_CASE("a call that would wait more than half a minute is refused, later and not inside") {
  Caller caller;
  caller.call("GET", "/v2/groups/G/info", 31);
  CHECK(caller.went == 30);
  CHECK(caller.refused == 0);

  caller.loop.advance(0ms);
  CHECK(caller.refused == 1);
  caller.loop.advance(31s);
  caller.call("GET", "/v2/groups/G/info", 1);
  caller.loop.advance(29s);
  CHECK(caller.went == 31);
}

TEST_CASE("a wait that is given up is not told of") {
  Caller caller;
  caller.call("POST", "/channels/1/messages", 6);
  caller.waiting.clear();

  caller.loop.advance(10s);

  CHECK(caller.went == 5);
}

TEST_CASE("when the platform asks for a pause, calls of that kind keep it and others do not") {
  Caller caller;
  caller.pace.pause({"POST", "/v2/groups/G/messages"}, kit::Rate::For::bot, 10s);
  caller.pace.pause({"POST", "/v2/groups/G/messages"}, kit::Rate::For::bot, 2s);

  caller.call("POST", "/v2/groups/H/messages");
  caller.call("POST", "/v2/users/U/messages");
  CHECK(caller.went == 1);
  caller.loop.advance(9s);
  CHECK(caller.went == 1);
  caller.loop.advance(1s);
  CHECK(caller.went == 2);
}
