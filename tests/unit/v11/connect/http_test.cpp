// HTTP: how actions are asked for, and with which status they are answered.

#include "onebot/v11/connect/http.h"

#include "bridge.h"
#include "onebot/v11/connect/form.h"
#include "onebot/v11/segments.h"

namespace {

using namespace v11_test;

struct Asked : Bridge {
  explicit Asked(int count = 1, std::string token = "s3cret") : Bridge(count) {
    links::HttpOptions options{.access_token = std::move(token)};
    options.section.bots = known;
    transport.emplace(std::move(options), links::Means{ground, *rendering});
    REQUIRE(transport->start());
  }
  std::shared_ptr<fakes::Answered> begin(io::HttpRequest request, std::string token = "Bearer s3cret") {
    if (!token.empty()) request.headers.emplace_back("Authorization", std::move(token));
    auto answered = server.request(std::move(request));
    loop.run();
    return answered;
  }
  io::HttpResponse ask(io::HttpRequest request, std::string token = "Bearer s3cret") {
    const auto answered = begin(std::move(request), std::move(token));
    REQUIRE(answered->response);
    return *answered->response;
  }
  io::HttpResponse get(std::string path, std::string query = "") {
    return ask({.url = std::move(path), .query = std::move(query)});
  }
  io::HttpResponse post(std::string path, std::string body, std::string type = "application/json") {
    io::Headers headers;
    if (!type.empty()) headers.emplace_back("Content-Type", std::move(type));
    return ask({.method = "POST", .url = std::move(path), .headers = std::move(headers), .body = std::move(body)});
  }

