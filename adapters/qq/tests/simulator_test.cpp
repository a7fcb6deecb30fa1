// The simulator by itself, and against the adapter with a wire between them.

#include "adapters/qq/tests/desk.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace qq_desk;

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

TEST_CASE("a press of a button is answered by its event, where it was pressed") {
  Desk desk;
  const auto press = [&](std::string_view id, std::string_view where) {
    desk.play(fmt::format(R"({{"t":"INTERACTION_CREATE","id":"INTERACTION_CREATE:{}","d":{{"id":"{}",{}}}}})", id, id,
                          where));
  };
  const auto code = [&](const std::string& path, std::string_view id) {
    const auto answer =
        desk.post(path, fmt::format(R"({{"msg_type":0,"content":"hi","event_id":"INTERACTION_CREATE:{}"}})", id));
    return answer.status == 200 ? "ok" : Desk::member(answer, "err_code");
  };
  const std::string group = fmt::format("/v2/groups/{}/messages", kGroup);
  press("G", fmt::format(R"("group_openid":"{}","group_member_openid":"A")", kGroup));
  press("U", fmt::format(R"("user_openid":"{}")", kUser));

  CHECK(code(group, "G") == "ok");
  CHECK(code(fmt::format("/v2/users/{}/messages", kUser), "U") == "ok");
  CHECK(code(group, "U") == "40034024");
  CHECK(code(group, "unheard of") == "40034024");
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
