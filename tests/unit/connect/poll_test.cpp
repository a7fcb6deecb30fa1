// get_latest_events, as an HTTP endpoint offers it.
#include "backend.h"
#include "onebot/connect/http.h"

namespace {

using namespace connect_test;

constexpr std::string_view kCursor = "http:127.0.0.1:5700";

struct Polling : World {
  explicit Polling(connect::HttpOptions options = {}, std::size_t window = 1 << 20)
      : World(window), transport(std::move(options), backend) {
    REQUIRE(transport.start());
  }
  std::shared_ptr<fakes::Answered> call(std::string params = "{}") {
    return server.request({.method = "POST",
                           .url = "/",
                           .headers = {{"Content-Type", "application/json"}},
                           .body = R"({"action":"get_latest_events","echo":"e","params":)" + params + "}"});
  }
  // The events of an answer, and what shows that the client has it.
  Numbers take(std::string params = "{}", io::Receipt receipt = io::Receipt::had) {
    const auto answered = call(std::move(params));
    turn(1s);
    REQUIRE(answered->response);
    const Numbers taken = listed(*answered);
    if (answered->told) answered->told(receipt);
    return taken;
  }
  static Numbers listed(const fakes::Answered& answered) {
    const json::Document document = parse(answered.response->body);
    CHECK(document.root().at("retcode").integer() == 0);
    CHECK(document.root().at("echo").str() == "e");
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < document.root().at("data").size(); ++i) {
      texts.push_back(document.root().at("data")[i].dump());
    }
    return numbers(texts);
  }
  Seq cursor() { return cursors.places.find(kCursor)->second; }

  connect::Http transport;
};

TEST_CASE("unread events come oldest first, of all bots, and only once") {  // C-POLL-01, -03, -10
  Polling world;
  world.emit(world.transport, 5);

  CHECK(world.take() == range(1, 5));
  CHECK(world.take() == Numbers{});
  CHECK(world.actions.seen.empty());
}

TEST_CASE("an event in the answer is the very text that others get") {  // C-EVT-06
  Polling world;
  world.emit(world.transport);

  const auto answered = world.call();

  CHECK(answered->response->body.find(world.history.kept.at(1).second) != std::string::npos);
}

TEST_CASE("a poll in MessagePack gets the same events in MessagePack") {  // C-HTTP-07
  Polling world;
  world.emit(world.transport, 2);

  const auto answered =
      world.server.request({.method = "POST",
                            .url = "/",
                            .headers = {{"Content-Type", "application/msgpack"}},
                            .body = packed(R"({"action":"get_latest_events","params":{},"echo":"e"})")});

  REQUIRE(answered->response);
  CHECK(unpacked(answered->response->body) == R"({"status":"ok","retcode":0,"data":[)" +
                                                  world.history.kept.at(1).second + "," +
                                                  world.history.kept.at(2).second + R"(],"message":"","echo":"e"})");
}

TEST_CASE("limit cuts, and the rest comes next") {  // C-POLL-04
  Polling world;
  world.emit(world.transport, 5);

  CHECK(world.take(R"({"limit":2})") == Numbers{1, 2});
  CHECK(world.take(R"({"limit":2.0})") == Numbers{3, 4});
  CHECK(world.take(R"({"limit":0})") == Numbers{5});
}

TEST_CASE("limit and timeout may be floats without a fraction, or null") {  // C-TYP-05
  Polling world;
  world.emit(world.transport, 3);

  CHECK(world.take(R"({"limit":2.0,"timeout":0.0})") == range(1, 2));
  CHECK(world.take(R"({"limit":null,"timeout":null,"_timeout":5.0})") == range(3, 3));
}

TEST_CASE("event_buffer_size keeps the newest, and 0 keeps all") {  // C-POLL-02
  Polling three({.event_buffer_size = 3}), all;
  three.emit(three.transport, 5);
  all.emit(all.transport, 5000);

  CHECK(three.take(R"({"limit":1})") == Numbers{3});
  CHECK(three.take() == Numbers{4, 5});
  CHECK(three.log.counters["events_left_out"] == 2);
  CHECK(all.take() == range(1, 5000));
}

TEST_CASE("with nothing unread and no timeout the answer comes at once") {  // C-POLL-05
  Polling world;

  CHECK(Polling::listed(*world.call()) == Numbers{});
}

