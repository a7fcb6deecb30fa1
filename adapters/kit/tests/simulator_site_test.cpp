// A platform of two addresses, served: who answers, in which form, and what goes wrong on demand.

#include "adapters/kit/simulator/site.h"
#include "onebot/json.h"
#include "tests/fakes.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace kit::simulator;
using onebot::Fields;
using onebot::json::Document;

namespace {

class Village final : public onebot::Simulator, private Words {
 public:
  explicit Village(fakes::World& world)
      : world_(world),
        tokens_(world.loop, {.scheme = "Bearer "}, [](std::int64_t number) { return std::to_string(number); }),
        knobs_(*this, tokens_, 77),
        site_(*this, knobs_, world.loop, {.trace_header = "X-Trace", .max_body = 1000}) {
    site_.routes().add(*this, {{"POST", "/door", &Village::open_door, Routes::Needs::nothing},
                               {"PUT", "/houses/{house}/rooms/{room}", &Village::enter},
                               {"GET", "/fog", &Village::fog},
                               {"GET", "/bytes", &Village::bytes},
                               {"GET", "", &Village::bytes}});
  }
  onebot::Result<int> open(const onebot::io::Address& address) override {
    return site_.open(world_.server, address, nullptr);
  }
  Fields bot() const override { return {{"api", site_.host()}}; }
  void set_push_url(std::string url) override { push_url = std::move(url); }
  onebot::Status play(onebot::json::View native) override {
    if (!native.is_object()) return onebot::fail(onebot::Retcode::bad_param, "no object");
    played = native.dump();
    return {};
  }
  std::span<const std::string_view> samples() const override { return {}; }

  std::string push_url, played;

 private:
  Reply answer(const Routes::Found& found, const Call& call) override {
    if (!found.route) return refused({found.other_method ? 405 : 404, 1, "not in this village"});
    const auto authorization = onebot::io::header(call.request.headers, "Authorization");
    if (found.route->needs == Routes::Needs::token && tokens_.examine(authorization) != Tokens::Verdict::good) {
      return refused({401, 2, "who are you"});
    }
    if (!call.unreadable.empty()) return refused({400, 3, call.unreadable});
    const auto fault = knobs_.faults().next();
    if (fault && !fault->taken) return fault->reply("Come-Again");
    Reply reply = found.route->answer(call);
    return fault ? fault->reply("Come-Again") : reply;
  }
  onebot::Value written(const Reply& reply, std::string_view trace) const override {
    if (reply.went_well()) return reply.content;
    return Fields{{"code", reply.code}, {"why", reply.message}, {"trace", trace}};
  }

  Reply open_door(const Call&) { return whole(Fields{{"key", tokens_.issue().token}}); }
  Reply enter(const Call& call) {
    ++entered;
    return told(Fields{{"house", call.id("house")}, {"room", call.id("room")}, {"as", call.body.at("as").str()}});
  }
  Reply fog(const Call&) const { return {}; }
  Reply bytes(const Call& call) const {
    return {.form = Reply::Form::bytes, .bytes = call.path_and_query() + (call.is_form() ? " form" : "")};
  }

  fakes::World& world_;
  Tokens tokens_;
  Knobs knobs_;
  Site site_;

 public:
  int entered = 0;
};

struct Visit {
  fakes::World world;
  Village village{world};
  std::string key;

  Visit() {
    REQUIRE(village.open({.host = "0.0.0.0"}).value() == 40000);
    key = Document::parse(ask("POST", "/door")->body)->root().at("key").text();
  }
  std::optional<onebot::io::HttpResponse> ask(std::string method, std::string url, std::string body = "",
                                              onebot::io::Headers headers = {}) {
    onebot::io::HttpRequest request{.method = std::move(method), .url = std::move(url), .body = std::move(body)};
    if (const auto at = request.url.find('?'); at != std::string::npos) {
      request.query = request.url.substr(at + 1);
      request.url.resize(at);
    }
    request.headers = std::move(headers);
    if (!key.empty()) request.headers.emplace_back("Authorization", "Bearer " + key);
    last = world.server.request(std::move(request));
    return last->response;
  }
  int status(std::string method, std::string url, std::string body = "") {
    return ask(std::move(method), std::move(url), std::move(body))->status;
  }
  std::string body(std::string method, std::string url, std::string text = "") {
    return ask(std::move(method), std::move(url), std::move(text))->body;
  }

  std::shared_ptr<fakes::Answered> last;
};

}  // namespace

TEST_CASE("a row is found by method and path, and gets the words where its path has names") {
  Visit visit;

  CHECK(visit.body("PUT", "/houses/7/rooms/red", R"({"as":"guest"})") == R"({"house":"7","room":"red","as":"guest"})");
  CHECK(visit.status("GET", "/houses/7/rooms/red") == 405);
  for (const char* path : {"/houses/7/rooms", "/houses//rooms/red", "/houses/7/rooms/red/", "/houses/7/rooms/red/1",
                           "/Houses/7/rooms/red", "", "/"}) {
    CAPTURE(path);
    CHECK(visit.status("PUT", path) == 404);
  }
  CHECK(visit.village.bot().size() == 1);
  CHECK(onebot::text_of(visit.village.bot(), "api") == "127.0.0.1:40000");
}

