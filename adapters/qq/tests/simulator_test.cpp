// The simulator by itself, and against the adapter with a wire between them.

#include "adapters/qq/simulator/simulator.h"

#include "adapters/qq/adapter.h"
#include "onebot/json.h"
#include "tests/fakes.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace std::chrono_literals;
using onebot::Fields;
using onebot::json::Document;

namespace {

constexpr std::string_view kUser = "E4F4AEA33253A2797FB897C50B81D7ED", kGroup = "5F1E9C7A3B8D42604E7A9B1C2D3F5A68";

struct Desk {
  fakes::World world{};
  std::unique_ptr<onebot::Simulator> platform = qq::make_simulator("qq", world.loop, world.server, world.client);
  std::string token{};

  Desk() {
    REQUIRE(platform->open({}).value() == 40000);
    const auto answer = post("/app/getAppAccessToken", fmt::format(R"({{"appId":"{}","clientSecret":"{}"}})",
                                                                   onebot::text_of(platform->bot(), "app_id"),
                                                                   onebot::text_of(platform->bot(), "app_secret")));
    token = member(answer, "access_token");
  }

  onebot::io::HttpResponse request(std::string method, std::string path, std::string body = "",
                                   std::string query = "") {
    onebot::io::HttpRequest request{.method = std::move(method), .url = std::move(path), .query = std::move(query)};
    if (!token.empty()) request.headers = {{"Authorization", "QQBot " + token}};
    request.body = std::move(body);
    return *world.server.request(std::move(request))->response;
  }
  onebot::io::HttpResponse post(std::string path, std::string body, std::string query = "") {
    return request("POST", std::move(path), std::move(body), std::move(query));
  }
  static std::string member(const onebot::io::HttpResponse& answer, std::string_view path) {
    const auto document = Document::parse(answer.body);
    return document ? document->root().at(path).text() : "";
  }
  std::shared_ptr<fakes::Link> connect() { return world.server.connect({.url = "/websocket/"}); }
  void say(fakes::Link& link, std::string text) {
    link.text(text);
    world.loop.run();
  }
  std::string identify() const {
    return fmt::format(R"({{"op":2,"d":{{"token":"QQBot {}","intents":33554432,"shard":[0,1]}}}})", token);
  }
  std::string resume(std::string_view session, int seq) const {
    return fmt::format(R"({{"op":6,"d":{{"token":"QQBot {}","session_id":"{}","seq":{}}}}})", token, session, seq);
  }
  void play(std::string text) {
    const auto document = Document::parse(text);
    CHECK(platform->play(document->root()));
    world.loop.run();
  }
};

std::string at(const std::string& frame, std::string_view path) {
  const auto document = Document::parse(frame);
  return document ? document->root().at(path).text() : "not JSON";
}

}  // namespace

TEST_CASE("the token server gives the same token again until its last minute, and then another beside it") {
  Desk desk;
  const auto ask = [&] {
    return desk.post("/app/getAppAccessToken",
                     R"({"appId":"102000001","clientSecret":"SimulatorSecret0123456789abcdef"})");
  };
  desk.world.loop.advance(7000s);
  CHECK(Desk::member(ask(), "access_token") == desk.token);
  CHECK(Desk::member(ask(), "expires_in") == "200");

  desk.world.loop.advance(150s);

  CHECK(Desk::member(ask(), "access_token") != desk.token);
  CHECK(desk.request("GET", "/users/@me").status == 200);
  desk.world.loop.advance(50s);
  CHECK(desk.request("GET", "/users/@me").status == 401);
}

TEST_CASE("a wrong secret is refused with HTTP 200 and no token") {
  Desk desk;

  const auto answer = desk.post("/app/getAppAccessToken", R"({"appId":"102000001","clientSecret":"no"})");

  CHECK(answer.status == 200);
  CHECK(Desk::member(answer, "code") == "100016");
  CHECK(Desk::member(answer, "access_token").empty());
}

