// A webhook's cursor: what is repeated, what is given up, what waits.
#include "backend.h"
#include "onebot/connect/webhook.h"

#include <algorithm>

namespace {

using namespace connect_test;

constexpr std::string_view kCursor = "webhook:http://127.0.0.1:8080/x";

struct Hook : World {
  Hook() { REQUIRE(transport.start()); }
  void answer(int status) {
    client.calls.back()->answer(status, "");
    loop.run();
  }
  void fail() {
    client.calls.back()->fail("connection refused");
    loop.run();
  }
  Kinds pushed() {
    std::vector<std::string> bodies;
    for (const auto& call : client.calls) bodies.push_back(call->request.body);
    return kinds(bodies);
  }
  Seq cursor() { return cursors.places.find(kCursor)->second; }

  connect::Webhook transport{{.url = "http://127.0.0.1:8080/x"}, backend, implementation};
};

TEST_CASE("the cursor moves on 200 and 204 and not before") {
  Hook world;
  world.answer(204);
  world.emit(world.transport, 3);
  CHECK(world.cursor() == 1);

  world.answer(204);
  CHECK(world.cursor() == 2);
  world.answer(200);
  CHECK(world.cursor() == 3);
  world.answer(500);

  CHECK(world.cursor() == 3);
}

TEST_CASE("a failed event is pushed again after a growing pause, with the same id, before any later one") {
  Hook world;
  world.answer(204);
  world.emit(world.transport, 2);

  world.fail();
  world.turn(999ms);
  CHECK(world.pushed() == Kinds{"status_update", "e1"});
  world.turn(201ms);  // up to a fifth is added
  CHECK(world.pushed() == Kinds{"status_update", "e1", "e1"});
  world.answer(503);
  world.turn(1999ms);
  CHECK(world.client.calls.size() == 3);
  world.turn(401ms);
  world.answer(204);

  CHECK(world.pushed() == Kinds{"status_update", "e1", "e1", "e1", "e2"});
  CHECK(world.client.calls.at(1)->request.body == world.client.calls.at(3)->request.body);
}

TEST_CASE("an application that was away for long with 503 gets its event within 20 s of its return") {
  Hook world;
  world.answer(204);
  world.emit(world.transport);

  for (int i = 0; i < 50; ++i) {
    world.answer(503);
    world.turn(19'201ms);
  }
  CHECK(world.client.calls.size() == 52);
}

TEST_CASE("while nobody answers an event is tried for ever, less than 10 s apart") {
  Hook world;
  world.answer(204);
  world.emit(world.transport);

  for (int i = 0; i < 100; ++i) {
    world.fail();
    world.turn(9999ms);
    REQUIRE(world.client.calls.size() == static_cast<std::size_t>(3 + i));
  }
  world.answer(204);

  CHECK(world.cursor() == 2);
}

TEST_CASE(
    "429, 5xx and what is no refusal of an event mean that the application is away, for as long as delivery.replay") {
  for (const int status : {301, 408, 425, 429, 500, 502, 503, 504}) {
    CAPTURE(status);
    Hook world;
    world.answer(204);
    world.emit(world.transport, 2);

    for (int i = 0; i < 50; ++i) {
      world.answer(status);
      world.turn(72s);
    }
    CHECK(world.pushed().back() == "e1");
    CHECK(world.log.counters["webhook_events_given_up"] == 0);

    world.cursors.since = static_cast<std::int64_t>(world.loop.wall() * 1000) + 1;
    world.answer(status);
    world.turn(72s);
    CHECK(world.cursor() == 3);
    CHECK(world.log.counters["events_left_out"] == 2);
  }
}

TEST_CASE("Retry-After is waited for, in seconds or until a date, five minutes at most") {
  Hook world;
  world.answer(204);
  world.emit(world.transport);
  const auto pushes_within = [&](std::string retry_after, std::chrono::milliseconds early,
                                 std::chrono::milliseconds rest) {
    const std::size_t before = world.client.calls.size();
    world.client.calls.back()->answer(503, "", {{"Retry-After", std::move(retry_after)}});
    world.turn(early);
    CHECK(world.client.calls.size() == before);
    world.turn(rest);
    return world.client.calls.size() == before + 1;
  };

  CHECK(pushes_within("20", 19'999ms, 1ms));
  REQUIRE(static_cast<std::int64_t>(world.loop.wall()) == 1'790'001'020);
  CHECK(pushes_within("Mon, 21 Sep 2026 14:31:20 GMT", 59s, 2s));
  CHECK(pushes_within("86400", 299s, 1s));
  CHECK(pushes_within("soon", 1s, 72s));
}

TEST_CASE("an event that the application refuses 8 times is given up, counted, and the next one comes") {
  Hook world;
  world.answer(204);
  world.emit(world.transport, 2);

  for (int i = 0; i < 8; ++i) {
    CHECK(world.pushed().back() == "e1");
    world.answer(422);
    world.turn(72s);
  }

  CHECK(world.pushed().back() == "e2");
  CHECK(world.cursor() == 2);
  CHECK(world.log.counters["webhook_events_given_up"] == 1);
  CHECK(world.log.contains("event 1 given up after 8 refusals"));
  world.answer(400);
  world.turn(2s);
  world.answer(204);
  CHECK(world.cursor() == 3);
}

TEST_CASE("failures of an application that is away do not count as refusals") {
  Hook world;
  world.answer(204);
  world.emit(world.transport, 2);

  for (int i = 0; i < 7; ++i) {
    world.answer(400);
    world.turn(72s);
    world.fail();
    world.turn(72s);
    world.answer(503);
    world.turn(72s);
  }

  CHECK(world.pushed().back() == "e1");
}

TEST_CASE("refusals of one event do not count against the next") {
  Hook world;
  world.answer(204);
  world.emit(world.transport, 2);
  const auto refuse = [&](int times) {
    for (int i = 0; i < times; ++i) {
      world.answer(400);
      world.turn(72s);
    }
  };

  refuse(7);
  world.answer(204);
  refuse(7);

  CHECK(world.pushed().back() == "e2");
  CHECK(world.log.counters["webhook_events_given_up"] == 0);
}

TEST_CASE("the first status is repeated until it succeeds, before events") {  // C-HOOK-14
  Hook world;
  world.emit(world.transport);

  for (int i = 0; i < 20; ++i) {
    world.fail();
    world.turn(72s);
  }
  CHECK(world.pushed() == Kinds(21, "status_update"));
  world.answer(204);

  CHECK(world.pushed().back() == "e1");
}

TEST_CASE("a status that the application refuses for ever does not hold back events for ever") {
  Hook world;
  world.emit(world.transport, 2);

  for (int i = 0; i < 8; ++i) {
    CHECK(world.pushed().back() == "status_update");
    world.answer(500);
    if (i < 7) world.turn(72s);
  }
  CHECK(world.pushed().back() == "e1");
  world.turn(60s);
  world.answer(204);
  CHECK(world.pushed().back() == "status_update");
  world.answer(204);

  CHECK(world.pushed().back() == "e2");
  CHECK(world.cursor() == 2);
}

TEST_CASE("heartbeats do not disturb the pause, come behind events, and leave the cursor where it is") {
  Hook world;
  world.answer(204);
  world.emit(world.transport, 3);
  world.answer(204);
  world.fail();

  world.turn(500ms);
  world.transport.announce(R"({"type":"meta","detail_type":"heartbeat"})");
  CHECK(world.pushed() == Kinds{"status_update", "e1", "e2"});
  world.turn(700ms);
  CHECK(world.pushed() == Kinds{"status_update", "e1", "e2", "e2"});
  world.answer(204);
  world.answer(204);

  CHECK(world.pushed() == Kinds{"status_update", "e1", "e2", "e2", "e3", "heartbeat"});
  CHECK(world.cursor() == 4);
}

TEST_CASE("an application that needs as long for an answer as heartbeats are apart gets every event") {
  Hook world;
  world.answer(204);
  world.append(10);
  world.transport.wake();

  for (int i = 0; i < 10; ++i) {
    world.turn(5s);
    world.transport.announce(R"({"type":"meta","detail_type":"heartbeat"})");
    world.answer(204);
  }

  CHECK(world.cursor() == 11);
  CHECK(std::ranges::count(world.pushed(), "heartbeat") == 1);  // the last, when nothing else was there
}

TEST_CASE("a heartbeat that is late is not sent") {
  Hook world;
  world.answer(204);
  world.emit(world.transport);

  world.transport.announce(R"({"type":"meta","detail_type":"heartbeat"})");
  world.turn(1001ms);
  world.answer(204);

  CHECK(world.pushed() == Kinds{"status_update", "e1"});
}

TEST_CASE("what became too old while nobody answered is left out and counted") {
  Hook world;
  world.answer(204);
  world.emit(world.transport, 2);
  world.fail();
  world.cursors.since = static_cast<std::int64_t>(world.loop.wall() * 1000) + 1;
  world.turn(10ms);
  world.emit(world.transport);

  world.turn(2s);

  CHECK(world.pushed().back() == "e3");
  CHECK(world.log.counters["events_left_out"] == 2);
  for (int i = 0; i < 5; ++i) {
    world.fail();
    world.turn(10s);
  }
  CHECK(world.log.counters["events_left_out"] == 2);  // a retry leaves out nothing more
  world.answer(204);
  CHECK(world.cursor() == 4);
}

TEST_CASE("a restart goes on at the first event without a success") {
  Hook world;
  world.answer(204);
  world.emit(world.transport, 3);
  world.answer(204);
  world.transport.stop();

  connect::Webhook after({.url = "http://127.0.0.1:8080/x?key=1"}, world.backend, world.implementation);
  REQUIRE(after.start());
  world.answer(204);

  CHECK(world.pushed().back() == "e2");
}

TEST_CASE("a webhook that lags is served from the journal") {
  Hook world;
  world.append(2000, 1000);
  world.transport.wake();

  for (int i = 0; i < 2001; ++i) {
    world.answer(204);
    world.turn(2ms);
  }

  CHECK(world.cursor() == 2001);
  CHECK(world.history.fetches > 0);
}

}  // namespace
