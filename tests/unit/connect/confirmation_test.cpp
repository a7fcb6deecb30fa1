#include "onebot/connect/confirmation.h"

#include "backend.h"

namespace {

using namespace connect_test;

TEST_CASE("acknowledged bytes confirm only events that lie wholly within them") {
  connect::Acknowledged link;
  link.sent(100, 5, 0ms);
  link.sent(250, 9, 0ms);

  link.acknowledged(99, 1ms);
  CHECK(link.have() == 0);
  link.acknowledged(249, 2ms);
  CHECK(link.have() == 5);
  CHECK(link.polls(3ms));
  link.acknowledged(250, 3ms);
  CHECK(link.have() == 9);
  CHECK_FALSE(link.polls(3ms));
}

TEST_CASE("a forward link has stalled when no byte was taken for a minute while some wait") {
  connect::Acknowledged link;
  link.sent(100, 5, 0ms);
  link.acknowledged(100, 1s);
  CHECK_FALSE(link.stalled(10min));

  link.sent(200, 6, 10min);
  CHECK_FALSE(link.stalled(10min + 60s));
  CHECK(link.stalled(10min + 61s));
  link.acknowledged(101, 10min + 61s);
  CHECK_FALSE(link.stalled(10min + 61s));
}

TEST_CASE("a pong confirms what was sent before its ping and nothing later") {
  connect::Ponged link(0ms);
  link.sent(100, 5, 0ms);

  const std::string first = link.ping(0ms);
  REQUIRE_FALSE(first.empty());
  link.sent(200, 9, 1ms);
  CHECK(link.ping(1ms).empty());
  link.pong("something else", 2ms);
  CHECK(link.have() == 0);
  link.pong(first, 3ms);

  CHECK(link.have() == 5);
  const std::string second = link.ping(10ms);
  CHECK(second != first);
  link.pong(first, 11ms);
  CHECK(link.have() == 5);
  link.pong(second, 11ms);
  CHECK(link.have() == 9);
  CHECK(link.ping(30ms).empty());
}

TEST_CASE("pings of a stream of events have a pause, unless half of the window is under way") {
  connect::Ponged link(0ms);
  link.sent(100, 2, 0ms);
  link.pong(link.ping(0ms), 1ms);
  CHECK(link.ping_in(1ms) == std::nullopt);

  link.sent(200, 3, 2ms);
  CHECK(link.ping(2ms).empty());
  CHECK(link.ping_in(2ms) == 8ms);
  CHECK_FALSE(link.ping(10ms).empty());
  CHECK(link.ping_in(11ms) == std::nullopt);  // until its pong
  link.pong("2", 11ms);
  link.sent(300, 3 + connect::Ponged::kMost, 12ms);
  CHECK(link.ping_in(12ms) == 0ms);
  CHECK_FALSE(link.ping(12ms).empty());
}

TEST_CASE("a quiet reverse link is pinged every 30 s and has stalled 30 s later without a pong") {
  connect::Ponged link(0ms);
  link.sent(100, 5, 0ms);
  link.pong(link.ping(0ms), 1ms);

  CHECK_FALSE(link.ping_due(29s));
  CHECK(link.ping_due(30s));
  const std::string ping = link.ping(30s);
  CHECK_FALSE(link.stalled(60s));
  CHECK(link.stalled(61s));
  link.acknowledged(1, 60s);  // a slow link is not a dead one
  CHECK_FALSE(link.stalled(61s));
  link.pong(ping, 62s);
  CHECK_FALSE(link.stalled(90s));
}

TEST_CASE("a reverse link that does not even take the ping has stalled") {
  connect::Ponged link(0ms);
  link.sent(100, 5, 0ms);
  link.pong(link.ping(0ms), 1ms);

  CHECK_FALSE(link.stalled(60s));
  CHECK(link.stalled(61s));
}

}  // namespace