TEST_CASE("a client that identifies gets READY and what it subscribed to, numbered") {
  Desk desk;
  const auto link = desk.connect();
  CHECK(at(link->received.at(0), "op") == "10");

  desk.say(*link, desk.identify());
  desk.play(fmt::format(R"({{"t":"FRIEND_ADD","d":{{"openid":"{}"}}}})", kUser));
  desk.play(R"({"t":"GUILD_CREATE","d":{"id":"1"}})");
  desk.play(R"({"t":"FRIEND_DEL","id":"FRIEND_DEL:mine","d":{"openid":"X","timestamp":7}})");

  REQUIRE(link->received.size() == 4);
  CHECK(at(link->received[1], "t") == "READY");
  CHECK(at(link->received[1], "s") == "1");
  CHECK(at(link->received[2], "t") == "FRIEND_ADD");
  CHECK(at(link->received[2], "s") == "2");
  CHECK(at(link->received[2], "id").starts_with("FRIEND_ADD:"));
  CHECK(at(link->received[2], "d.timestamp") == "1790001000");
  CHECK(at(link->received[3], "id") == "FRIEND_DEL:mine");
  CHECK(at(link->received[3], "d.timestamp") == "7");
}

TEST_CASE("a resume brings back what was missed, then RESUMED with an empty string") {
  Desk desk;
  const auto first = desk.connect();
  desk.say(*first, desk.identify());
  const std::string session = at(first->received.at(1), "d.session_id");
  first->close(1006);
  desk.play(R"({"t":"FRIEND_ADD","d":{"openid":"A"}})");
  desk.play(R"({"t":"FRIEND_ADD","d":{"openid":"B"}})");

  const auto second = desk.connect();
  desk.say(*second, desk.resume(session, 2));
  const auto third = desk.connect();
  desk.say(*third, desk.resume(session, 1));

  REQUIRE(second->received.size() == 3);
  CHECK(at(second->received[1], "d.openid") == "B");
  CHECK(at(second->received[2], "t") == "RESUMED");
  CHECK(second->received[2].ends_with(R"("d":""})"));
  REQUIRE(third->received.size() == 4);  // the RESUMED of the second is not read again
  CHECK(at(third->received[1], "d.openid") == "A");
  CHECK(at(third->received[3], "s") == "5");
  CHECK(second->closed_with == 4009);
}

TEST_CASE("what a client gets wrong on the gateway has the platform's answer") {
  Desk desk;
  std::shared_ptr<fakes::Link> link;
  const auto close_code = [&](std::string text) {
    link = desk.connect();
    desk.say(*link, std::move(text));
    return link->closed_with;
  };
  const auto last_word = [&](std::string text) { return (close_code(std::move(text)), link->received.back()); };
  const auto with = [&](std::string_view intents, std::string_view shard) {
    return fmt::format(R"({{"op":2,"d":{{"token":"QQBot {}","intents":{},"shard":{}}}}})", desk.token, intents, shard);
  };

  CHECK(close_code("not json") == 4002);
  CHECK(close_code("[]") == 4002);
  CHECK(close_code(R"({"op":3})") == 4001);
  CHECK(close_code(with("0", "[0,1]")) == 4013);
  CHECK(close_code(with("\"1\"", "[0,1]")) == 4013);
  CHECK(close_code(with("32", "[0,1]")) == 4013);
  CHECK(close_code(with("1", "[1,1]")) == 4010);
  CHECK(close_code(with("1", "null")) == 4010);
  CHECK(last_word(R"({"op":2,"d":{"token":"no","intents":1,"shard":[0,1]}})") == R"({"op":9,"d":false})");
  CHECK(last_word(fmt::format(R"({{"op":2,"d":{{"token":"{}","intents":1,"shard":[0,1]}}}})", desk.token)) ==
        R"({"op":9,"d":false})");
  CHECK(last_word(desk.resume("nothing", 1)) == R"({"op":9,"d":false})");
  CHECK(last_word(R"({"op":1,"d":null})") == R"({"op":11})");
  desk.post("/simulator/grant", "", "bits=1");
  CHECK(close_code(with("3", "[0,1]")) == 4014);
  CHECK(desk.world.server.connect({.url = "/elsewhere"}) == nullptr);
  CHECK(desk.world.server.refused == 404);
}

TEST_CASE("a connection without heartbeats is closed as timed out") {
  Desk desk;
  const auto link = desk.connect();
  desk.say(*link, desk.identify());

  desk.world.loop.advance(60s);
  desk.say(*link, R"({"op":1,"d":1})");
  desk.world.loop.advance(64s);
  CHECK(link->closed_with == 0);
  desk.world.loop.advance(1s);

  CHECK(link->closed_with == 4009);
}