  std::optional<links::Http> transport;
};

TEST_CASE("an action is asked for by GET and POST, with a last slash or without") {  // O11-HTTP-01, -03, -06
  Asked world;
  const io::HttpResponse response = world.get("/get_login_info");
  CHECK(response.status == 200);
  CHECK(response.body ==
        R"({"status":"ok","retcode":0,"data":{"user_id":102000001,"nickname":"BridgeBot"},"message":"","wording":""})");
  CHECK(io::header(response.headers, "Content-Type") == "application/json");
  CHECK(world.post("/get_login_info/", "{}").status == 200);
  CHECK(world.post("/get_status", "", "").status == 200);
  CHECK(world.post("/102000001/get_status", "", "").status == 200);
}

TEST_CASE("the same parameters in five forms ask for the same") {  // O11-HTTP-02
  Asked world;
  const auto user = std::to_string(world.ids.number({v11::Kind::user, "chat", "u"}));
  const std::string form = "user_id=" + user +
                           "&message=%5B%7B%22type%22%3A%22text%22%2C%22data%22%3A%7B%22text%22%3A"
                           "%22a%20b%22%7D%7D%5D";
  const std::string json = R"({"user_id":)" + user + R"(,"message":"a b"})";

  world.get("/send_private_msg", form);
  world.get("/send_private_msg", "message=a+b&user_id=" + user);
  world.post("/send_private_msg", form, "application/x-www-form-urlencoded");
  world.post("/send_private_msg", json, "application/json; charset=utf-8");
  world.ask({.method = "POST",
             .url = "/send_private_msg",
             .query = "user_id=1",
             .headers = {{"Content-Type", "application/json"}},
             .body = json});

  REQUIRE(world.actions.seen.size() == 5);
  for (const Action& action : world.actions.seen) {
    CHECK(json::write(action.params) == json::write(world.actions.seen[0].params));
    CHECK(onebot::text_of(action.params, "user_id") == "u");
  }
}

TEST_CASE("status codes say what never reached an action; all bodies are JSON") {  // O11-HTTP-04, O11-HTTP-05
  Asked world;
  const auto check = [](const io::HttpResponse& response, int status, std::string retcode) {
    CHECK(response.status == status);
    CHECK(rig::member(response.body, "retcode") == retcode);
  };
  check(world.post("/get_status", "{"), 400, "1400");
  check(world.post("/get_status", "[]"), 400, "1400");
  check(world.ask({.url = "/get_status"}, ""), 401, "1401");
  check(world.ask({.url = "/get_status"}, "Bearer other"), 403, "1403");
  check(world.get("/get_updates"), 404, "1404");  // O11-HTTP-09
  check(world.get("/GET_STATUS"), 404, "1404");
  check(world.get("/102000009/get_status"), 404, "1404");
  check(world.get("/a/get_status"), 404, "1404");
  check(world.ask({.method = "PUT", .url = "/get_status"}), 405, "1405");
  check(world.ask({.method = "OPTIONS", .url = "/get_status", .headers = {{"Origin", "http://a.example"}}}, ""), 405,
        "1405");  // O11-AUTH-06
  check(world.post("/get_status", "x", "text/plain"), 406, "1406");
  check(world.get("/send_private_msg", "user_id=1&message=x"), 200, "1400");
  const auto waiting = world.begin({.url = "/slow"});
  world.transport->stop();
  check(world.get("/get_status"), 503, "1503");
}

TEST_CASE("a request to the root is answered with its echo") {  // O11-HTTP-07
  Asked world;
  const io::HttpResponse response = world.post("/", R"({"action":"get_status","echo":{"seq":1}})");
  CHECK(response.status == 200);
  CHECK(response.body.ends_with(R"("echo":{"seq":1}})"));
}

TEST_CASE("who asks for the root without a token learns a name and a version, and no bot") {  // O11-HTTP-08
  Asked world;
  const io::HttpResponse response = world.ask({.url = "/"}, "");
  CHECK(response.status == 200);
  CHECK(response.body == R"({"app_name":"onebridge","app_version":"0.2.0","protocol_version":"v11"})");
}

TEST_CASE("with two bots the path or self_id says which") {  // O11-BOT-03
  Asked world(2);
  CHECK(rig::member(world.get("/102000002/get_login_info").body, "data.user_id") == "102000002");
  CHECK(rig::member(world.get("/get_login_info", "self_id=102000001").body, "data.user_id") == "102000001");
  CHECK(rig::member(world.post("/", R"({"action":"get_login_info","params":{"self_id":102000002}})").body,
                    "data.user_id") == "102000002");
  const io::HttpResponse none = world.get("/get_login_info");
  CHECK(none.status == 404);
  CHECK(rig::member(none.body, "bots") == "[102000001,102000002]");
}

TEST_CASE("after a minute without an answer the request fails, and the action goes on") {  // O11-HTTP-10
  Asked world;
  world.actions.mute = "chat.ban";
  const auto answered = world.begin({.url = "/chat.ban"});
  world.turn(59s);
  CHECK_FALSE(answered->response);
  world.turn(1s);
  REQUIRE(answered->response);
  CHECK(answered->response->status == 200);
  CHECK(rig::member(answered->response->body, "retcode") == "1200");
}

TEST_CASE("a web page is answered with no header that lets it in") {  // O11-AUTH-06
  Asked world(1, "");
  const io::HttpResponse response = world.ask({.url = "/get_status", .headers = {{"Origin", "http://a.example"}}}, "");
  CHECK(response.status == 403);
  CHECK_FALSE(io::header(response.headers, "Access-Control-Allow-Origin"));
  CHECK(world.get("/get_status").status == 200);
}

TEST_CASE("a file is fetched by its address, and told under a token instead of the platform's id") {
  Asked world;
  world.actions.mute = "upload_file";
  const auto answered = world.begin({.method = "POST",
                                     .url = "/download_file",
                                     .headers = {{"Content-Type", "application/json"}},
                                     .body = R"({"url":"https://h.test/a.png","headers":["Referer=http://r"]})"});
  REQUIRE(world.actions.names() == Told{"upload_file"});
  CHECK(json::write(world.actions.seen[0].params) ==
        R"({"type":"url","name":"a.png","url":"https://h.test/a.png","headers":{"Referer":"http://r"}})");
  world.actions.slow.back()->ok(onebot::Fields{{"file_id", "file-9"}});
  world.loop.run();
  REQUIRE(answered->response);
  const std::string token = v11::media_token("file-9", "a.png", "", "bin");
  CHECK(rig::member(answered->response->body, "data") == R"({"file":")" + token + "\"}");
}

TEST_CASE("a small file is asked for twice: what it is, and its bytes") {
  Asked world;
  world.actions.mute = "get_file_fragmented";
  const auto answered = world.begin({.url = "/get_file", .query = "file=0123456789abcdef.jpg"});
  REQUIRE(world.actions.slow.size() == 1);
  world.actions.slow.back()->ok(onebot::Fields{{"name", "a.jpg"}, {"total_size", 3}, {"sha256", "f"}});
  world.loop.run();
  REQUIRE(world.actions.seen.size() == 2);
  CHECK(json::write(world.actions.seen[1].params) == R"({"stage":"transfer","file_id":"file-1","offset":0,"size":3})");
  world.actions.slow.back()->ok(onebot::Fields{{"data", onebot::Bytes{"abc"}}});
  world.loop.run();
  REQUIRE(answered->response);
  CHECK(rig::member(answered->response->body, "data.base64") == R"("YWJj")");
}

}  // namespace
