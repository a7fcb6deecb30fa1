// HTTP POST: the stream of each bot, and what is answered to its events.

#include "onebot/v11/connect/http_post.h"

#include "bridge.h"

#include <algorithm>

namespace {

using namespace v11_test;

struct Posting : Bridge {
  explicit Posting(int count = 1, links::PostOptions options = {.url = "http://127.0.0.1:8080/"}) : Bridge(count) {
    options.section.bots = known;
    options.section.heartbeat = 0ms;
    transport.emplace(std::move(options), links::Means{ground, *rendering});
    REQUIRE(transport->start());
  }
  fakes::Client::Call& call(std::size_t number) { return *client.calls.at(number); }
  void answer(int status = 204, std::string body = "") {
    client.calls.back()->answer(status, std::move(body));
    loop.run();
  }
  Told posted() {
    std::vector<std::string> bodies;
    for (const auto& call : client.calls) bodies.push_back(call->request.body);
    return told(bodies);
  }
  Seq place() { return cursors.places["onebot11:http_post:http://127.0.0.1:8080/:chat/102000001"]; }

  std::optional<links::HttpPost> transport;
};

TEST_CASE("the first post is lifecycle enable, with the headers of the standard") {  // O11-POST-01, -07, O11-AUTH-05
  Posting world;
  CHECK(world.posted() == Told{"enable"});
  const io::Headers& headers = world.call(0).request.headers;
  CHECK(io::header(headers, "Content-Type") == "application/json");
  CHECK(io::header(headers, "X-Self-ID") == "102000001");
  CHECK(io::header(headers, "User-Agent") == "OneBot/11 onebridge/0.2.0");
  CHECK_FALSE(io::header(headers, "Authorization"));
  CHECK_FALSE(io::header(headers, "X-Signature"));
  CHECK(world.call(0).request.timeout == 60s);
}

TEST_CASE("a post is signed over its bytes") {  // O11-POST-03
  CHECK(links::signature("sec", R"({"a":1})") == "sha1=3b435c72348773c6822fb85c250f1b5769650592");
  Posting world(1, {.url = "http://127.0.0.1:8080/", .secret = "sec", .timeout = 5s});
  CHECK(io::header(world.call(0).request.headers, "X-Signature") ==
        links::signature("sec", world.call(0).request.body));
  CHECK(world.call(0).request.timeout == 5s);
}

TEST_CASE("events of a bot go one at a time, and no bot waits for another") {  // O11-POST-02
  Posting world(2);
  REQUIRE(world.client.calls.size() == 2);
  world.call(0).answer(204, ""), world.call(1).answer(204, "");
  world.say(*world.transport, 1), world.say(*world.transport, 1), world.say(*world.transport, 2);
  CHECK(world.posted() == Told{"enable", "enable", "e1", "e3"});

  world.answer();
  CHECK(world.client.calls.size() == 4);
  world.call(2).answer(200, "");

  CHECK(world.posted() == Told{"enable", "enable", "e1", "e3", "e2"});
}

TEST_CASE("the place moves by the answer") {
  Posting world;
  world.answer();
  world.say(*world.transport, 1);
  CHECK(world.place() == 1);
  world.answer(200);
  CHECK(world.place() == 2);
}

TEST_CASE("what is down for 20 s gets all events then, once and in order") {  // O11-POST-06
  Posting world;
  world.answer();
  world.say(*world.transport, 1), world.say(*world.transport, 1);
  const auto began = world.loop.now();
  while (world.loop.now() - began < 20s) {
    if (world.client.calls.back()->done) world.client.calls.back()->fail("refused");
    world.turn(1s);
  }
  while (!world.client.calls.back()->done) world.turn(1s);
  world.answer();
  world.answer();

  auto all = world.posted();
  std::erase(all, "enable");
  CHECK(std::ranges::count(all, "e2") == 1);
  CHECK(all.back() == "e2");
  CHECK(world.place() == 3);
}

TEST_CASE("what is refused is passed, and counted") {  // O11-POST-06
  Posting world;
  world.answer();
  world.say(*world.transport, 1), world.say(*world.transport, 1);
  world.answer(400);
  CHECK(world.posted().back() == "e2");
  world.answer(429);
  world.turn(5s);

  CHECK(world.posted() == Told{"enable", "e1", "e2", "e2"});
  CHECK(world.log.counters["webhook_events_given_up"] == 1);
}

TEST_CASE("what has become older than replay while nobody answered is left out") {  // O11-DEL-02
  Posting world;
  world.answer();
  world.say(*world.transport, 1);
  for (int i = 0; i < 600; ++i) {
    if (world.client.calls.back()->done) world.client.calls.back()->fail("refused");
    world.turn(1s);
  }
  world.say(*world.transport, 1);
  while (world.posted().back() != "e2") world.turn(1s);

  CHECK(world.log.counters["events_left_out"] == 1);
}

TEST_CASE("an answer is a quick operation when it is a JSON object, and nothing otherwise") {  // O11-POST-04
  Posting world;
  world.answer();
  for (const char* body : {"", "[]", "null", "5", "{", R"({"reply":7})"}) {
    world.say(*world.transport, 1);
    world.answer(200, body);
  }
  CHECK(world.actions.names().size() <= 1);  // a number is a text
  world.say(*world.transport, 1);
  world.answer(204, R"({"reply":"x"})");
  const auto before = world.actions.seen.size();
  world.say(*world.transport, 1);
  world.answer(200, R"({"reply":"hi"})");

  CHECK(world.actions.seen.size() == before + 1);
  CHECK(world.actions.seen.back().name == "send_message");
  CHECK(json::write(world.actions.seen.back().params).find("hi") != std::string::npos);
}

TEST_CASE("a failed quick operation is one line of the log") {  // O11-QUICK-05
  Posting world;
  world.answer();
  world.say(*world.transport, 1);
  world.answer(200, R"({"ban":true})");

  CHECK(world.log.contains("a quick operation failed: unsupported by chat: set_group_ban"));
}

TEST_CASE("a heartbeat is posted when nothing else is, and never again") {  // O11-POST-06
  links::PostOptions options{.url = "http://127.0.0.1:8080/"};
  Bridge world(1);
  options.section.bots = world.known;
  links::HttpPost transport(std::move(options), {world.ground, *world.rendering});
  REQUIRE(transport.start());
  world.client.calls.back()->answer(204, "");
  world.turn(15s);
  CHECK(rig::member(world.client.calls.back()->request.body, "meta_event_type") == "\"heartbeat\"");
  const auto posts = world.client.calls.size();
  world.client.calls.back()->fail("refused");
  world.turn(14s);

  CHECK(world.client.calls.size() == posts);
}

TEST_CASE("the last post of a stream is lifecycle disable, with a short time for its answer") {  // O11-POST-07
  Posting world(1, {.url = "http://127.0.0.1:8080/", .secret = "sec"});
  world.answer();
  world.say(*world.transport, 1);
  CHECK(world.posted().back() == "e1");

  world.transport->stop();
  world.transport->stop();

  CHECK(world.posted() == Told{"enable", "e1", "disable"});
  CHECK_FALSE(world.call(1).done);  // given up, and posted again by the next run
  const io::HttpRequest& last = world.call(2).request;
  CHECK(last.timeout == 2s);
  CHECK(io::header(last.headers, "X-Self-ID") == "102000001");
  CHECK(io::header(last.headers, "X-Signature") == links::signature("sec", last.body));
  SUBCASE("it is answered") { world.answer(); }
  SUBCASE("it is refused") {
    world.answer(500);
    CHECK(world.log.contains("the end was posted, and not answered by 2xx"));
  }
  world.turn(1h);
  CHECK(world.client.calls.size() == 3);
  CHECK(world.loop.timers() == 0);
}

TEST_CASE("whom the beginning did not reach, or who answers no more, is told no end") {  // O11-POST-07
  Posting world(2);
  SUBCASE("since enable is not answered yet") {}
  SUBCASE("since the last post failed") {
    world.call(0).answer(204, ""), world.call(1).answer(204, "");
    world.say(*world.transport, 1), world.say(*world.transport, 2);
    for (std::size_t i = 2; i < 4; ++i) world.call(i).fail("refused");
  }
  const std::size_t before = world.client.calls.size();
  world.transport->stop();
  world.turn(1h);
  CHECK(world.client.calls.size() == before);
  CHECK(world.loop.timers() == 0);
}

}  // namespace