TEST_CASE("a message is checked as the platform checks it, kept, and shown to the demo") {
  Desk desk;
  std::string shown;
  desk.platform->on_sent = [&](std::string_view chat, std::string_view text) {
    shown = fmt::format("{} {}", chat, text);
  };
  desk.play(fmt::format(R"({{"t":"GROUP_AT_MESSAGE_CREATE","d":{{"id":"M1","group_openid":"{}"}}}})", kGroup));
  const std::string path = fmt::format("/v2/groups/{}/messages", kGroup);
  const auto code = [&](std::string body) {
    const auto answer = desk.post(path, std::move(body));
    return answer.status == 200 ? "ok" : Desk::member(answer, "err_code");
  };

  CHECK(code(R"({"msg_type":0,"content":"hi"})") == "ok");
  CHECK(shown == fmt::format("{} hi", kGroup));
  CHECK(code(R"({"msg_type":0,"content":"hi","msg_id":"M1"})") == "ok");
  CHECK(code(R"({"msg_type":0,"content":"hi","msg_id":"M1","msg_seq":1})") == "40054005");
  for (int seq = 2; seq <= 5; ++seq) {
    CHECK(code(fmt::format(R"({{"msg_type":0,"content":"hi","msg_id":"M1","msg_seq":{}}})", seq)) == "ok");
  }
  CHECK(code(R"({"msg_type":0,"content":"hi","msg_id":"M1","msg_seq":6})") == "40034128");
  CHECK(code(R"({"msg_type":0,"content":"hi","msg_id":"M2"})") == "40034024");
  CHECK(code(R"({"msg_type":0,"content":""})") == "50006");
  CHECK(code(R"({"msg_type":99,"content":"x"})") == "50037");
  CHECK(code("nonsense") == "50037");
  desk.world.loop.advance(301s);
  CHECK(code(R"({"msg_type":0,"content":"hi","msg_id":"M1","msg_seq":9})") == "40034005");
  CHECK(Document::parse(desk.request("GET", "/simulator/sent").body)->root().size() == 6);
  CHECK(Desk::member(desk.request("GET", "/nowhere"), "code") == "404");
}

TEST_CASE("a message is taken back within two minutes, once, and where it was sent") {
  Desk desk;
  const std::string path = fmt::format("/v2/users/{}/messages", kUser);
  const std::string id = Desk::member(desk.post(path, R"({"content":"hi"})"), "id");
  const std::string other = Desk::member(desk.post(path, R"({"content":"hi"})"), "id");

  CHECK(desk.request("DELETE", fmt::format("/v2/groups/{}/messages/{}", kGroup, id)).status == 400);
  CHECK(desk.request("DELETE", path + "/" + id).status == 200);
  CHECK(Desk::member(desk.request("DELETE", path + "/" + id), "code") == "40061001");
  desk.world.loop.advance(121s);
  CHECK(Desk::member(desk.request("DELETE", path + "/" + other), "code") == "40064004");
}

TEST_CASE("a streamed message is taken as whole texts in Markdown, 300 ms apart, that keep what was shown") {
  Desk desk;
  desk.play(fmt::format(R"({{"t":"C2C_MESSAGE_CREATE","d":{{"id":"M1","author":{{"user_openid":"{}"}}}}}})", kUser));
  const auto take = [&](std::string_view text, std::string_view stream, int index, int state = 1,
                        std::string_view type = "markdown") {
    const std::string id = stream.empty() ? std::string() : fmt::format(R"("stream_msg_id":"{}",)", stream);
    const auto answer = desk.post(
        fmt::format("/v2/users/{}/stream_messages", kUser),
        fmt::format(
            R"({{{}"input_mode":"replace","input_state":{},"index":{},"content_type":"{}","content_raw":"{}","msg_id":"M1","msg_seq":1}})",
            id, state, index, type, text));
    return answer.status == 200 ? Desk::member(answer, "id") : Desk::member(answer, "err_code");
  };

  CHECK(take("a", "", 0, 1, "text") == "50037");
  const std::string id = take("a", "", 0);
  REQUIRE(id.size() == 36);
  CHECK(take("ab", id, 1) == "50002");
  desk.world.loop.advance(300ms);
  CHECK(take("b", id, 1) == "40007");
  CHECK(take("ab", id, 2) == "50037");
  CHECK(take("ab", id, 1) == id);
  desk.world.loop.advance(300ms);
  CHECK(take("abc", id, 2, 10) == id);
  desk.world.loop.advance(300ms);
  CHECK(take("abcd", id, 3) == "50037");
  const auto streams = Document::parse(desk.request("GET", "/simulator/streams").body);
  CHECK(streams->root()[0].at("content").str() == "abc");
  CHECK(streams->root()[0].at("ended").boolean());
  desk.world.loop.advance(5min);
  CHECK(take("z", "", 0) == "40034005");
}

