// What the simulator does wrong on demand, and what it makes of shards and pushes.

#include "adapters/qq/feed/webhook.h"
#include "adapters/qq/simulator/simulator.h"
#include "onebot/json.h"
#include "tests/fakes.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace std::chrono_literals;
using onebot::json::Document;

namespace {

std::string at(std::string_view text, std::string_view path) {
  const auto document = Document::parse(text);
  return document ? document->root().at(path).text() : "not JSON";
}

struct Bench {
  fakes::World world{};
  std::unique_ptr<onebot::Simulator> platform = qq::make_simulator("qq", world.loop, world.server, world.client);
  std::string token{};

  Bench() {
    REQUIRE(platform->open({}).has_value());
    const auto bot = platform->bot();
    const std::string asked = fmt::format(R"({{"appId":"{}","clientSecret":"{}"}})", onebot::text_of(bot, "app_id"),
                                          onebot::text_of(bot, "app_secret"));
    token = at(request("POST", "/app/getAppAccessToken", "", asked), "access_token");
  }
  std::string request(std::string method, std::string path, std::string query = "", std::string body = "") {
    onebot::io::HttpRequest request{.method = std::move(method), .url = std::move(path), .query = std::move(query)};
    request.headers = {{"Authorization", "QQBot " + token}};
    request.body = std::move(body);
    return world.server.request(std::move(request))->response->body;
  }
  void order(std::string_view what, std::string query = "") {
    request("POST", fmt::format("/simulator/{}", what), std::move(query));
  }
  std::string state(std::string_view path) { return at(request("GET", "/simulator/state"), path); }
  void play(std::string_view native) {
    CHECK(platform->play(Document::parse(native)->root()));
    world.loop.run();
  }
  std::shared_ptr<fakes::Link> say(std::string text) {
    const auto link = world.server.connect({.url = "/websocket/"});
    link->text(text);
    world.loop.run();
    return link;
  }
  std::shared_ptr<fakes::Link> identify(int shard, int shards) {
    return say(fmt::format(R"({{"op":2,"d":{{"token":"QQBot {}","intents":33554433,"shard":[{},{}]}}}})", token, shard,
                           shards));
  }
  std::shared_ptr<fakes::Link> resume(std::string_view session) {
    return say(fmt::format(R"({{"op":6,"d":{{"token":"QQBot {}","session_id":"{}","seq":1}}}})", token, session));
  }
};

std::string session_of(const fakes::Link& link) { return at(link.received.at(1), "d.session_id"); }

}  // namespace

TEST_CASE("each shard has a session, the guilds that fall to it, and the first what belongs to no guild") {
  Bench bench;
  const auto first = bench.identify(0, 2), second = bench.identify(1, 2);

  bench.play(R"({"t":"GUILD_CREATE","d":{"id":"4194304"}})");
  bench.play(R"({"t":"CHANNEL_CREATE","d":{"id":"1","guild_id":"8388608"}})");
  bench.play(R"({"t":"FRIEND_ADD","d":{"openid":"U"}})");

  CHECK(session_of(*first) != session_of(*second));
  REQUIRE(first->received.size() == 4);
  CHECK(at(first->received[2], "t") == "CHANNEL_CREATE");
  CHECK(at(first->received[3], "t") == "FRIEND_ADD");
  REQUIRE(second->received.size() == 3);
  CHECK(at(second->received[2], "t") == "GUILD_CREATE");
  bench.order("close", "code=4009&shard=1");
  bench.world.loop.run();
  CHECK(first->closed_with == 0);
  CHECK(second->closed_with == 4009);
}

TEST_CASE("too few shards, too many identifies and none left are refused") {
  Bench bench;
  bench.order("limit", "shards=2&concurrency=1&remaining=2");
  CHECK(at(bench.request("GET", "/gateway/bot"), "shards") == "2");
  CHECK(at(bench.request("GET", "/gateway/bot"), "session_start_limit.remaining") == "2");

  CHECK(bench.identify(0, 1)->closed_with == 4011);
  CHECK(bench.identify(0, 2)->closed_with == 0);
  CHECK(bench.identify(1, 2)->closed_with == 4008);
  bench.world.loop.advance(5s);
  CHECK(bench.identify(1, 2)->closed_with == 0);
  bench.world.loop.advance(5s);
  CHECK(bench.identify(1, 2)->closed_with == 4008);
  CHECK(bench.state("over_limit") == "2");
  CHECK(at(bench.request("GET", "/gateway/bot"), "session_start_limit.remaining") == "0");
}

