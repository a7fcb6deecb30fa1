// What a webhook sends, and what it makes of the answers.
#include "onebot/connect/webhook.h"

#include "backend.h"
#include "onebot/crypto.h"

namespace {

using namespace connect_test;

const io::Headers kJson{{"Content-Type", "application/json; charset=utf-8"}};

struct Hook : World {
  explicit Hook(connect::WebhookOptions options = {.url = "http://127.0.0.1:8080/onebot?k=hidden"})
      : transport(std::move(options), backend, implementation) {
    REQUIRE(transport.start());
  }
  fakes::Client::Call& last() { return *client.calls.back(); }
  void answer(int status, std::string body = "", io::Headers headers = {}) {
    last().answer(status, std::move(body), std::move(headers));
    loop.run();
  }
  Kinds pushed() {
    std::vector<std::string> bodies;
    for (const auto& call : client.calls) bodies.push_back(call->request.body);
    return kinds(bodies);
  }

  connect::Webhook transport;
};

TEST_CASE("every push is a POST with the headers of the standard and one JSON event") {  // C-HOOK-01..04
  Hook world({.url = "http://127.0.0.1:8080/x", .access_token = "s3cret", .timeout = 500ms});
  world.answer(204);
  world.emit(world.transport);

  CHECK(world.client.calls.size() == 2);
  for (const auto& call : world.client.calls) {
    CHECK(call->request.method == "POST");
    CHECK(call->request.url == "http://127.0.0.1:8080/x");
    CHECK(call->request.timeout == 500ms);
    CHECK(io::header(call->request.headers, "Content-Type") == "application/json");
    CHECK(io::header(call->request.headers, "User-Agent") == "OneBot/12 (mock) onebridge/1.2");
    CHECK(io::header(call->request.headers, "X-OneBot-Version") == "12");
    CHECK(io::header(call->request.headers, "X-Impl") == "onebridge");
    CHECK(io::header(call->request.headers, "Authorization") == "Bearer s3cret");
  }
  CHECK(world.last().request.body == world.history.kept.at(1).second);
}

TEST_CASE("without a token there is no Authorization header, and timeout 0 is none") {  // C-HOOK-03, C-HOOK-05
  Hook world({.url = "http://127.0.0.1:8080/x", .timeout = 0ms});

  CHECK_FALSE(io::header(world.last().request.headers, "Authorization"));
  CHECK(world.last().request.timeout == 0ms);
}

TEST_CASE("with a secret every push is signed over its id, its time and its body, and without one none is") {
  Hook world({.url = "http://127.0.0.1:8080/x", .secret = "a secret of the two"});
  world.answer(204);
  world.emit(world.transport);
  Hook unsigned_;

  const io::HttpRequest& request = world.last().request;
  const std::string id(parse(request.body).root().at("id").str());
  CHECK(id == "id1");
  CHECK(io::header(request.headers, "X-Onebridge-Id") == id);
  const std::string time(io::header(request.headers, "X-Onebridge-Timestamp").value_or(""));
  CHECK(time == std::to_string(static_cast<std::int64_t>(world.loop.wall())));
  const std::string signed_ = id + "." + time + "." + request.body;
  CHECK(io::header(request.headers, "X-Onebridge-Signature") ==
        "v1=" + onebot::crypto::hex(onebot::crypto::hmac_sha256("a secret of the two", signed_)));
  CHECK_FALSE(io::header(unsigned_.last().request.headers, "X-Onebridge-Signature"));
}

TEST_CASE("an event that is pushed again keeps its id and is signed anew") {
  Hook world({.url = "http://127.0.0.1:8080/x", .secret = "a secret of the two"});
  world.answer(204);
  world.emit(world.transport);
  const io::Headers first = world.last().request.headers;

  world.answer(503);
  world.turn(2s);

  const io::Headers& second = world.last().request.headers;
  CHECK(io::header(second, "X-Onebridge-Id") == io::header(first, "X-Onebridge-Id"));
  CHECK(io::header(second, "X-Onebridge-Timestamp") != io::header(first, "X-Onebridge-Timestamp"));
  CHECK(io::header(second, "X-Onebridge-Signature") != io::header(first, "X-Onebridge-Signature"));
}

TEST_CASE("the first push is a status_update, then events one at a time in order") {  // C-HOOK-13, C-HOOK-14
  Hook world;
  world.emit(world.transport, 3);
  CHECK(world.pushed() == Kinds{"status_update"});

  for (int i = 0; i < 3; ++i) world.answer(204);
  CHECK(world.pushed() == Kinds{"status_update", "e1", "e2", "e3"});
  world.answer(200);

  CHECK(world.pushed().size() == 4);
  CHECK(world.client.calls.at(0)->request.body.find("connect") == std::string::npos);
}

TEST_CASE("a 204 runs nothing, whatever its body") {  // C-HOOK-06
  Hook world;

  world.answer(204, R"([{"action":"get_status","params":{}}])", kJson);

  CHECK(world.actions.seen.empty());
}

TEST_CASE("the actions of a 200 run in order, each after the one before has ended") {  // C-HOOK-07
  Hook world;

  world.answer(
      200, R"([{"action":"slow","params":{"a":1}},{"action":"slow","params":{"a":2}},{"action":"last","params":{}}])",
      kJson);
  CHECK(world.actions.names() == Kinds{"slow"});
  world.actions.slow.at(0)->error({Retcode::refused, "down"});
  world.loop.run();
  CHECK(world.actions.names() == Kinds{"slow", "slow"});
  world.actions.slow.at(1)->ok();
  world.loop.run();

  CHECK(world.actions.names() == Kinds{"slow", "slow", "last"});
  CHECK(world.log.contains("action=slow retcode=34001 down"));
}

TEST_CASE("the actions of two answers run one after the other, and events go on meanwhile") {
  Hook world;
  world.emit(world.transport, 2);
  world.answer(204);

  world.answer(200, R"([{"action":"slow","params":{}}])", kJson);
  world.answer(200, R"([{"action":"second","params":{}}])", kJson);
  CHECK(world.pushed() == Kinds{"status_update", "e1", "e2"});
  CHECK(world.actions.names() == Kinds{"slow"});
  world.actions.slow.at(0)->ok();
  world.loop.run();

  CHECK(world.actions.names() == Kinds{"slow", "second"});
}

TEST_CASE("while a hundred actions wait no event is pushed") {
  Hook world;
  world.emit(world.transport, 2);
  world.answer(204);
  std::string list = R"([{"action":"slow","params":{}})";
  for (int i = 0; i < 100; ++i) list += R"(,{"action":"quick","params":{}})";

  world.answer(200, list + "]", kJson);
  CHECK(world.pushed() == Kinds{"status_update", "e1"});
  world.actions.slow.at(0)->ok();
  world.loop.run();

  CHECK(world.pushed() == Kinds{"status_update", "e1", "e2"});
  CHECK(world.actions.seen.size() == 101);
}

TEST_CASE("an action without self is for the bot of the event, and its own self stays") {  // C-HOOK-12
  Hook world;
  world.answer(200, R"({"action":"meta","params":{}})", kJson);
  world.emit(world.transport);

  world.answer(200, R"([{"action":"a","params":{}},{"action":"b","params":{},"self":{"platform":"p","user_id":"u"}}])",
               kJson);

  CHECK_FALSE(world.actions.seen.at(0).self);
  CHECK(world.actions.seen.at(1).self == Self{"mock", "b1"});
  CHECK(world.actions.seen.at(2).self == Self{"p", "u"});
}

TEST_CASE("one bad element does not stop the good ones, and is logged") {  // C-HOOK-10
  Hook world;

  world.answer(200, R"([1,{"action":7,"params":{}},{"action":"nope","params":"x"},{"action":"good","params":{}}])",
               kJson);

  CHECK(world.actions.names() == Kinds{"good"});
  int errors = 0;
  for (const auto& [level, line] : world.log.lines) errors += level == onebot::LogLevel::error;
  CHECK(errors == 3);
}

TEST_CASE("a single object is a list of one, and undeclared JSON is read too") {  // C-HOOK-11, C-IOP-23
  Hook world;
  world.answer(200, R"({"action":"one","params":{}})", kJson);
  world.emit(world.transport);

  world.answer(200, R"({"action":"two","params":{}})");

  CHECK(world.actions.names() == Kinds{"one", "two"});
}

TEST_CASE("a 200 with nothing to do is a success without noise") {  // C-HOOK-11
  for (const auto& [body, headers] : std::vector<std::pair<std::string, io::Headers>>{
           {"", {}}, {" \n", {}}, {"ok", {}}, {R"({"status":"ok"})", kJson}, {"[]", kJson}}) {
    CAPTURE(body);
    Hook world;
    world.answer(200, body, headers);
    for (const auto& [level, line] : world.log.lines) CHECK_MESSAGE(level <= onebot::LogLevel::info, line);
    world.emit(world.transport);
    CHECK(world.pushed() == Kinds{"status_update", "e1"});
  }
}

TEST_CASE("a list of actions in MessagePack runs like one in JSON") {  // C-HOOK-07, C-HOOK-08
  Hook world;

  world.answer(200, packed(R"([{"action":"one","params":{"a":1}},7,{"action":"two","params":{}}])"),
               {{"Content-Type", "application/msgpack"}});
  world.loop.run();

  CHECK(world.actions.names() == Kinds{"one", "two"});
  CHECK(json::write(world.actions.seen.at(0).params) == R"({"a":1})");
}

TEST_CASE("another type or broken JSON is logged, still a success, and not repeated") {  // C-HOOK-08
  for (const auto& [body, type] : std::vector<std::pair<std::string, std::string>>{
           {"<html>", "text/html"}, {"[", "application/json"}, {"\x91", "application/msgpack"}}) {
    Hook world;
    world.answer(200, body, {{"Content-Type", type}});
    CHECK(world.log.lines.back().first == onebot::LogLevel::error);
    world.turn(10min);
    CHECK(world.client.calls.size() == 1);
  }
}

TEST_CASE("any other status is a failure, and no action of it runs") {  // C-HOOK-09
  for (const int status : {201, 202, 206, 301, 307, 400, 404, 500, 503}) {
    Hook world;
    world.answer(status, R"([{"action":"get_status","params":{}}])", kJson);
    CHECK(world.actions.seen.empty());
    CHECK(world.log.counters["webhook_pushes_failed"] == 1);
    CHECK(world.log.contains("status=" + std::to_string(status)));
    CHECK_FALSE(world.log.contains("hidden"));
  }
}

TEST_CASE("of the heartbeats that could not be sent only the newest is, and it is not repeated") {
  Hook world;
  world.transport.announce(R"({"type":"meta","detail_type":"heartbeat","n":1})");
  world.transport.announce(R"({"type":"meta","detail_type":"heartbeat","n":2})");
  world.answer(204);
  CHECK(world.pushed() == Kinds{"status_update", "heartbeat"});
  CHECK(world.last().request.body.find("\"n\":2") != std::string::npos);

  world.answer(500);
  world.turn(10min);

  CHECK(world.client.calls.size() == 2);
}

TEST_CASE("two changes that wait become one whole status") {
  Hook world;
  world.answer(204);
  world.transport.announce(R"({"type":"meta","detail_type":"status_update","n":"one"})");
  CHECK(world.last().request.body.find("one") != std::string::npos);

  world.transport.announce(R"({"type":"meta","detail_type":"status_update","n":"two"})");
  world.transport.announce(R"({"type":"meta","detail_type":"status_update","n":"three"})");
  world.answer(204);

  CHECK(world.client.calls.size() == 3);
  CHECK(parse(world.last().request.body).root().at("n").integer() == world.meta.statuses);
  world.answer(204);
  CHECK(world.client.calls.size() == 3);
}

TEST_CASE("stop drops the push in flight, the timers and the actions") {
  Hook world;
  world.answer(200, R"([{"action":"slow","params":{}},{"action":"never","params":{}}])", kJson);
  world.emit(world.transport);

  world.transport.stop();
  world.actions.slow.at(0)->ok();
  world.emit(world.transport);
  world.turn(1h);

  CHECK_FALSE(world.last().done);
  CHECK(world.client.calls.size() == 2);
  CHECK(world.actions.names() == Kinds{"slow"});
  CHECK(world.loop.timers() == 0);
}

}  // namespace
