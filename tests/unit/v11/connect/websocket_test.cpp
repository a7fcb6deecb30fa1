// Forward WebSocket: who comes in, by which path, and what it hears.

#include "onebot/v11/connect/websocket.h"

#include "bridge.h"
#include "onebot/json_write.h"
#include "onebot/v11/connect/uploads.h"

#include <algorithm>

namespace {

using namespace v11_test;

struct Forward : Bridge {
  explicit Forward(int count = 1, std::string token = "s3cret") : Bridge(count) {
    links::WebSocketOptions options{.access_token = std::move(token)};
    options.section.bots = known;
    transport.emplace(std::move(options), links::Means{ground, *rendering});
    REQUIRE(transport->start());
  }
  std::shared_ptr<fakes::Link> connect(std::string path, std::string query = "access_token=s3cret",
                                       io::Headers headers = {}) {
    return server.connect({.url = std::move(path), .query = std::move(query), .headers = std::move(headers)});
  }
  int status(std::string path, std::string query, io::Headers headers = {}) {
    return connect(std::move(path), std::move(query), std::move(headers)) ? 101 : server.refused;
  }
  // The last frame behind a request.
  std::string ask(fakes::Link& link, std::string_view request) {
    const std::size_t before = link.received.size();
    link.text(request);
    loop.run();
    return link.received.size() == before ? "" : link.received.back();
  }