TEST_CASE("a frozen connection hears nothing and says nothing, and its session waits") {
  Bench bench;
  const auto frozen = bench.identify(0, 1);
  const std::string session = session_of(*frozen);

  bench.order("freeze");
  frozen->text(R"({"op":1,"d":1})");
  bench.play(R"({"t":"FRIEND_ADD","d":{"openid":"U"}})");
  bench.world.loop.advance(10min);

  CHECK(frozen->received.size() == 2);
  CHECK(frozen->closed_with == 0);
  CHECK(at(bench.resume(session)->received.at(1), "t") == "FRIEND_ADD");
}

TEST_CASE("a session that is made invalid is gone, unless it may be resumed") {
  Bench bench;
  const auto link = bench.identify(0, 1);
  const std::string session = session_of(*link);

  bench.order("invalidate", "resumable=1");
  bench.world.loop.run();
  CHECK(link->received.back() == R"({"op":9,"d":true})");
  const auto again = bench.resume(session);
  CHECK(at(again->received.at(1), "t") == "RESUMED");
  bench.order("invalidate");
  bench.world.loop.run();

  CHECK(again->received.back() == R"({"op":9,"d":false})");
  CHECK(bench.resume(session)->received.back() == R"({"op":9,"d":false})");
}

TEST_CASE("connections end after the life that is asked for, and withdrawn intents show with the next one") {
  Bench bench;
  bench.order("limit", "session_ms=1800000");
  const auto link = bench.identify(0, 1);
  const std::string session = session_of(*link);
  for (int i = 0; i < 60; ++i) {
    CHECK(link->closed_with == 0);
    bench.order("grant", "bits=1");
    link->text(R"({"op":1,"d":1})");
    bench.world.loop.advance(30s);
  }

  CHECK(link->closed_with == 4009);
  CHECK(bench.resume(session)->closed_with == 4014);
}

TEST_CASE("a push is signed, and comes again under its id until it is acknowledged") {
  Bench bench;
  bench.platform->set_push_url("http://bridge.test/qq/102000001");
  CHECK(onebot::text_of(bench.platform->bot(), "receive") == "webhook");
  const qq::Webhook webhook("102000001", onebot::text_of(bench.platform->bot(), "app_secret"), {});
  auto& calls = bench.world.client.calls;

  bench.play(R"({"t":"FRIEND_ADD","id":"F","d":{"openid":"U"}})");
  REQUIRE(calls.size() == 1);
  CHECK(webhook.examine(calls[0]->request, bench.world.loop.wall()).dispatch);
  calls[0]->answer(503, "");
  bench.world.loop.advance(1s);
  REQUIRE(calls.size() == 2);
  CHECK(at(calls[1]->request.body, "id") == "F");
  calls[1]->answer(200, R"({"op":12,"d":1})");
  bench.world.loop.advance(3s);
  calls.at(2)->fail("nobody listens there");
  bench.world.loop.advance(10s);
  calls.at(3)->answer(200, R"({"op":12,"d":0})");
  bench.world.loop.advance(1h);

  CHECK(calls.size() == 4);
  const auto list = Document::parse(bench.request("GET", "/simulator/pushes"));
  CHECK(list->root()[0].at("statuses").dump() == "[503,200,0,200]");
  CHECK(list->root()[0].at("taken").boolean());
}

TEST_CASE("the simulator knows a right proof of the secret from a wrong one") {
  Bench bench;
  bench.platform->set_push_url("http://bridge.test/qq/102000001");
  const qq::Webhook right("102000001", onebot::text_of(bench.platform->bot(), "app_secret"), {});
  const qq::Webhook wrong("102000001", "another secret", {.unsigned_validation = true});
  auto& calls = bench.world.client.calls;

  bench.order("validate");
  calls.at(0)->answer_with(right.examine(calls[0]->request, bench.world.loop.wall()).answer);
  bench.order("validate", "unsigned=1");
  calls.at(1)->answer_with(wrong.examine(calls[1]->request, bench.world.loop.wall()).answer);

  const auto list = Document::parse(bench.request("GET", "/simulator/pushes"));
  CHECK(list->root()[0].at("taken").boolean());
  CHECK_FALSE(list->root()[1].at("taken").boolean());
  CHECK(list->root()[1].at("statuses").dump() == "[200]");
}

TEST_CASE("files that the platform was told to forget are refused in messages, and those brought later are not") {
  Bench bench;
  const auto bring = [&bench] {
    return at(
        bench.request("POST", "/v2/groups/G/files", "", R"({"file_type":1,"file_data":"eA==","srv_send_msg":false})"),
        "file_info");
  };
  const auto send = [&bench](const std::string& file_info) {
    return at(bench.request("POST", "/v2/groups/G/messages", "",
                            fmt::format(R"({{"msg_type":7,"media":{{"file_info":"{}"}}}})", file_info)),
              "err_code");
  };
  const std::string first = bring();
  CHECK(send(first).empty());
  bench.order("forget_files");
  CHECK(send(first) == "40034004");
  CHECK(send(bring()).empty());
}
