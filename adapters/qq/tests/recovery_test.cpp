// What follows from a lost gateway connection, and its beats while it stands.

#include "adapters/qq/feed/recovery.h"

#include "adapters/qq/feed/heartbeat.h"
#include "tests/fakes.h"

#include <doctest/doctest.h>

#include <vector>

using namespace std::chrono_literals;
using qq::Next;
using qq::Recovery;

namespace {

constexpr auto kNoJitter = [] { return 0.0; };

}  // namespace

TEST_CASE(
    "three connections in a row that ended at once make the next wait most of a minute, one that lasted does not") {
  Recovery recovery(kNoJitter);
  for (int i = 0; i < 3; ++i) {
    CHECK(recovery.bounded(1s) == 1s);
    recovery.opened(10s);
    CHECK_FALSE(recovery.lost(Next::resume, 14s));
  }
  CHECK(recovery.bounded(1s) == 45s);
  CHECK(recovery.bounded(2min) == 2min);

  recovery.opened(20s);
  recovery.lost(Next::resume, 26s);
  CHECK(recovery.bounded(1s) == 1s);
}

TEST_CASE("what we sent wrong is forgiven once, and again after a connection that was stable") {
  Recovery recovery(kNoJitter);

  CHECK_FALSE(recovery.lost(Next::identify_slowly, 0s));
  recovery.opened(0s);
  CHECK_FALSE(recovery.lost(Next::identify_slowly, 60s));
  recovery.opened(100s);
  CHECK(recovery.lost(Next::identify_slowly, 159s));
  CHECK(recovery.lost(Next::stop, 159s));
}

TEST_CASE("the backoff grows with each attempt, and a session that has worked starts it anew, however old it is") {
  Recovery recovery(kNoJitter);
  const auto first = recovery.pause(Next::resume), second = recovery.pause(Next::resume);
  CHECK(first < second);
  CHECK(recovery.pause(Next::resume_now) == 0ms);

  recovery.opened(0s);
  recovery.lost(Next::resume, 2h);
  CHECK(recovery.pause(Next::resume) > second);

  recovery.worked();
  CHECK(recovery.pause(Next::resume) == first);
}

TEST_CASE("of many bots whose connections all end at once, none comes back exactly with the others") {
  Recovery recovery([] { return 0.5; });
  for (int i = 0; i < 3; ++i) {
    recovery.opened(10s);
    recovery.lost(Next::resume, 11s);
  }
  CHECK(recovery.bounded(0ms) == 49500ms);
  CHECK(recovery.pause(Next::resume_now) == 500ms);
  CHECK(recovery.pause(Next::resume_later) == 66s);
  CHECK(recovery.bounded(2min) == 2min);
}

TEST_CASE("an invalid session is tried once more when the platform says so, until one has stood") {
  Recovery recovery(kNoJitter);
  const auto next = [&](bool resumable) { return recovery.without_cause({false, resumable, 0s}, false, 1s).next; };
  CHECK(next(true) == Next::resume);
  CHECK(next(true) == Next::identify);
  recovery.settled();
  CHECK(next(true) == Next::resume);
  CHECK(next(false) == Next::identify);
}

TEST_CASE("a refused identify is the intents' fault, but without a discovery the token's first") {
  Recovery recovery(kNoJitter);
  const auto next = [&](bool fixed_url) { return recovery.without_cause({true, false, 0s}, fixed_url, 1s).next; };
  CHECK(next(false) == Next::fewer_intents);
  CHECK(next(true) == Next::fresh_token);
  CHECK(next(true) == Next::fewer_intents);
  recovery.identified();
  CHECK(next(true) == Next::fresh_token);
}

TEST_CASE("what was waited for a cause is part of the pause") {
  Recovery recovery(kNoJitter);
  CHECK(recovery.without_cause({false, true, 10s}, false, 10700ms).waited == 700ms);
}

TEST_CASE("a beat tells whether the one before was acknowledged, and another connection begins anew") {
  fakes::World world;
  std::vector<bool> beats;
  qq::Heartbeat heartbeat(world.loop, kNoJitter, [&](bool acknowledged) { beats.push_back(acknowledged); });
  CHECK_FALSE(heartbeat.started());

  heartbeat.start(10s);
  world.loop.advance(10s);
  heartbeat.acknowledge();
  world.loop.advance(10s);
  world.loop.advance(10s);
  CHECK(beats == std::vector<bool>{true, true, false});

  heartbeat.forget();
  CHECK_FALSE(heartbeat.started());
  heartbeat.start(1ms);  // no gateway means that
  world.loop.advance(999ms);
  CHECK(beats.size() == 3);
  world.loop.advance(1ms);
  CHECK(beats == std::vector<bool>{true, true, false, true});
}
