// Deliveries on the long connection: parts, acknowledgements, and a whole bot behind them.

#include "tests/unit/feishu/long_connection_rig.h"

using namespace rig;

// --- parts ---

TEST_CASE("parts become one payload in whatever order they come, and one acknowledgement") {
  Line line;
  line.open();
  line.link().received.clear();
  const std::string text = "{\"t\":\"你\"}";
  const std::string payloads[] = {text.substr(0, 7), text.substr(7, 1), text.substr(8)};
  for (const int seq : {2, 0, 2, 0, 1}) {
    line.link().binary(feishu::encode(part("m", "3", std::to_string(seq), payloads[seq])));
  }
  CHECK(line.payloads == std::vector<std::string>{text});
  CHECK(line.sent().empty());
  line.world.loop.advance(40ms);
  line.exchanges.front()->answer({.status = 200, .body = "{}"}, {});
  REQUIRE(line.sent().size() == 1);
  const Frame ack = line.sent().front();
  CHECK(ack.seq_id == 7);
  CHECK(ack.header("seq") == "1");
  CHECK(ack.header("biz_rt") == "40");
  CHECK(ack.payload == R"({"code":200})");
  line.exchanges.clear();
  CHECK(line.sent().size() == 1);
}

TEST_CASE("a part without a place is dropped, and so is a set that stays incomplete or grows too long") {
  Line line;
  line.open();
  line.link().received.clear();
  for (const auto& [sum, seq] :
       {std::pair("2", "2"), {"2", "-1"}, {"0", "0"}, {"1025", "0"}, {"x", "0"}, {"2", "1x"}, {"1", "1"}}) {
    line.link().binary(feishu::encode(part("bad", sum, seq, "{}")));
  }
  line.link().binary(feishu::encode(part("", "2", "0", "{}")));

  line.link().binary(feishu::encode(part("lost", "2", "0", "{")));
  line.world.loop.advance(5s);
  line.link().binary(feishu::encode(part("lost", "2", "1", "}")));

  line.link().binary(feishu::encode(part("other", "2", "0", "{")));
  line.link().binary(feishu::encode(part("other", "3", "1", "}")));
  line.link().binary(feishu::encode(part("other", "2", "1", "}")));

  line.link().binary(feishu::encode(part("long", "2", "0", std::string(3 << 20, ' '))));
  line.link().binary(feishu::encode(part("long", "2", "1", std::string(3 << 20, ' '))));
  CHECK(line.payloads.empty());
  CHECK(line.sent().empty());

  for (int i = 0; i < 80; ++i) line.link().binary(feishu::encode(part("many" + std::to_string(i), "2", "0", "{")));
  CHECK(line.world.log.counters["long_connection_dropped"] >= 25);
  CHECK(line.connection.connected());
}

TEST_CASE("what is no frame, text and cards of the older kind are passed over without an answer") {
  Line line;
  line.open();
  line.link().received.clear();
  line.link().binary("garbage");
  line.link().text("{}");
  line.link().binary(frames_of(fixture(fixtures().root(), "feishu.ws.data_type_card")).front());
  CHECK(line.payloads.empty());
  CHECK(line.sent().empty());
  CHECK(line.connection.connected());
}

TEST_CASE("an acknowledgement whose connection is gone goes nowhere, not even over the next one") {
  Line line;
  line.open();
  line.link().binary(feishu::encode(part("m", "1", "0", "{}")));
  line.link().close(1006);
  line.world.loop.advance(31s);
  line.answer(kEndpoint);
  line.link().open();
  const std::size_t before = line.sent().size();
  CHECK(line.exchanges.front()->gone());
  line.exchanges.front()->answer({.status = 200}, {});
  CHECK(line.sent().size() == before);
}

