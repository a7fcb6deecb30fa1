// A link that serves some of the bots: the events of the others are passed over, and its place moves on.
#include "backend.h"
#include "onebot/connect/http.h"
#include "onebot/connect/webhook.h"
#include "onebot/connect/websocket.h"
#include "onebot/connect/websocket_reverse.h"

namespace {

using namespace connect_test;

// Of World's events those with an odd place are of "b1", the others of "b0".
struct OfB1 : onebot::Choice {
  bool takes(std::string_view json) const override {
    return onebot::self_in(json) == onebot::to_json(Self{"mock", "b1"});
  }
};

struct Partial : World {
  explicit Partial(std::size_t window = 1 << 20) : World(window) { backend.only = &only; }
  Seq place(std::string_view consumer) { return cursors.places.find(consumer)->second; }
  std::shared_ptr<fakes::Answered> poll() {
    auto answered = server.request({.method = "POST",
                                    .url = "/",
                                    .headers = {{"Content-Type", "application/json"}},
                                    .body = R"({"action":"get_latest_events","params":{}})"});
    turn(1s);
    return answered;
  }
  static Numbers listed(const fakes::Answered& answered) {
    const json::Document document = parse(answered.response->body);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < document.root().at("data").size(); ++i) {
      texts.push_back(document.root().at("data")[i].dump());
    }
    return numbers(texts);
  }

  OfB1 only;
};

constexpr std::string_view kNamed = "websocket:127.0.0.1:6700:app";

TEST_CASE("a forward link is told the events of its bots alone, from memory and from the journal") {
  for (const std::size_t window : {1 << 20, 300}) {
    CAPTURE(window);
    Partial world(window);
    connect::WebSocket transport({}, world.backend);
    REQUIRE(transport.start());
    world.server.clients_answer = true;
    world.server.connect({.url = "/", .query = "consumer=app"})->close(1000);
    world.append(9);

    const auto link = world.server.connect({.url = "/", .query = "consumer=app"});
    world.turn(1s);
    world.emit(transport, 3);
    world.turn(5s);

    CHECK(numbers(link->received) == Numbers{1, 3, 5, 7, 9, 11});
    CHECK(world.place(kNamed) == 13);
  }
}

TEST_CASE("the place of a link moves past events of other bots, also when nothing else happens") {
  Partial world;
  connect::WebSocket forward({}, world.backend);
  connect::WebSocketReverse reverse({.url = "ws://a/"}, world.backend, world.implementation);
  connect::Webhook webhook({.url = "http://a/"}, world.backend, world.implementation);
  for (onebot::Transport* one : std::initializer_list<onebot::Transport*>{&forward, &reverse, &webhook}) {
    REQUIRE(one->start());
  }
  world.client.calls.back()->answer(204, "");  // the status
  world.server.clients_answer = true;
  const auto link = world.server.connect({.url = "/", .query = "consumer=app"});
  world.client.links.back()->answers = true;
  world.client.links.back()->open();
  world.append();  // the first is of its bot
  world.append();
  for (onebot::Transport* one : std::initializer_list<onebot::Transport*>{&forward, &reverse, &webhook}) one->wake();
  world.turn(1s);
  world.client.calls.back()->answer(204, "");
  world.turn(40s);

  CHECK(numbers(link->received) == Numbers{1});
  CHECK(world.client.calls.size() == 2);
  CHECK(world.place(kNamed) == 3);
  CHECK(world.place("websocket_reverse:ws://a/") == 3);
  CHECK(world.place("webhook:http://a/") == 3);
}

TEST_CASE("a webhook's place stays before an event that is repeated, whatever other bots say meanwhile") {
  Partial world;
  connect::Webhook webhook({.url = "http://a/"}, world.backend, world.implementation);
  REQUIRE(webhook.start());
  world.client.calls.back()->answer(204, "");
  world.append(2);
  webhook.wake();
  world.client.calls.back()->answer(204, "");  // e1; the place is to move past e2
  world.append();
  webhook.wake();

  for (int i = 0; i < 20; ++i) {
    world.client.calls.back()->fail("connection refused");
    world.turn(2s);
    CHECK(world.place("webhook:http://a/") <= 3);
  }
  world.turn(10s);
  world.client.calls.back()->answer(204, "");

  CHECK(world.place("webhook:http://a/") == 4);
}

TEST_CASE("a link that ends while others' events pass is not one that ends at an event") {
  Partial world;
  connect::WebSocket transport({}, world.backend);
  REQUIRE(transport.start());
  world.server.clients_answer = true;
  world.append();  // the next is of another bot

  for (int i = 0; i < 6; ++i) {
    const auto link = world.server.connect({.url = "/", .query = "consumer=app"});
    world.turn(20ms);
    if (i == 0) world.append();
    transport.wake();
    world.loop.run();
    link->close(1006);
  }
  world.append();
  const auto link = world.server.connect({.url = "/", .query = "consumer=app"});
  world.turn(5s);

  CHECK(world.log.counters["events_stepped_over"] == 0);
  CHECK(numbers(link->received) == Numbers{3});
}

TEST_CASE("a poller is answered with the events of its bots alone, and its place moves past the others") {
  Partial world;
  connect::Http http({}, world.backend);
  REQUIRE(http.start());
  world.append(4);

  const auto first = world.poll();
  CHECK(world.listed(*first) == Numbers{1, 3});
  first->told(io::Receipt::had);

  CHECK(world.listed(*world.poll()) == Numbers{});
  CHECK(world.place("http:127.0.0.1:5700") == 5);
}

TEST_CASE("the buffer of a poller counts the events of its bots alone") {
  Partial world;
  connect::Http http({.event_buffer_size = 2}, world.backend);
  REQUIRE(http.start());
  for (int i = 0; i < 8; ++i) {
    world.append();
    http.wake();
  }

  const auto first = world.poll();
  CHECK(world.listed(*first) == Numbers{5, 7});
  first->told(io::Receipt::had);
  CHECK(world.log.counters["events_left_out"] == 2);
  world.append(3);
  http.wake();

  const auto second = world.poll();
  CHECK(world.listed(*second) == Numbers{9, 11});
  second->told(io::Receipt::had);
  CHECK(world.log.counters["events_left_out"] == 2);
  CHECK(world.place("http:127.0.0.1:5700") == 12);
}

}  // namespace