TEST_CASE("panels are kept, listed by scope a page at a time, and those of all have no targets") {
  Desk desk;
  const auto create = [&](std::string_view scope, std::string_view more = "") {
    return desk.post(
        "/v2/panels",
        fmt::format(R"({{"scope":"{}"{},"panel":{{"items":[{{"type":"command","name":"n"}}]}}}})", scope, more));
  };
  const std::string all = Desk::member(create("c2c"), "panel_id");
  const std::string some =
      Desk::member(create("group", R"(,"target_type":"specific","group_openids":["G"])"), "panel_id");

  CHECK(Desk::member(create("guild"), "err_code") == "40030011");
  CHECK(Desk::member(create("dm", R"(,"target_type":"specific")"), "err_code") == "40030012");
  CHECK(Desk::member(desk.request("PUT", "/v2/panels/" + all + "/target", R"({"op":"add"})"), "err_code") ==
        "40030021");
  CHECK(desk.request("PUT", "/v2/panels/" + some + "/target", R"({"op":"add","group_openids":["H"]})").status == 200);
  CHECK(desk.request("PUT", "/v2/panels/" + some + "/target", R"({"op":"del","group_openids":["G"]})").status == 200);
  const auto shown = Document::parse(desk.request("GET", "/v2/panels/" + some).body);
  CHECK(shown->root().at("group_openids").dump() == R"(["H"])");
  for (int i = 0; i < 11; ++i) CHECK(create("dm").status == 200);
  const auto page = desk.request("GET", "/v2/panels", "", "scope=dm");
  CHECK(Desk::member(page, "next_cursor") == "10");
  CHECK(Desk::member(desk.request("GET", "/v2/panels", "", "scope=dm&cursor=10"), "next_cursor").empty());
  CHECK(desk.request("DELETE", "/v2/panels/" + all).status == 200);
  CHECK(Desk::member(desk.request("GET", "/v2/panels/" + all), "err_code") == "40030006");
}

TEST_CASE("a flood is as many messages as asked for, at that rate, numbered and as long as asked for") {
  Desk desk;
  const auto link = desk.connect();
  desk.say(*link, desk.identify());

  desk.post("/simulator/flood", "", "count=100&rate=1000&bytes=300");
  desk.world.loop.advance(50ms);
  CHECK(link->received.size() - 2 == 51);
  desk.world.loop.advance(1s);

  REQUIRE(link->received.size() - 2 == 100);
  CHECK(at(link->received[2], "d.content").starts_with(" flood 0 "));
  CHECK(at(link->received[2], "d.content").size() == 300);
  CHECK(at(link->received[101], "d.content").starts_with(" flood 99 "));
  CHECK(desk.post("/simulator/flood", "", "count=0").status == 400);
}

TEST_CASE("what is no event is not played") {
  Desk desk;

  CHECK(desk.post("/simulator/event", R"({"t":"a b","d":{}})").status == 400);
  CHECK(desk.post("/simulator/event", R"({"t":"FRIEND_ADD"})").status == 400);
  CHECK(desk.post("/simulator/event", "{").status == 400);
  CHECK(desk.post("/simulator/event", R"({"t":"FRIEND_ADD","d":"text"})").status == 200);
}

