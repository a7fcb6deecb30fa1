#include "onebot/connect/websocket.h"

#include "backend.h"

namespace {

using namespace connect_test;

struct Forward : World {
  explicit Forward(connect::WebSocketOptions options = {}) : transport(std::move(options), backend) {
    REQUIRE(transport.start());
  }
  std::shared_ptr<fakes::Link> connect(std::string query = "", std::string path = "/", io::Headers headers = {}) {
    return server.connect({.url = std::move(path), .query = std::move(query), .headers = std::move(headers)});
  }
  void text(fakes::Link& link, std::string_view json) {
    link.text(json);
    loop.run();
  }
  connect::WebSocket transport;
};

TEST_CASE("another path is 404 and the query does not matter") {  // C-WS-01
  Forward world;

  CHECK_FALSE(world.connect("", "/x"));
  CHECK(world.server.refused == 404);
  CHECK(world.connect("x=1"));
  CHECK(world.server.addresses.at(0).port == 6700);
}

TEST_CASE("a wrong token is refused with 401 before the upgrade") {  // C-WS-02, C-AUTH-07
  Forward world({.access_token = "s3cret"});

  CHECK_FALSE(world.connect("access_token=wrong"));
  CHECK(world.server.refused == 401);
  CHECK_FALSE(world.connect("access_token=s3cret", "/", {{"Authorization", "Bearer x"}}));
  CHECK(world.server.refused == 401);
  CHECK(world.connect("access_token=s3cret"));
  CHECK(world.connect("", "/", {{"Authorization", "Bearer s3cret"}}));
}

TEST_CASE("the first subprotocol that is 12 or starts with 12. is selected, else none") {  // C-WS-14
  Forward world;

  CHECK(world.transport.subprotocol("chat, 12.walle ,12.x") == "12.walle");
  CHECK(world.transport.subprotocol("12") == "12");
  CHECK(world.transport.subprotocol("chat, 12 , 12.x") == "12");
  CHECK(world.transport.subprotocol("chat,120.x,120") == "");
  CHECK(world.transport.subprotocol("") == "");
}

TEST_CASE(
    "connect comes first, then status_update, then events, on every connection of its own") {  // C-WS-03, C-META-04/05
  Forward world;
  const auto first = world.connect();
  world.emit(world.transport, 2);

  const auto second = world.connect();
  world.emit(world.transport);

  CHECK(kinds(first->received) == Kinds{"connect", "status_update", "e1", "e2", "e3"});
  CHECK(kinds(second->received) == Kinds{"connect", "status_update", "e3"});
}

TEST_CASE("nothing precedes connect: neither an announcement, an event nor an answer") {  // C-META-04, C-META-11
  Forward world;
  auto link = std::make_shared<fakes::Link>();
  link->peer = world.transport.accept({.url = "/"}, std::make_unique<fakes::WebSocket>(world.loop, link));

  world.transport.announce(R"({"type":"meta","detail_type":"heartbeat"})");
  world.emit(world.transport);
  link->wanted = true;
  link->pump();
  CHECK(link->received.empty());
  link->peer->on_open();
  link->peer->on_text(R"({"action":"get_status","params":{}})");
  world.transport.announce(R"({"type":"meta","detail_type":"heartbeat"})");
  world.loop.run();

  CHECK(kinds(link->received) == Kinds{"connect", "status_update", "ok", "heartbeat"});
}

TEST_CASE("every broken request gets 10001 and the link stays open") {  // C-WS-06, C-REQ-01
  Forward world;
  const auto link = world.connect();
  link->received.clear();

  for (const char* broken :
       {"{", "[]", "\"x\"", R"({"action":1,"params":{}})", R"({"action":"get_status","params":1})", ""}) {
    world.text(*link, broken);
  }

  CHECK(kinds(link->received) == Kinds(6, "10001"));
  CHECK(link->peer != nullptr);
  for (const std::string& response : link->received) {  // C-RSP-01
    const json::Document document = parse(response);
    CHECK(document.root().at("status").str() == "failed");
    CHECK(document.root().at("data").is_null());
    CHECK_FALSE(document.root().at("data").is_missing());
    CHECK(document.root().at("message").is_string());
  }
}

TEST_CASE("a binary message is MessagePack and so is its answer, while events stay text") {  // C-WS-04, C-WS-05
  Forward world;
  const auto link = world.connect();

  link->binary(packed(R"({"action":"get_status","params":{},"echo":"4"})"));
  link->binary(packed(R"({"action":"slow","params":{},"echo":"5"})"));
  world.emit(world.transport);
  world.actions.slow.at(0)->ok("late");
  world.loop.run();

  REQUIRE(link->received.size() == 5);
  CHECK(link->received.at(2).starts_with("binary:"));
  CHECK(unpacked(link->received.at(2)) ==
        R"({"status":"ok","retcode":0,"data":"get_status done","message":"","echo":"4"})");
  CHECK(kinds({link->received.at(3)}) == Kinds{"e1"});
  CHECK(unpacked(link->received.at(4)) == R"({"status":"ok","retcode":0,"data":"late","message":"","echo":"5"})");
}

TEST_CASE("a binary message that is no MessagePack or no request gets 10001 in MessagePack") {  // C-WS-05, C-WS-06
  Forward world;
  const auto link = world.connect();

  for (const std::string& message : {std::string(), std::string("\x81\xa6"), std::string("{\"action\":1}"),
                                     std::string(10'000, '\x91'), packed("[]"), packed(R"({"action":""})")}) {
    CAPTURE(message);
    link->binary(message);
    world.loop.run();
    REQUIRE(link->received.back().starts_with("binary:"));
    CHECK(parse(unpacked(link->received.back())).root().at("retcode").integer() == 10001);
  }
  CHECK(link->received.size() == 8);
  CHECK(link->peer != nullptr);
}

TEST_CASE(
    "a message that is too long gets 10001 in its own encoding and under its echo, and the link stays open") {  // C-TYP-10,
                                                                                                                // C-WS-06
  Forward world;
  const auto link = world.connect();

  using Kind = io::WebSocketPeer::Kind;
  CHECK(link->peer->on_too_long(Kind::text, R"({"action":"upload_file","ec)", false));
  CHECK(link->peer->on_too_long(Kind::text, R"(ho":{"n":1},"params":{"data":"AAAA)", false));
  CHECK(link->peer->on_too_long(Kind::text, R"("}})", true));
  CHECK(link->peer->on_too_long(Kind::binary, packed(R"({"action":"a","echo":7})"), true));
  CHECK(link->peer->on_too_long(Kind::text, R"({"action":"no echo")", true));
  world.loop.run();

  const json::Document answer = parse(link->received.at(2));
  CHECK(answer.root().at("retcode").integer() == 10001);
  CHECK(answer.root().at("echo").dump() == R"({"n":1})");
  CHECK(answer.root().at("message").str().find("16777216") != std::string::npos);
  CHECK(parse(unpacked(link->received.at(3))).root().at("retcode").integer() == 10001);
  CHECK(parse(unpacked(link->received.at(3))).root().at("echo").integer() == 7);
  CHECK(parse(link->received.at(4)).root().at("echo").is_missing());
  CHECK(link->closed_with == 0);
  CHECK(world.log.counters["requests_too_long"] == 3);
}

TEST_CASE("an answer carries its echo and goes to the asker alone") {  // C-WS-08, C-RSP-06, C-RSP-07
  Forward world;
  const auto asker = world.connect(), other = world.connect();

  world.text(*asker, R"({"action":"get_status","params":{},"echo":"007"})");
  world.text(*asker, R"({"action":"unknown","params":{},"echo":"8"})");
  world.text(*asker, R"({"action":7,"echo":"9"})");
  world.text(*asker, R"({"action":"get_status","echo":12345678901234567890123})");

  CHECK(parse(asker->received.at(2)).root().at("echo").str() == "007");
  CHECK(parse(asker->received.at(3)).root().at("echo").str() == "8");
  CHECK(retcode_of(asker->received.at(3)) == Retcode::unsupported_action);
  CHECK(parse(asker->received.at(4)).root().at("echo").str() == "9");
  CHECK(asker->received.at(5).ends_with(R"("echo":12345678901234567890123})"));
  CHECK(other->received.size() == 2);
}

TEST_CASE("a slow action delays neither events nor other answers") {  // C-WS-10
  Forward world;
  const auto link = world.connect();

  world.text(*link, R"({"action":"slow","params":{},"echo":"1"})");
  world.text(*link, R"({"action":"get_status","params":{},"echo":"2"})");
  world.emit(world.transport);
  world.actions.slow.at(0)->ok();
  world.loop.run();

  CHECK(kinds(link->received) == Kinds{"connect", "status_update", "ok", "e1", "ok"});
  CHECK(parse(link->received.back()).root().at("echo").str() == "1");
}

TEST_CASE("10,000 events arrive in order") {  // C-WS-09
  Forward world;
  const auto link = world.connect();

  for (int i = 0; i < 1000; ++i) world.emit(world.transport, 10);

  CHECK(numbers(link->received) == range(1, 10'000));
}

TEST_CASE("many events that wait leave in one write") {
  Forward world;
  const auto link = world.connect();
  world.append(100);
  world.transport.wake();

  const std::string_view frames = link->peer->next_frames();

  CHECK(fakes::payloads(frames).size() == 100);
}

TEST_CASE("the answer to a link that has ended is dropped") {
  Forward world;
  const auto link = world.connect();
  world.text(*link, R"({"action":"slow","params":{}})");

  link->close(1000);
  world.actions.slow.at(0)->ok();
  world.emit(world.transport);

  CHECK(link->received.size() == 2);
}

TEST_CASE("an answer that is too long becomes a failed one with its echo") {  // C-WS-16
  Forward world({.max_frame = 1000});
  const auto link = world.connect();

  world.text(*link, R"({"action":"long","params":{"size":900},"echo":"1"})");
  world.text(*link, R"({"action":"long","params":{"size":1001},"echo":"2"})");
  world.text(*link, R"({"action":"unknown","params":{},"echo":")" + std::string(2000, 'e') + R"("})");

  CHECK(kinds(link->received) == Kinds{"connect", "status_update", "ok", "33002", "33002"});
  CHECK(parse(link->received.at(3)).root().at("echo").str() == "2");
  CHECK(link->received.at(4).size() < 1000);
  CHECK(link->peer != nullptr);
}

TEST_CASE("an answer in MessagePack that is too long becomes a failed one in MessagePack") {
  Forward world({.max_frame = 300});
  const auto link = world.connect();

  link->binary(packed(R"({"action":"slow","params":{},"echo":"5"})"));
  world.actions.slow.at(0)->ok(std::string(400, 'x'));
  world.loop.run();

  const std::string answer = unpacked(link->received.back());
  CHECK(parse(answer).root().at("retcode").integer() == 33002);
  CHECK(parse(answer).root().at("echo").str() == "5");
}

TEST_CASE("an event that is longer than the link carries is left out and counted") {
  Forward world({.max_frame = 1000});
  const auto link = world.connect();
  world.append(1);
  world.append(1, 2000);
  world.append(1);

  world.transport.wake();
  world.loop.run();

  CHECK(numbers(link->received) == Numbers{1, 3});
  CHECK(world.log.counters["events_too_long"] == 1);
}

TEST_CASE("a client that asks and never reads is closed and counted") {  // C-WS-11
  Forward world;
  const auto link = world.connect(), other = world.connect();
  link->reading = false;

  int asked = 0;
  while (link->peer && link->closed_with == 0 && asked < 1000) {
    ++asked;
    link->peer->on_text(R"({"action":"long","params":{"size":1000000}})");
  }
  world.loop.run();

  CHECK(asked < 20);
  CHECK(link->closed_with == 1008);
  CHECK(world.log.counters["consumers_overrun"] == 1);
  world.emit(world.transport);
  CHECK(numbers(other->received) == Numbers{1});
}

TEST_CASE("a client with a thousand unanswered actions is not read until half are answered") {
  Forward world;
  const auto link = world.connect();

  for (int i = 0; i < 1000; ++i) world.text(*link, R"({"action":"slow","params":{}})");
  CHECK(link->held);
  for (std::size_t i = 0; i < 499; ++i) world.actions.slow[i]->ok();
  CHECK(link->held);
  world.actions.slow[499]->ok();

  CHECK_FALSE(link->held);
}

TEST_CASE(
    "a client that stops reading lags, is served from the journal when it goes on, and delays nobody") {  // C-GEN-09
  Forward world;
  World& small = world;
  const auto lagging = world.connect(), other = world.connect();
  lagging->reading = false;

  for (int i = 0; i < 30; ++i) {
    world.append(100, 1000);  // 3 MB; 1 MiB stays in memory
    world.transport.wake();
    world.loop.run();
  }
  CHECK(numbers(other->received) == range(1, 3000));
  CHECK(numbers(lagging->received).empty());
  lagging->reading = true;
  lagging->pump();
  world.turn(1s);

  CHECK(numbers(lagging->received) == range(1, 3000));
  CHECK(small.history.fetches > 0);
}

TEST_CASE("a client that takes no byte for a minute while events wait is closed and counted") {
  Forward world;
  const auto link = world.connect();
  link->acknowledging = link->reading = false;
  link->acknowledged = 0;
  world.emit(world.transport);

  world.turn(55s);
  CHECK(link->closed_with == 0);
  world.turn(15s);

  CHECK(link->closed_with == 1008);
  CHECK(world.log.counters["consumers_stalled"] == 1);
}

TEST_CASE("an idle client that has everything is left alone and never pinged") {  // C-WS-12
  Forward world;
  const auto link = world.connect();
  world.emit(world.transport);

  world.turn(10min);

  CHECK(link->peer != nullptr);
  CHECK(kinds(link->received) == Kinds{"connect", "status_update", "e1"});
}

TEST_CASE("a socket that does not finish its closing handshake is dropped") {
  Forward world;
  const auto link = world.connect();
  link->acknowledging = link->reading = false;
  link->acknowledged = 0;
  world.emit(world.transport);
  world.turn(60s);
  world.turn(5s);
  REQUIRE(link->closed_with == 1008);

  world.turn(5s);

  CHECK(link->peer == nullptr);
}

TEST_CASE("stop closes every connection and nothing is called afterwards") {
  Forward world;
  const auto link = world.connect();
  world.text(*link, R"({"action":"slow","params":{}})");

  world.transport.stop();

  CHECK(link->closed_with == 1001);
  CHECK(link->peer == nullptr);
  CHECK_FALSE(world.connect());
  CHECK(world.server.refused == 503);
  world.actions.slow.at(0)->ok();
  world.emit(world.transport);
  world.turn(1min);
  CHECK(world.loop.timers() == 0);
}

}  // namespace