TEST_CASE("every answer has its number, and the form of the platform unless it is whole or bytes") {
  Visit visit;

  const auto refused = visit.ask("GET", "/nowhere");
  CHECK(refused->body == R"({"code":1,"why":"not in this village","trace":"00000000000000000000000000000002"})");
  CHECK(onebot::io::header(refused->headers, "X-Trace") == "00000000000000000000000000000002");
  CHECK(onebot::io::header(refused->headers, "Content-Type") == "application/json");
  const auto fog = visit.ask("GET", "/fog");
  CHECK(fog->status == 204);
  CHECK(fog->body.empty());
  CHECK_FALSE(onebot::io::header(fog->headers, "Content-Type").has_value());
  CHECK(visit.ask("GET", "/bytes?a=1", "--x", {{"Content-Type", "multipart/form-data; boundary=x"}})->body ==
        "/bytes?a=1 form");
}

TEST_CASE("a body that is no JSON, or longer than the site reads, is told to who answers") {
  Visit visit;

  CHECK(visit.body("PUT", "/houses/7/rooms/red", "{").starts_with(R"({"code":3)"));
  CHECK(visit.status("PUT", "/houses/7/rooms/red", "\"" + std::string(1000, 'x') + "\"") == 400);
  CHECK(visit.status("POST", "/simulator/event", "{") == 400);
  CHECK(visit.village.played.empty());
}

TEST_CASE("calls that went well are counted, each by its row") {
  Visit visit;
  visit.ask("PUT", "/houses/7/rooms/red");
  visit.ask("PUT", "/houses/8/rooms/blue");
  visit.ask("GET", "/fog");
  visit.ask("GET", "/nowhere");
  visit.ask("POST", "/simulator/refuse");
  visit.ask("GET", "/fog");

  CHECK(visit.body("GET", "/simulator/calls") ==
        R"({"GET /fog":1,"POST /door":1,"PUT /houses/{house}/rooms/{room}":2})");
}

TEST_CASE("every simulator plays events and learns where pushes go") {
  Visit visit;
  visit.key.clear();  // knobs need no token

  CHECK(visit.body("POST", "/simulator/event", R"({"t":1})") == "{}");
  CHECK(visit.village.played == R"({"t":1})");
  CHECK(visit.body("POST", "/simulator/event", "[]") == R"({"message":"no object"})");
  CHECK(visit.status("POST", "/simulator/push_url", R"({"url":"http://bot"})") == 200);
  CHECK(visit.village.push_url == "http://bot");
  CHECK(visit.status("POST", "/simulator/push_url", "{}") == 400);
  CHECK(visit.status("GET", "/simulator/event") == 405);
  CHECK(visit.status("POST", "/simulator/weather") == 404);
}

TEST_CASE("the next calls are refused with what is asked for, in the query or in the body") {
  Visit visit;

  visit.ask("POST", "/simulator/refuse?count=2");
  for (int i = 0; i < 2; ++i) {
    const auto refused = visit.ask("GET", "/fog");
    CHECK(refused->status == 400);
    CHECK(Document::parse(refused->body)->root().at("code").integer() == 77);
  }
  CHECK(visit.status("GET", "/fog") == 204);

  visit.ask("POST", "/simulator/refuse", R"({"code":5,"status":429,"retry_after":"3"})");
  const auto refused = visit.ask("GET", "/fog");
  CHECK(refused->status == 429);
  CHECK(onebot::io::header(refused->headers, "Come-Again") == "3");
  CHECK(visit.status("GET", "/fog") == 204);
  visit.ask("POST", "/simulator/refuse", R"({"count":5})");
  visit.ask("POST", "/simulator/refuse", R"({"count":0})");
  CHECK(visit.status("GET", "/fog") == 204);
}

TEST_CASE("a script is one fault for each call: refused, or taken and its answer lost") {
  Visit visit;
  CHECK(visit.status("POST", "/simulator/script", R"([{"status":502,"taken":true},{"status":429,"code":9}])") == 200);

  CHECK(visit.status("PUT", "/houses/7/rooms/red") == 502);
  CHECK(visit.village.entered == 1);
  CHECK(visit.status("PUT", "/houses/7/rooms/red") == 429);
  CHECK(visit.village.entered == 1);
  CHECK(visit.status("PUT", "/houses/7/rooms/red") == 200);
  CHECK(visit.status("POST", "/simulator/script", "{}") == 400);
}

TEST_CASE("a delayed answer comes after its delay") {
  Visit visit;
  visit.ask("POST", "/simulator/script", R"([{"status":503,"delay_ms":1500}])");

  visit.ask("GET", "/fog");
  const auto waiting = visit.last;
  visit.world.loop.advance(1499ms);
  CHECK_FALSE(waiting->response.has_value());
  visit.world.loop.advance(1ms);
  REQUIRE(waiting->response.has_value());
  CHECK(waiting->response->status == 503);
}

TEST_CASE("a token that is ended by a knob opens nothing any more") {
  Visit visit;
  CHECK(visit.status("GET", "/fog") == 204);

  visit.ask("POST", "/simulator/expire_token");

  CHECK(visit.status("GET", "/fog") == 401);
  visit.key = Document::parse(visit.body("POST", "/door"))->root().at("key").text();
  CHECK(visit.status("GET", "/fog") == 204);
}
