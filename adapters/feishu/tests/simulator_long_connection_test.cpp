// The simulated long connection, with a client that is nothing but frames.

#include "adapters/feishu/feed/frame.h"
#include "adapters/feishu/feed/receipt.h"
#include "adapters/feishu/simulator/simulator.h"
#include "adapters/feishu/tests/binary_frames.h"
#include "adapters/feishu/tests/rig.h"

using namespace rig;
using feishu::Frame;

namespace {

struct Desk {
  fakes::World world;
  std::unique_ptr<onebot::Simulator> simulator = feishu::make_simulator("lark", world.loop, world.server, world.client);

  Desk() { REQUIRE(simulator->open({}).has_value()); }

  Document ask(std::string method, std::string url, std::string body = "") {
    const auto answered =
        world.server.request({.method = std::move(method), .url = std::move(url), .body = std::move(body)});
    world.loop.run();
    REQUIRE(answered->response.has_value());
    return parse(answered->response->body);
  }
  Document discover(std::string_view secret = "") {
    const Fields bot = simulator->bot();
    const std::string_view known = onebot::text_of(bot, "app_secret");
    return ask("POST", "/callback/ws/endpoint",
               onebot::json::write(
                   Fields{{"AppID", onebot::text_of(bot, "app_id")}, {"AppSecret", secret.empty() ? known : secret}}));
  }
  std::shared_ptr<fakes::Link> dial(std::string_view url) {
    const auto query = url.find('?');
    const auto path = url.find('/', 5);
    return world.server.connect(
        {.url = std::string(url.substr(path, query - path)), .query = std::string(url.substr(query + 1))});
  }
  std::shared_ptr<fakes::Link> connect() { return dial(discover().root().at("data.URL").str()); }
  void play(std::string_view id) {
    REQUIRE(simulator->play(parse(message(id, "group", kGroup, kLin)).root()).has_value());
    world.loop.run();
  }
  static std::vector<Frame> heard(fakes::Link& link) { return rig::binary_frames(std::exchange(link.received, {})); }
  void say(fakes::Link& link, const Frame& frame) {
    link.binary(feishu::encode(frame));
    world.loop.run();
  }
  std::string statuses(std::size_t push) { return ask("GET", "/simulator/pushes").root()[push].at("statuses").dump(); }
};

}  // namespace

TEST_CASE("a discovery gives a ticket that serves once, to the right app") {
  Desk desk;
  CHECK(desk.discover("wrong").root().at("code").integer() == 514);
  const Document found = desk.discover();
  const std::string url = found.root().at("data.URL").text();
  CHECK(found.root().at("data.ClientConfig.PingInterval").integer() == 120);
  CHECK(desk.dial(url) != nullptr);
  CHECK(desk.dial(url) == nullptr);
  CHECK(desk.world.server.refused == 403);
  CHECK(desk.world.server.connect({.url = "/elsewhere"}) == nullptr);
}

TEST_CASE("an app has no more than 50 connections") {
  Desk desk;
  std::vector<std::shared_ptr<fakes::Link>> links;
  for (int i = 0; i < 50; ++i) links.push_back(desk.connect());
  CHECK(desk.discover().root().at("code").integer() == 1000040350);
  links.front()->close(1000);
  desk.world.loop.advance(1ms);
  CHECK(desk.discover().root().at("code").integer() == 0);
}

TEST_CASE("a ping is answered with the configuration, and a new one is told at once") {
  Desk desk;
  const auto link = desk.connect();
  desk.say(*link, {.service = 33554678, .headers = {{"type", "ping"}}});
  const auto pong = Desk::heard(*link);
  REQUIRE(pong.size() == 1);
  CHECK(parse(pong[0].payload).root().at("ReconnectNonce").integer() == 30);
  desk.ask("POST", "/simulator/long_connection", R"({"config":{"PingInterval":5}})");
  CHECK(parse(Desk::heard(*link).at(0).payload).root().at("PingInterval").integer() == 5);
}

TEST_CASE("an event is pushed in plain text until it is acknowledged with 200") {
  Desk desk;
  const auto link = desk.connect();
  desk.play("om_1");
  const auto first = Desk::heard(*link);
  REQUIRE(first.size() == 1);
  CHECK(parse(first[0].payload).root().at("event.message.message_id").str() == "om_1");
  desk.say(*link, feishu::acknowledgement(first[0], feishu::Outcome::not_stored, "", 1ms));
  CHECK(desk.statuses(0) == "[500]");
  desk.world.loop.advance(15s);
  const auto second = Desk::heard(*link);
  REQUIRE(second.size() == 1);
  desk.world.loop.advance(3s);  // said nothing
  CHECK(desk.statuses(0) == "[500,0]");
  desk.world.loop.advance(5min);
  const auto third = Desk::heard(*link);
  desk.say(*link, feishu::acknowledgement(third.at(0), feishu::Outcome::taken, R"({"toast":{}})", 1ms));
  CHECK(desk.statuses(0) == "[500,0,200]");
  CHECK(desk.ask("GET", "/simulator/pushes").root()[0].at("answer").str() == R"({"toast":{}})");
  desk.world.loop.advance(2h);
  CHECK(Desk::heard(*link).empty());
}

TEST_CASE("parts come in the order asked for, and one of them is lost on demand") {
  Desk desk;
  const auto link = desk.connect();
  desk.ask("POST", "/simulator/long_connection", R"({"parts":3,"reversed":true,"doubled":true,"lost":1})");
  const auto order = [&desk, &link](std::string_view id) {
    desk.play(id);
    std::string out;
    for (const Frame& frame : Desk::heard(*link)) out += frame.header("seq");
    return out;
  };
  CHECK(order("om_1") == "1100");
  CHECK(order("om_2") == "221100");
}

TEST_CASE("a mute connection neither hears nor speaks, and what is sent to it is sent again") {
  Desk desk;
  const auto link = desk.connect();
  desk.ask("POST", "/simulator/mute");
  desk.say(*link, {.service = 33554678, .headers = {{"type", "ping"}}});
  desk.play("om_1");
  CHECK(Desk::heard(*link).empty());
  CHECK(link->closed_with == 0);
  desk.world.loop.advance(3s);
  CHECK(desk.statuses(0) == "[0]");
  link->close(1006);
  const auto next = desk.connect();
  desk.world.loop.advance(15s);
  CHECK(Desk::heard(*next).size() == 1);
}

TEST_CASE("while nobody is connected a push is kept for later, once somebody was") {
  Desk desk;
  CHECK_FALSE(desk.simulator->play(parse(message("om_0", "group", kGroup, kLin)).root()).has_value());
  desk.discover();
  desk.play("om_1");
  desk.world.loop.advance(1s);
  CHECK(desk.statuses(0) == "[0]");
  const auto link = desk.connect();
  desk.world.loop.advance(15s);
  CHECK(Desk::heard(*link).size() == 1);
}

TEST_CASE("BOSSHI's simulator has no long connection") {
  fakes::World world;
  const auto bosshi = feishu::make_simulator("bosshi", world.loop, world.server, world.client);
  REQUIRE(bosshi->open({}).has_value());
  CHECK(world.server.websocket == nullptr);
  CHECK(world.server.request({.method = "POST", .url = "/callback/ws/endpoint"})->response->status == 404);
}