TEST_CASE("timeout counts seconds, and an empty list ends the wait") {  // C-POLL-05
  Polling world;
  const auto answered = world.call(R"({"timeout":2})");

  world.turn(1999ms);
  CHECK_FALSE(answered->response);
  world.turn(1ms);

  CHECK(Polling::listed(*answered) == Numbers{});
}

TEST_CASE("the first event ends the wait") {  // C-POLL-06
  Polling world;
  const auto answered = world.call(R"({"timeout":30,"limit":10})");

  world.turn(1s);
  world.emit(world.transport);

  CHECK(Polling::listed(*answered) == Numbers{1});
}

TEST_CASE("a wait is capped at 300 s") {  // C-POLL-11
  Polling world;
  const auto answered = world.call(R"({"timeout":1000000000})");

  world.turn(299s);
  CHECK_FALSE(answered->response);
  world.turn(1s);

  CHECK(answered->response);
}

TEST_CASE("events leave when the client has the answer; one that is gone loses nothing") {  // C-POLL-07
  Polling world;
  const auto gone = world.call(R"({"timeout":30})");
  world.emit(world.transport, 2);
  CHECK(Polling::listed(*gone) == Numbers{1});
  CHECK(world.cursor() == 1);
  gone->told(io::Receipt::none);

  CHECK(world.take() == Numbers{1, 2});
  CHECK(world.cursor() == 3);
}

TEST_CASE("a client that asks elsewhere has the last answer when its kernel has, and else gets the same events again") {
  Polling world;
  world.emit(world.transport, 2);
  const auto first = world.call();
  CHECK(Polling::listed(*first) == Numbers{1, 2});

  const auto again = world.call();
  CHECK(Polling::listed(*again) == Numbers{1, 2});
  CHECK(world.cursor() == 1);
  again->acknowledged = true;
  world.emit(world.transport);
  const auto third = world.call();

  CHECK(Polling::listed(*third) == Numbers{3});
  CHECK(world.cursor() == 3);
  first->told(io::Receipt::none);
  third->told(io::Receipt::none);
  CHECK(world.take() == Numbers{3});
}

TEST_CASE("a client that takes a connection for each call has an answer when it ends it in order") {
  Polling world;
  world.emit(world.transport, 2);

  CHECK(world.take("{}", io::Receipt::ended) == range(1, 2));
  world.emit(world.transport);
  CHECK(world.take("{}", io::Receipt::ended) == Numbers{3});
  CHECK(world.take("{}", io::Receipt::ended) == Numbers{});
}

TEST_CASE("a client that asks again on its connections, and is killed behind the first answer of one, gets it again") {
  Polling world;
  world.take();
  world.emit(world.transport, 2);

  for (int killed = 0; killed < 7; ++killed) CHECK(world.take("{}", io::Receipt::ended) == range(1, 2));
  CHECK(world.take() == range(1, 2));
  CHECK(world.take() == Numbers{});
}

TEST_CASE("another client, which takes a connection for each call, gets on where one that asked again has left") {
  Polling world;
  world.take();
  world.emit(world.transport, 2);

  for (int call = 0; call < 8; ++call) CHECK(world.take("{}", io::Receipt::ended) == range(1, 2));
  CHECK(world.take("{}", io::Receipt::ended) == Numbers{});
}

TEST_CASE(
    "a client that asks elsewhere at once waits until its kernel has said that it has the last answer, or a while") {
  Polling world;
  world.emit(world.transport, 2);
  const auto first = world.call();
  first->acknowledged = false;

  const auto second = world.call();
  world.turn(40ms);
  CHECK_FALSE(second->response);
  world.emit(world.transport);
  first->acknowledged = true;
  world.turn(10ms);
  CHECK(Polling::listed(*second) == Numbers{3});

  second->acknowledged = false;
  const auto third = world.call(), fourth = world.call();  // the newest wins
  CHECK(Polling::listed(*third) == Numbers{});
  world.turn(299ms);
  CHECK_FALSE(fourth->response);
  world.turn(1ms);
  CHECK(Polling::listed(*fourth) == Numbers{3});
}