  std::optional<links::WebSocket> transport;
};

TEST_CASE("/, /api and /event lead in, with a last slash, too, and no other path") {  // O11-WS-01
  Forward world;
  for (const char* path : {"/", "/api", "/api/", "/event", "/event/", "/102000001", "/102000001/api/"}) {
    CAPTURE(path);
    CHECK(world.status(path, "access_token=s3cret") == 101);
  }
  for (const char* path : {"/ws", "/onebot/v11", "/API", "/events", "/102000002/", "/apis", "//api"}) {
    CAPTURE(path);
    CHECK(world.status(path, "access_token=s3cret") == 404);
  }
}

TEST_CASE("a missing token is 401 and a wrong one 403, in header and query; the header decides") {  // O11-AUTH-01..03
  Forward world;
  CHECK(world.status("/", "") == 401);
  CHECK(world.status("/", "access_token=other") == 403);
  CHECK(world.status("/", "", {{"Authorization", "Bearer other"}}) == 403);
  for (const char* header : {"Bearer s3cret", "bearer s3cret", "Token s3cret", "s3cret"}) {
    CAPTURE(header);
    CHECK(world.status("/", "", {{"authorization", header}}) == 101);
  }
  CHECK(world.status("/", "access_token=other", {{"Authorization", "Bearer s3cret"}}) == 101);
  CHECK(world.status("/", "access_token=s3cret", {{"Authorization", "Bearer other"}}) == 403);
  CHECK(world.log.counters["clients_refused token"] == 4);
}

TEST_CASE("a web page does not come in where no token is asked for") {  // O11-AUTH-06
  Forward world(1, "");
  CHECK(world.status("/", "") == 101);
  CHECK(world.status("/", "", {{"Origin", "http://example.org"}}) == 403);
}

TEST_CASE("with two bots the path says which; without it the answer lists them") {  // O11-BOT-03, O11-HTTP-05
  Forward world(2);
  const auto refusal = world.transport->refuse({.url = "/", .query = "access_token=s3cret"});
  REQUIRE(refusal);
  CHECK(refusal->status == 404);
  CHECK(rig::member(refusal->body, "retcode") == "1404");
  CHECK(rig::member(refusal->body, "bots") == "[102000001,102000002]");

  const auto one = world.connect("/102000001/"), two = world.connect("/102000002/event");
  world.say(*world.transport, 1), world.say(*world.transport, 2);

  CHECK(told(one->received) == Told{"connect", "e1"});
  CHECK(told(two->received) == Told{"connect", "e2"});
}

TEST_CASE("the first frame is lifecycle, but on /api, which carries answers alone") {  // O11-WS-03, O11-WS-04
  Forward world;
  const auto all = world.connect("/"), api = world.connect("/api"), event = world.connect("/event");
  world.say(*world.transport, 1);
  for (const auto& link : {all, api, event}) world.ask(*link, R"({"action":"get_status"})");

  CHECK(all->received.at(0) == R"({"time":1790001000,"self_id":102000001,"post_type":"meta_event",)"
                               R"("meta_event_type":"lifecycle","sub_type":"connect"})");
  CHECK(told(all->received) == Told{"connect", "e1", "ok"});
  CHECK(told(api->received) == Told{"ok"});
  CHECK(told(event->received) == Told{"connect", "e1"});
}

TEST_CASE("several clients of one bot each get every event, as the same bytes") {  // O11-WS-07, O11-GEN-02
  Forward world;
  const auto one = world.connect("/"), two = world.connect("/");
  for (int i = 0; i < 1000; ++i) world.say(*world.transport, 1);

  CHECK(one->received.size() == 1001);
  CHECK(one->received == two->received);
}

TEST_CASE("what is no request is answered, and the link stays") {  // O11-WS-08, O11-REQ-01, O11-RSP-02
  Forward world;
  const auto link = world.connect("/api");
  CHECK(world.ask(*link, "{") ==
        R"({"status":"failed","retcode":1400,"data":null,"message":"not valid JSON","wording":"not valid JSON"})");
  CHECK(rig::member(world.ask(*link, "[]"), "retcode") == "1400");
  CHECK(rig::member(world.ask(*link, "{}"), "retcode") == "1400");
  CHECK(rig::member(world.ask(*link, R"({"action":5,"echo":1e3})"), "retcode") == "1400");
  CHECK(link->received.back().ends_with(R"("echo":1e3})"));
  CHECK(world.ask(*link, R"({"action":"get_status","echo":{"b":1,"a":2}})") ==
        R"({"status":"ok","retcode":0,"data":{"online":true,"good":true},"message":"","wording":"",)"
        R"("echo":{"b":1,"a":2}})");
  link->binary(R"({"action":"get_status","echo":null})");
  world.loop.run();
  CHECK_FALSE(link->received.back().ends_with("null}"));
  CHECK(told(link->received).back() == "ok");
  CHECK(world.log.counters["requests_mistaken 1400"] == 4);
}

TEST_CASE("a link's requests are of its bot; another number is refused") {  // O11-BOT-06
  Forward world(2);
  const auto link = world.connect("/102000002/");
  CHECK(rig::member(world.ask(*link, R"({"action":"get_status","params":{"self_id":102000001}})"), "retcode") ==
        "1400");
  CHECK(rig::member(world.ask(*link, R"({"action":"get_status","params":{"self_id":"102000002"}})"), "retcode") == "0");
  world.ask(*link, R"({"action":"chat.ban"})");

  REQUIRE(world.actions.seen.size() == 1);
  CHECK(world.actions.seen[0].self->user_id == "bot2");
}

TEST_CASE("_async is answered before it is done, and only when it can be") {  // O11-REQ-02
  Forward world;
  const auto link = world.connect("/api");
  CHECK(world.ask(*link, R"({"action":"chat.ban_async","params":{},"echo":"a"})") ==
        R"({"status":"async","retcode":1,"data":null,"message":"","wording":"","echo":"a"})");
  CHECK(world.actions.names() == Told{"chat.ban"});
  CHECK(rig::member(world.ask(*link, R"({"action":"set_async"})"), "retcode") == "1404");
  CHECK(told(link->received) == Told{"async", "1404"});
}

TEST_CASE("_rate_limited actions of a link begin half a second apart") {  // O11-REQ-02
  Forward world;
  const auto link = world.connect("/api");
  for (int i = 0; i < 3; ++i) world.ask(*link, R"({"action":"chat.ban_rate_limited"})");
  CHECK(told(link->received) == Told{"async", "async", "async"});
  CHECK(world.actions.seen.size() == 1);
  world.turn(499ms);
  CHECK(world.actions.seen.size() == 1);
  world.turn(1ms);
  CHECK(world.actions.seen.size() == 2);
  world.turn(10s);
  CHECK(world.actions.seen.size() == 3);
}

TEST_CASE("every request has exactly one answer, within 55 s, and holds up no other") {  // O11-RSP-04, O11-RWS-08
  Forward world;
  const auto link = world.connect("/api");
  world.actions.mute = "chat.ban";
  world.ask(*link, R"({"action":"chat.ban","echo":1})");
  world.ask(*link, R"({"action":"get_status","echo":2})");
  CHECK(told(link->received) == Told{"ok"});

  world.turn(55s);
  CHECK(told(link->received) == Told{"ok", "1200"});
  world.actions.slow.at(0)->ok();
  world.loop.run();

  CHECK(link->received.size() == 2);
  CHECK(world.log.counters["actions_timeout"] == 1);
}

TEST_CASE("heartbeats come each interval, and at once when the bot goes") {  // O11-META-02, O11-CFG-04
  Forward world;
  const auto link = world.connect("/event");
  world.turn(15s);
  CHECK(link->received.back() == R"({"time":1790001015,"self_id":102000001,"post_type":"meta_event",)"
                                 R"("meta_event_type":"heartbeat","status":{"online":true,"good":true},)"
                                 R"("interval":15000})");
  world.transport->announce("{}");
  world.loop.run();
  CHECK(told(link->received) == Told{"connect", "heartbeat"});

  world.bot(1).status_ = {false, false};
  world.transport->announce("{}");
  world.loop.run();

  CHECK(told(link->received) == Told{"connect", "heartbeat", "heartbeat"});
  CHECK(rig::member(link->received.back(), "status") == R"({"online":false,"good":false})");
  CHECK(link->closed_with == 0);
}

TEST_CASE("a named client is served what it missed, five minutes back") {  // O11-WS-06, O11-DEL-01, O11-DEL-02
  Forward world;
  world.server.clients_answer = true;
  const auto first = world.connect("/", "access_token=s3cret&consumer=app");
  world.say(*world.transport, 1);
  world.turn(1s);
  first->close(1006);
  world.say(*world.transport, 1);
  world.turn(10min);
  world.say(*world.transport, 1);

  const auto second = world.connect("/", "access_token=s3cret&consumer=app");
  world.turn(10s);

  const auto heard = told(second->received);
  CHECK(std::ranges::count(heard, "e1") == 0);
  CHECK(std::ranges::count(heard, "e2") == 0);
  CHECK(std::ranges::count(heard, "e3") == 1);
  CHECK(world.log.counters["events_left_out"] == 1);
  CHECK(world.cursors.places["onebot11:websocket:127.0.0.1:6700:chat/102000001:app"] == 4);
}

TEST_CASE("a quick operation is done in order, and its first failure told") {  // O11-QUICK-02, O11-QUICK-05
  Forward world;
  const auto link = world.connect("/");
  world.say(*world.transport, 1);
  const std::string event = link->received.back();
  const std::string context = R"({"post_type":"message","message_type":"group","group_id":)" +
                              rig::member(event, "group_id") + R"(,"user_id":)" + rig::member(event, "user_id") +
                              R"(,"message_id":)" + rig::member(event, "message_id") + "}";

  CHECK(world.ask(*link, R"({"action":".handle_quick_operation","params":{"context":)" + context +
                             R"(,"operation":{"reply":"ok","at_sender":false}},"echo":"b"})") ==
        R"({"status":"ok","retcode":0,"data":null,"message":"","wording":"","echo":"b"})");
  CHECK(world.actions.names() == Told{"send_message"});
  const std::string failed = world.ask(*link, R"({"action":".handle_quick_operation","params":{"context":)" + context +
                                                  R"(,"operation":{"reply":"ok","delete":true}},"echo":"c"})");

  CHECK(rig::member(failed, "retcode") == "1404");
  CHECK(world.actions.names() == Told{"send_message", "send_message"});
}

TEST_CASE("an answer with a new number waits until the number is safe, any other does not") {  // O11-MID-03
  Forward world;
  const auto link = world.connect("/");
  world.say(*world.transport, 1);
  const std::string group = rig::member(link->received.back(), "group_id");
  world.safety.commit();
  world.safety.by_hand = true;
  world.actions.mute = "send_message";
  const std::string send =
      R"({"action":"send_group_msg","params":{"group_id":)" + group + R"(,"message":"hi"},"echo":1})";

  CHECK(world.ask(*link, send) == "");
  world.actions.slow.at(0)->ok(Fields{{"message_id", std::string("m-sent")}, {"time", 1.0}});
  world.loop.run();
  const std::string status = world.ask(*link, R"({"action":"get_status","echo":2})");
  CHECK(rig::member(status, "echo") == "2");
  CHECK(link->received.back() == status);

  world.safety.commit();
  world.loop.run();
  CHECK(rig::member(link->received.back(), "echo") == "1");
  CHECK(rig::member(link->received.back(), "status") == R"("ok")");
}

TEST_CASE("what a chat cannot take is left out, and the rest is asked for once more") {  // O11-SEG-07
  Forward world;
  const auto link = world.connect("/");
  world.say(*world.transport, 1);
  const std::string event = link->received.back();
  world.actions.mute = "send_message";
  world.ask(*link, R"({"action":"send_group_msg","params":{"group_id":)" + rig::member(event, "group_id") +
                       R"(,"message":[{"type":"reply","data":{"id":)" + rig::member(event, "message_id") +
                       R"(}},{"type":"at","data":{"qq":"all"}},{"type":"text","data":{"text":"hi"}}]},"echo":1})");
  const auto sent = [&world] { return json::write(*onebot::find(world.actions.seen.back().params, "message")); };
  CHECK(sent().find("mention_all") != std::string::npos);

  world.actions.slow.at(0)->error(
      {Retcode::unsupported_segment, R"(a segment "mention_all" cannot be sent to a group)"});
  world.loop.run();
  CHECK(sent().find("mention_all") == std::string::npos);
  CHECK(sent().find("reply") != std::string::npos);

  world.actions.slow.at(1)->error({Retcode::unknown_message, "reply: message_id: \"m1\" is not known to this bot"});
  world.loop.run();
  CHECK(sent() == R"([{"type":"text","data":{"text":"hi"}}])");

  world.actions.slow.at(2)->ok(Fields{{"message_id", std::string("m-sent")}, {"time", 1.0}});
  world.loop.run();
  CHECK(rig::member(link->received.back(), "status") == R"("ok")");
  CHECK(rig::member(link->received.back(), "message").find("mention_all") != std::string::npos);
}

TEST_CASE("a message of which nothing would remain is refused as its platform says") {
  Forward world;
  const auto link = world.connect("/");
  world.say(*world.transport, 1);
  world.actions.mute = "send_message";
  world.ask(*link, R"({"action":"send_group_msg","params":{"group_id":)" +
                       rig::member(link->received.back(), "group_id") +
                       R"(,"message":[{"type":"at","data":{"qq":"all"}}]},"echo":1})");

  world.actions.slow.at(0)->error(
      {Retcode::unsupported_segment, R"(a segment "mention_all" cannot be sent to a group)"});
  world.loop.run();
  CHECK(world.actions.names().size() == 1);
  CHECK(rig::member(link->received.back(), "retcode") == "1400");
}

TEST_CASE("an answer goes out when its number cannot be made safe") {
  Forward world;
  const auto link = world.connect("/");
  world.say(*world.transport, 1);
  const std::string group = rig::member(link->received.back(), "group_id");
  world.safety.by_hand = true;
  world.actions.mute = "send_message";
  world.ask(*link, R"({"action":"send_group_msg","params":{"group_id":)" + group + R"(,"message":"hi"},"echo":1})");
  world.actions.slow.at(0)->ok(Fields{{"message_id", std::string("m-sent")}, {"time", 1.0}});

  world.safety.fail();
  world.loop.run();
  CHECK(rig::member(link->received.back(), "echo") == "1");
}

TEST_CASE("a picture is uploaded before the message that shows it") {  // O11-MED-04
  Forward world;
  const auto link = world.connect("/");
  world.say(*world.transport, 1);
  const std::string group = rig::member(link->received.back(), "group_id");
  world.ask(*link, R"({"action":"send_group_msg","params":{"group_id":)" + group +
                       R"(,"message":[{"type":"image","data":{"file":"base64://aGk"}}]}})");

  REQUIRE(world.actions.names() == Told{"upload_file", "send_message"});
  CHECK(onebot::text_of(world.actions.seen[0].params, "type") == "data");
}

TEST_CASE("a picture without a name is called by what it is") {  // O11-MED-06
  struct Row {
    std::string_view data{}, name{};
  };
  for (const Row& row :
       {Row{R"("file":"base64://iVBORw0KGgo")", "image.png"}, Row{R"("file":"base64://R0lGODlh")", "image.gif"},
        Row{R"("file":"base64://iVBORw0KGgo","name":"a.b")", "a.b"}, Row{R"("file":"base64://aGk")", "file"},
        Row{R"("file":"https://cdn.test/x/a.jpg?b=c")", "a.jpg"}}) {
    CAPTURE(row.data);
    Forward world;
    const auto link = world.connect("/");
    world.say(*world.transport, 1);
    world.ask(*link, R"({"action":"send_group_msg","params":{"group_id":)" +
                         rig::member(link->received.back(), "group_id") + R"(,"message":[{"type":"image","data":{)" +
                         std::string(row.data) + "}}]}}");

    CHECK(onebot::text_of(world.actions.seen.at(0).params, "name") == row.name);
  }
}

TEST_CASE("an address is fetched once in ten minutes, and anew when the application says so") {  // O11-MED-06
  Forward world;
  world.actions.mute = "upload_file";
  const auto link = world.connect("/");
  world.say(*world.transport, 1);
  const std::string group = rig::member(link->received.back(), "group_id");
  int uploads = 0;
  // Sends a picture, fetches it if it is asked to, and returns which file was sent.
  const auto send = [&](std::string_view data) {
    const std::size_t before = world.actions.slow.size();
    world.ask(*link, R"({"action":"send_group_msg","params":{"group_id":)" + group +
                         R"(,"message":[{"type":"image","data":{)" + std::string(data) + "}}]}}");
    if (world.actions.slow.size() > before) {
      world.actions.slow.back()->ok(onebot::Fields{{"file_id", "file." + std::to_string(++uploads)}});
      world.loop.run();
    }
    REQUIRE(world.actions.seen.back().name == "send_message");
    const std::string sent = onebot::json::write(*onebot::find(world.actions.seen.back().params, "message"));
    const auto at = sent.find("file.");
    return at == sent.npos ? sent : sent.substr(at, 6);
  };

  CHECK(send(R"("file":"https://cdn.test/a.png")") == "file.1");
  CHECK(send(R"("file":"https://cdn.test/a.png")") == "file.1");
  CHECK(send(R"("file":"https://cdn.test/b.png")") == "file.2");
  CHECK(send(R"("file":"https://cdn.test/a.png","name":"c.png")") == "file.3");
  CHECK(send(R"("file":"https://cdn.test/a.png","cache":"0")") == "file.4");
  CHECK(send(R"("file":"https://cdn.test/a.png")") == "file.4");
  CHECK(send(R"("file":"base64://aGk")") == "file.5");
  CHECK(send(R"("file":"base64://aGk")") == "file.6");

  world.loop.advance(links::Fetched::kFresh);
  CHECK(send(R"("file":"https://cdn.test/a.png")") == "file.7");
}

}  // namespace