namespace {

// Carries bytes between the adapter's client and the simulator's server.
struct Wire {
  Desk desk{};
  fakes::Client client{desk.world.loop};
  fakes::EventSink events{};
  onebot::Host host{desk.world.loop, client, desk.world.ingress, events, desk.world.files, desk.world.log};
  std::unique_ptr<onebot::Adapter> bot{};
  struct Pair {
    std::shared_ptr<fakes::Link> ours{}, theirs{};
    std::size_t to_us = 0, to_them = 0;
  };
  std::vector<Pair> pairs{};
  std::size_t called = 0;

  Wire() { restart(); }
  void restart() {
    bot.reset();
    bot = qq::make("qq", desk.platform->bot(), host).value();
    bot->start();
    run();
  }
  void run() {
    for (bool moved = true; moved;) {
      desk.world.loop.advance(10ms);
      moved = carry_calls();
      for (; pairs.size() < client.links.size(); moved = true) {
        pairs.push_back({client.links[pairs.size()], desk.world.server.connect({.url = "/websocket/"})});
        if (pairs.back().ours->peer) pairs.back().ours->open();
      }
      for (Pair& pair : pairs) moved = carry(pair) || moved;
    }
  }
  bool carry_calls() {
    const bool any = called < client.calls.size();
    for (; called < client.calls.size(); ++called) {
      const auto call = client.calls[called];
      onebot::io::HttpRequest request = call->request;
      const auto path = request.url.find('/', std::string_view("http://").size());
      request.url.erase(0, path);
      if (const auto mark = request.url.find('?'); mark != std::string::npos) {
        request.query = request.url.substr(mark + 1);
        request.url.resize(mark);
      }
      if (const auto bang = request.url.find("%21"); bang != std::string::npos) request.url.replace(bang, 3, "!");
      call->answer_with(*desk.world.server.request(std::move(request))->response);
    }
    return any;
  }
  static bool carry(Pair& pair) {
    bool moved = false;
    for (; pair.theirs->peer && pair.to_them < pair.ours->received.size(); moved = true) {
      pair.theirs->text(pair.ours->received[pair.to_them++]);
    }
    for (; pair.ours->peer && pair.to_us < pair.theirs->received.size(); moved = true) {
      pair.ours->text(pair.theirs->received[pair.to_us++]);
    }
    if (pair.theirs->peer && pair.ours->closed_with) pair.theirs->close(1006), moved = true;
    if (pair.ours->peer && pair.theirs->closed_with) pair.ours->close(pair.theirs->closed_with), moved = true;
    return moved;
  }
  std::string call(std::string name, Fields params) {
    std::string answer;
    bot->call({std::move(name), std::move(params)},
              onebot::Reply([&](auto result) { answer = onebot::encode_response(result, std::nullopt); }));
    run();
    return answer;
  }
  std::string state(std::string_view path) { return Desk::member(desk.request("GET", "/simulator/state"), path); }
};

}  // namespace

TEST_CASE("bot and simulator: login, every sample, an answer, its recall") {
  Wire wire;
  REQUIRE(wire.bot->online());
  CHECK(wire.bot->self().user_id == "3141592653589793238");

  for (const std::string_view sample : wire.desk.platform->samples()) {
    wire.desk.play(std::string(sample));
    wire.run();
  }

  const auto events = wire.events.events();
  REQUIRE(events.size() == wire.desk.platform->samples().size());
  for (const auto& event : events) CHECK(event.detail_type != "qq.malformed");
  const std::string answer =
      wire.call("send_message", {{"detail_type", "private"}, {"user_id", kUser}, {"message", "hi"}});
  CHECK(at(answer, "status") == "ok");
  const std::string id = at(answer, "data.message_id");
  CHECK(at(wire.call("delete_message", {{"message_id", id}}), "status") == "ok");
  CHECK(at(wire.call("get_self_info", {}), "data.user_name") == "SimulatedBot");
}

TEST_CASE("bot and simulator: nothing is lost over closes, reconnects, an ended token and a restart") {
  Wire wire;
  int played = 0;
  const auto play = [&] { wire.desk.play(fmt::format(R"({{"t":"FRIEND_ADD","d":{{"openid":"U{}"}}}})", played++)); };
  const auto recover = [&] {
    wire.desk.world.loop.advance(90s);
    wire.run();
    REQUIRE(wire.bot->online());
  };
  for (const char* how : {"code=1001", "code=4009", "code=4008"}) {
    wire.desk.post("/simulator/close", "", how);
    play();
    wire.run();
    recover();
  }
  wire.desk.post("/simulator/reconnect", "");
  play();
  wire.run();
  recover();
  wire.bot.reset();
  play();
  wire.desk.post("/simulator/expire_token", "");
  wire.restart();
  recover();

  const auto events = wire.events.events();
  REQUIRE(static_cast<int>(events.size()) == played);
  for (int i = 0; i < played; ++i) CHECK(onebot::text_of(events[i].fields, "user_id") == fmt::format("U{}", i));
  CHECK(wire.state("identifies") == "1");
}