TEST_CASE("stop keeps what the client's kernel has") {
  Polling world;
  world.emit(world.transport, 2);
  world.call()->acknowledged = true;

  world.transport.stop();

  CHECK(world.cursor() == 3);
}

TEST_CASE("the newest call wins, and the older one is answered with nothing") {  // C-POLL-08
  Polling world;
  const auto older = world.call(R"({"timeout":30})");

  const auto newer = world.call(R"({"timeout":30})");
  CHECK(Polling::listed(*older) == Numbers{});
  CHECK_FALSE(newer->response);
  world.emit(world.transport);

  CHECK(Polling::listed(*newer) == Numbers{1});
}

TEST_CASE("an answer written late takes nothing back") {
  Polling world;
  world.emit(world.transport, 2);
  const auto first = world.call(R"({"limit":1})"), second = world.call();
  second->told(io::Receipt::had);

  first->told(io::Receipt::had);

  CHECK(world.cursor() == 3);
}

TEST_CASE("a wrong limit or timeout is 10003, with the echo") {  // C-POLL-11
  Polling world;
  for (const char* params : {R"({"limit":-1})", R"({"timeout":-1})", R"({"limit":"1"})", R"({"timeout":1.5})",
                             R"({"limit":1e300})", R"({"timeout":[]})"}) {
    CAPTURE(params);
    const auto answered = world.call(params);
    CHECK(answered->response->status == 200);
    CHECK(retcode_of(answered->response->body) == Retcode::bad_param);
    CHECK(parse(answered->response->body).root().at("echo").str() == "e");
  }
}

TEST_CASE("with event_enabled off the action is unknown") {  // C-POLL-01
  Polling world({.event_enabled = false});

  const auto answered = world.call();

  CHECK(retcode_of(answered->response->body) == Retcode::unsupported_action);
  CHECK(world.cursors.places.empty());
}

TEST_CASE("meta events never come") {  // C-POLL-03, C-META-10
  Polling world;
  const auto waiting = world.call(R"({"timeout":1})");

  world.transport.announce(R"({"type":"meta","detail_type":"heartbeat"})");
  world.loop.run();
  CHECK_FALSE(waiting->response);
  world.turn(1s);

  CHECK(Polling::listed(*waiting) == Numbers{});
}

TEST_CASE("one answer is bounded in bytes") {
  Polling world;
  world.append(30, 100'000);

  const Numbers first = world.take(), second = world.take(), third = world.take();

  CHECK(first.size() == 11);
  CHECK(second.size() == 11);
  CHECK(third == range(23, 30));
}

TEST_CASE("events that have left memory come from the journal, in the same answer") {
  Polling world({}, 1000);
  world.append(2000);

  const auto answered = world.call();
  CHECK_FALSE(answered->response);
  world.turn(1s);

  CHECK(Polling::listed(*answered) == range(1, 2000));
}

TEST_CASE("a restart goes on behind the last answer that was written") {
  World world;
  {
    connect::Http before({}, world.backend);
    REQUIRE(before.start());
    world.append(3);
    world.cursors.confirm(kCursor, 2);
  }
  connect::Http after({}, world.backend);
  REQUIRE(after.start());

  const auto answered = world.server.request({.method = "POST",
                                              .url = "/",
                                              .headers = {{"Content-Type", "application/json"}},
                                              .body = R"({"action":"get_latest_events","echo":"e","params":{}})"});

  CHECK(Polling::listed(*answered) == Numbers{2, 3});
}

TEST_CASE("each endpoint has a cursor of its own") {  // C-POLL-09
  World world;
  connect::Http one({.port = 5700}, world.backend), two({.port = 5701}, world.backend);
  REQUIRE(one.start());
  REQUIRE(two.start());

  CHECK(world.cursors.places.size() == 2);
}

TEST_CASE("an answer written after the end of the endpoint is ignored") {
  World world;
  std::shared_ptr<fakes::Answered> answered;
  {
    connect::Http endpoint({}, world.backend);
    REQUIRE(endpoint.start());
    world.append(1);
    answered = world.server.request({.method = "POST",
                                     .url = "/",
                                     .headers = {{"Content-Type", "application/json"}},
                                     .body = R"({"action":"get_latest_events","params":{}})"});
  }

  answered->told(io::Receipt::had);

  CHECK(world.cursors.places.find(kCursor)->second == 1);
}

}  // namespace
