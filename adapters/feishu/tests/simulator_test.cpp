// The simulator against the bot: what one signs, encrypts and refuses, the other must take.

#include "adapters/feishu/tests/both.h"

using namespace rig;
using onebot::Retcode;

TEST_CASE("a bot logs in to the simulator of each platform and hears every sample") {
  for (const std::string_view platform : {"feishu", "lark", "bosshi"}) {
    CAPTURE(platform);
    Both both(platform);
    CHECK(both.adapter->online());
    for (const std::string_view sample : both.simulator->samples()) {
      CHECK(both.simulator->play(parse(sample).root()).has_value());
      both.run();
      REQUIRE(both.pushed.back()->response.has_value());
      CHECK(both.pushed.back()->response->status == 200);
    }
    CHECK(both.events().size() == both.simulator->samples().size());
    for (const Event& event : both.events()) {
      CHECK(event.self.platform == platform);
      CHECK(event.detail_type.find('.') == std::string::npos);
    }
  }
}

TEST_CASE("what is pushed is encrypted and signed as configured") {
  Both both("feishu");
  CHECK(both.simulator->play(parse(both.simulator->samples()[0]).root()).has_value());
  CHECK(both.platform_world.client.calls.back()->request.body.starts_with("{\"encrypt\":\""));
  both.run();
  CHECK(both.events().size() == 1);

  both.knob("POST", "/simulator/settings", R"({"encrypt_key":"another"})");
  CHECK(both.simulator->play(parse(both.simulator->samples()[0]).root()).has_value());
  both.run();
  CHECK(both.pushed.back()->response->status == 401);
  CHECK(both.events().size() == 1);
}

TEST_CASE("a push that is not taken comes again, the same event") {
  Both both("lark");
  CHECK(both.simulator->play(parse(both.simulator->samples()[1]).root()).has_value());
  both.run(false);
  CHECK(both.pushed.back()->response->status == 500);
  both.platform_world.loop.advance(15s);
  both.run();
  CHECK(both.pushed.back()->response->status == 200);
  REQUIRE(both.bot_world.events.arrivals.size() == 2);
  CHECK(both.bot_world.events.arrivals[0].keys == both.bot_world.events.arrivals[1].keys);
  const Document list = parse(both.knob("GET", "/simulator/pushes").body);
  CHECK(list.root()[0].at("statuses").dump() == "[500,200]");
}

TEST_CASE("messages are sent, answered, shown and recalled") {
  Both both("feishu");
  CHECK(both.simulator->play(parse(both.simulator->samples()[0]).root()).has_value());
  both.run();
  const std::string heard(onebot::text_of(both.events().at(0).fields, "message_id"));
  const auto told = both.call("send_message",
                              to_group(onebot::List{Fields{{"type", "reply"}, {"data", Fields{{"message_id", heard}}}},
                                                    Fields{{"type", "mention"}, {"data", Fields{{"user_id", kLin}}}},
                                                    Fields{{"type", "text"}, {"data", Fields{{"text", " pong"}}}}}));
  CHECK(told->retcode() == Retcode::ok);
  CHECK(both.sent == std::vector<std::string>{"oc_6549b3a4f8e34d6a2fa62545a0b09a77: @" + std::string(kLin) + " pong"});

  const Document sent = parse(both.knob("GET", "/simulator/sent").body);
  const std::string id = sent.root()[0].at("message_id").text();
  CHECK(sent.root()[0].at("path").str() == "/open-apis/im/v1/messages/" + heard + "/reply");
  CHECK(both.call("delete_message", {{"message_id", id}})->retcode() == Retcode::ok);
  CHECK(parse(both.knob("GET", "/simulator/sent").body).root()[0].at("deleted").boolean());
}

TEST_CASE("an ended token and a refused call are got over") {
  Both both("bosshi");
  both.knob("POST", "/simulator/expire_token");
  CHECK(both.call("send_message", to_group("x"))->retcode() == Retcode::ok);
  both.knob("POST", "/simulator/refuse", R"({"code":230020,"count":1})");
  const auto told = both.call("send_message", to_group("y"));
  both.bot_world.loop.advance(2s);
  both.run();
  CHECK(told->retcode() == Retcode::ok);
  CHECK(both.sent.size() == 2);
}

TEST_CASE("the simulator refuses what the platform refuses") {
  Both both("feishu");
  const auto token = parse(both.ask({.method = "POST",
                                     .url = "http://platform/open-apis/auth/v3/tenant_access_token/internal",
                                     .body = R"({"app_id":"cli_a4d1f0c2e5b7900d","app_secret":"wrong"})"})
                               .body);
  CHECK(token.root().at("code").integer() == 10014);
  const auto send = [&both](std::string body, io::Headers headers = {}) {
    return parse(both.ask({.method = "POST",
                           .url = "http://platform/open-apis/im/v1/messages?receive_id_type=chat_id",
                           .headers = std::move(headers),
                           .body = std::move(body)})
                     .body)
        .root()
        .at("code")
        .integer();
  };
  CHECK(send("{}") == 99991661);
  CHECK(send("{}", {{"Authorization", "Bearer nobody's"}}) == 99991663);
  const auto bearer = io::header(both.bot_world.client.calls.back()->request.headers, "Authorization");
  const io::Headers good{{"Authorization", std::string(bearer.value_or(""))}};
  CHECK(send("{}", good) == 99992402);
  CHECK(send(R"({"receive_id":"oc_1","msg_type":"text","content":{"text":"x"}})", good) == 230001);
  CHECK(send("not JSON", good) == 9499);
}