TEST_CASE("bot and simulator: intents that are not granted are given up until those that are remain") {
  Wire wire;
  const auto bits = std::uint32_t{1} << 25 | 1;
  wire.desk.post("/simulator/grant", "", fmt::format("bits={}", bits));
  wire.desk.post("/simulator/close", "", "code=4900");
  for (int i = 0; i < 12; ++i) {
    wire.run();
    wire.desk.world.loop.advance(10s);
  }
  wire.run();

  REQUIRE(wire.bot->online());
  const auto kept = wire.events.recall("intents");
  REQUIRE(kept.size() == 1);
  CHECK(at(kept[0].value, "accepted") == fmt::format("{}", bits));
}

TEST_CASE("bot and simulator: panels are made, listed over pages, changed and deleted") {
  Wire wire;
  const auto items = [](std::string name) {
    return Fields{{"items", onebot::List{Fields{{"type", "command"}, {"name", std::move(name)}}}}};
  };
  const auto panels = [&](std::string_view scope) {
    const std::string answer = wire.call("qq.get_panel_list", {{"scope", scope}});
    return Document::parse(answer)->root().at("data").size();
  };
  std::string last;
  for (int i = 0; i < 10; ++i) {
    last = at(wire.call("qq.create_panel", {{"scope", "c2c"}, {"panel", items("n")}}), "data.panel_id");
  }
  CHECK(panels("c2c") == 10);
  std::string waits = wire.call("qq.create_panel", {{"scope", "c2c"}, {"panel", items("n")}});
  CHECK(at(waits, "retcode") == "36003");

  wire.desk.world.loop.advance(60s);
  wire.call("qq.create_panel", {{"scope", "c2c"}, {"panel", items("n")}});
  CHECK(panels("c2c") == 11);
  CHECK(panels("group") == 0);
  CHECK(at(wire.call("qq.set_panel", {{"panel_id", last}, {"panel", items("other")}}), "data.version") == "2");
  CHECK(wire.call("qq.get_panel", {{"panel_id", last}}).find("other") != std::string::npos);
  const Fields to_all{{"panel_id", last}, {"op", "add"}, {"user_openids", onebot::List{"U"}}};
  CHECK(at(wire.call("qq.set_panel_targets", to_all), "status") == "failed");
  CHECK(at(wire.call("qq.delete_panel", {{"panel_id", last}}), "status") == "ok");
  CHECK(panels("c2c") == 10);
}

TEST_CASE("bot and simulator: a streamed message, whose parts come as fast as they like, arrives whole") {
  Wire wire;
  wire.desk.play(fmt::format(
      R"({{"t":"C2C_MESSAGE_CREATE","d":{{"id":"M1","content":"hi","author":{{"user_openid":"{}"}}}}}})", kUser));
  wire.run();
  const std::string id = at(wire.call("qq.send_stream", {{"user_id", kUser}, {"content", "a"}}), "data.stream_id");
  int answered = 0;
  for (const std::string text : {"ab", "abc", "abcd"}) {
    wire.bot->call({"qq.send_stream", {{"stream_id", id}, {"content", text}, {"end", text == "abcd"}}},
                   onebot::Reply([&](auto result) { answered += result ? 1 : 0; }));
  }

  for (int i = 0; i < 4; ++i) {
    wire.desk.world.loop.advance(300ms);
    wire.run();
  }

  CHECK(answered == 3);
  const auto streams = Document::parse(wire.desk.request("GET", "/simulator/streams").body);
  CHECK(streams->root()[0].at("content").str() == "abcd");
  CHECK(streams->root()[0].at("parts").integer() == 4);
  CHECK(streams->root()[0].at("ended").boolean());
}