TEST_CASE("what a card shall show goes back in the acknowledgement, as recorded") {
  const Document all = fixtures();
  const View recorded = fixture(all.root(), "feishu.ws.card_callback");
  Line line;
  line.open();
  line.link().received.clear();
  line.link().binary(frames_of(recorded).front());
  REQUIRE(line.exchanges.size() == 1);
  line.exchanges.front()->answer({.status = 200, .body = R"({"toast":{"type":"success","content":"ok"}})"}, {});
  REQUIRE(line.sent().size() == 1);
  CHECK(without_time(line.sent().front()) ==
        without_time(*feishu::decode(from_hex(recorded.at("expect_ack_hex").str()))));
}

// --- a whole bot ---

TEST_CASE("every recorded delivery becomes the recorded events, and is acknowledged once, when they are on disk") {
  const Document all = fixtures();
  for (std::size_t i = 0; i < all.root().size(); ++i) {
    const View one = all.root()[i];
    if (!one.at("expect").is_array()) continue;
    CAPTURE(one.at("name").text());
    Connected bot;
    for (const std::string& bytes : frames_of(one)) bot.link().binary(bytes);
    const bool callback = one.at("ack_payload").is_string() || one.at("ack_payload").is_object();
    if (!callback) CHECK(bot.sent().empty());

    const auto events = bot.commit();

    const Document got = parse(to_json(events));
    CHECK_MESSAGE(same(got.root(), one.at("expect")), got.root().dump());
    const View expected = one.at("expect_ack_hex");
    REQUIRE(bot.sent().size() == (expected.is_string() ? 1 : 0));
    if (expected.is_string() && !callback) {
      CHECK(without_time(bot.sent().front()) == without_time(*feishu::decode(from_hex(expected.str()))));
    }
    bot.world.loop.advance(10s);
    CHECK(bot.sent().size() == (expected.is_string() ? 1 : 0));
  }
}

TEST_CASE("what cannot be stored, or not in time, is asked for again") {
  Connected bot;
  bot.link().binary(feishu::encode(part("a", "1", "0", message("om_1", "p2p", kPrivate, kLin))));
  bot.commit(false);
  REQUIRE(bot.sent().size() == 1);
  CHECK(bot.sent().back().payload == R"({"code":500})");
  bot.link().binary(feishu::encode(part("b", "1", "0", message("om_2", "p2p", kPrivate, kLin))));
  bot.world.loop.advance(2500ms);
  REQUIRE(bot.sent().size() == 2);
  CHECK(bot.sent().back().payload == R"({"code":500})");
  bot.commit();
  CHECK(bot.sent().size() == 2);
  bot.link().binary(feishu::encode(part("c", "1", "0", "not json")));
  CHECK(bot.sent().back().payload == R"({"code":500})");
}

TEST_CASE("a bot is online as long as its long connection is open, and Lark has one too") {
  Connected bot("lark");
  CHECK(bot.world.ingress.pushes.empty());
  bot.link().close(1006);
  CHECK_FALSE(bot.adapter->online());
  bot.world.loop.advance(31s);
  bot.answer(kEndpoint);
  bot.link().open();
  CHECK(bot.world.events.changes == std::vector<bool>{true, false, true});
  bot.adapter->stop();
  CHECK(bot.link().peer == nullptr);
}

TEST_CASE("a bot that does not know who it is does not listen yet") {
  Bot bot("feishu", {{"receive", "long_connection"}});
  bot.adapter->start();
  CHECK(bot.world.client.calls.size() == 1);
  bot.answer(R"({"code":0,"tenant_access_token":"t-1","expire":7140})");
  bot.answer(R"({"code":0,"bot":{"open_id":"ou_me"}})");
  CHECK(bot.asked().url == "https://platform.test/callback/ws/endpoint");
}

TEST_CASE("BOSSHI has no long connection") {
  fakes::World world;
  const auto made = feishu::make(
      "bosshi", Fields{{"app_id", "bli_1"}, {"app_secret", "x"}, {"receive", "long_connection"}}, world.host);
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().message == "receive: this platform has no \"long_connection\"; allowed: \"webhook\"");
}
