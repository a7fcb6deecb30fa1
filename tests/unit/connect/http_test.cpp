#include "onebot/connect/http.h"

#include "backend.h"

namespace {

using namespace connect_test;

struct Endpoint : World {
  explicit Endpoint(connect::HttpOptions options = {}) : transport(std::move(options), backend) {
    REQUIRE(transport.start());
  }
  std::shared_ptr<fakes::Answered> post(std::string body, io::Headers extra = {}) {
    extra.emplace_back("Content-Type", "application/json");
    return server.request({.method = "POST", .url = "/", .headers = std::move(extra), .body = std::move(body)});
  }
  int status(io::HttpRequest request) { return server.request(std::move(request))->response->status; }

  connect::Http transport;
};

TEST_CASE("an action request is answered with 200, its echo and the bare content type") {  // C-HTTP-01, -07, -11
  Endpoint world;

  const auto answered = world.post(R"({"action":"get_version","params":{},"echo":"e1"})");

  CHECK(answered->response->status == 200);
  CHECK(io::header(answered->response->headers, "Content-Type") == "application/json");
  const json::Document document = parse(answered->response->body);
  CHECK(document.root().at("status").str() == "ok");
  CHECK(document.root().at("data").str() == "get_version done");
  CHECK(document.root().at("echo").str() == "e1");
  CHECK(world.server.addresses.at(0).port == 5700);
}

TEST_CASE("the checks are path, method, token, content type, in this order") {  // C-HTTP-02..05, C-HTTP-10, C-HTTP-14
  Endpoint world({.access_token = "s3cret"});
  const io::Headers good{{"Authorization", "Bearer s3cret"}}, bad{{"Authorization", "Bearer x"}};

  CHECK(world.status({.method = "GET", .url = "/x"}) == 404);
  CHECK(world.status({.method = "POST", .url = "/send_message", .headers = good}) == 404);
  CHECK(world.status({.method = "GET", .url = "/"}) == 405);
  CHECK(world.status({.method = "OPTIONS", .url = "/", .headers = good}) == 405);
  CHECK(world.status({.method = "POST", .url = "/", .headers = bad}) == 401);
  CHECK(world.status({.method = "POST", .url = "/"}) == 401);
  CHECK(world.status({.method = "POST", .url = "/", .headers = good}) == 415);
  CHECK(world.post("{}", good)->response->status == 200);
  CHECK(world.actions.seen.empty());
}

TEST_CASE("refusals are decided on the head, before a body is read") {
  Endpoint world;

  const auto refusal =
      world.transport.refuse({.method = "POST", .url = "/", .headers = {{"Content-Type", "text/html"}}});

  CHECK(refusal->status == 415);
}

TEST_CASE("the media type is compared without case and parameters, and as a whole") {  // C-HTTP-06, C-HTTP-08
  Endpoint world;
  const auto refused = [&](const char* type) {
    return world.transport.refuse({.method = "POST", .url = "/", .headers = {{"content-type", type}}}).has_value();
  };

  CHECK_FALSE(refused("application/json"));
  CHECK_FALSE(refused("Application/JSON ; charset=utf-8"));
  CHECK_FALSE(refused("application/msgpack"));
  for (const char* wrong :
       {"application/jsonx", "text/plain", "application/x-www-form-urlencoded", "application/x-msgpack", "", "json"}) {
    CAPTURE(wrong);
    CHECK(refused(wrong));
  }
}

TEST_CASE("a MessagePack request is answered in MessagePack, whatever becomes of it") {  // C-HTTP-06, C-HTTP-07
  Endpoint world;
  const auto post = [&](std::string body) {
    const auto answered = world.server.request({.method = "POST",
                                                .url = "/",
                                                .headers = {{"Content-Type", "Application/MsgPack; x=y"}},
                                                .body = std::move(body)});
    CHECK(answered->response->status == 200);
    CHECK(io::header(answered->response->headers, "Content-Type") == "application/msgpack");
    return unpacked(answered->response->body);
  };

  CHECK(post(packed(R"({"action":"get_version","params":{},"echo":"e1"})")) ==
        R"({"status":"ok","retcode":0,"data":"get_version done","message":"","echo":"e1"})");
  CHECK(parse(post(packed(R"({"action":"unknown","params":{}})"))).root().at("retcode").integer() == 10002);
  for (const std::string& broken : {std::string(), std::string("\xc1"), std::string(10'000, '\x91'), packed("7")}) {
    CHECK(parse(post(broken)).root().at("retcode").integer() == 10001);
  }
}

TEST_CASE("whatever is wrong with the body is a retcode with status 200") {  // C-HTTP-09, C-TYP-10
  Endpoint world;

  for (const std::string& body : {std::string("{"), std::string(), std::string("[1]"), std::string(10'000, '[')}) {
    const auto answered = world.post(body);
    CHECK(answered->response->status == 200);
    CHECK(retcode_of(answered->response->body) == Retcode::bad_request);
  }
  const auto answered = world.post(R"({"action":"unknown","params":{}})");
  CHECK(answered->response->status == 200);
  CHECK(retcode_of(answered->response->body) == Retcode::unsupported_action);
}

TEST_CASE("a body that is too long is answered under its echo, in its own encoding, with status 200") {
  Endpoint world;
  const auto answer = [&](const char* type, std::string_view bytes) {
    const auto body = world.transport.serve_long({.method = "POST", .url = "/", .headers = {{"Content-Type", type}}});
    for (const char c : bytes) body->piece({&c, 1});
    const io::HttpResponse response = body->end();
    CHECK(response.status == 200);
    CHECK(io::header(response.headers, "Content-Type") == type);
    return response.body;
  };

  const std::string text = answer("application/json", R"({"action":"a","params":{"data":"AA"},"echo":1.50})");
  CHECK(retcode_of(text) == Retcode::bad_request);
  CHECK(text.ends_with(R"("echo":1.50})"));
  CHECK(parse(unpacked(answer("application/msgpack", packed(R"({"echo":["e"]})")))).root().at("echo").dump() ==
        R"(["e"])");
  CHECK(world.log.counters["requests_too_long"] == 2);
  CHECK(world.server.addresses.at(0).max_body == onebot::kMaxRequest);
}

TEST_CASE("a slow action and a long poll do not delay another request") {  // C-HTTP-12
  Endpoint world;
  const auto slow = world.post(R"({"action":"slow","params":{},"echo":"1"})");
  const auto poll = world.post(R"({"action":"get_latest_events","params":{"timeout":20}})");

  const auto quick = world.post(R"({"action":"get_status","params":{}})");

  CHECK(quick->response);
  CHECK_FALSE(slow->response);
  CHECK_FALSE(poll->response);
  world.actions.slow.at(0)->ok("late");
  CHECK(parse(slow->response->body).root().at("echo").str() == "1");
  CHECK(
      world.post(R"({"action":"get_status","echo":{"seq":1.0}})")->response->body.ends_with(R"("echo":{"seq":1.0}})"));
}

TEST_CASE("stop answers what waits with 36001, and late results go nowhere") {
  Endpoint world;
  const auto slow = world.post(R"({"action":"slow","params":{},"echo":"1"})");
  const auto poll = world.post(R"({"action":"get_latest_events","params":{"timeout":20}})");

  world.transport.stop();

  CHECK(retcode_of(slow->response->body) == Retcode::shutting_down);
  CHECK(parse(slow->response->body).root().at("echo").str() == "1");
  CHECK(parse(poll->response->body).root().at("data").size() == 0);
  world.actions.slow.at(0)->ok("late");
  CHECK(world.status({.method = "POST", .url = "/"}) == 503);
  CHECK(world.loop.timers() == 0);
}

TEST_CASE("an action that nobody answers is answered with 20001") {  // C-RSP-05
  Endpoint world;
  const auto slow = world.post(R"({"action":"slow","params":{}})");

  world.actions.slow.clear();

  CHECK(retcode_of(slow->response->body) == Retcode::bad_handler);
}

}  // namespace
