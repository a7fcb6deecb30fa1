// What comes over the long connection: how it is put together, passed on, and acknowledged once.

#include "adapters/feishu/tests/dialing.h"

using namespace rig;
using feishu::Frame;

TEST_CASE("a message is acknowledged once, after its events are stored") {
  Dialing bot;
  bot.open();
  bot.said();
  bot.bring_event("d1", hello("om_1"));
  CHECK(bot.said().empty());
  bot.world.loop.advance(40ms);
  CHECK(bot.commit().size() == 1);
  bot.world.loop.run();
  const std::vector<Frame> said = bot.said();
  REQUIRE(said.size() == 1);
  CHECK(said[0].payload == R"({"code":200})");
  CHECK(said[0].seq == 9);
  CHECK(said[0].log == 8);
  CHECK(said[0].header("message_id") == "d1");
  CHECK(said[0].header("biz_rt") == "40");
  bot.world.loop.advance(9s);
  CHECK(bot.said().empty());
}

TEST_CASE("what is not stored, or not in time, is acknowledged as failed, and once") {
  Dialing bot;
  bot.open();
  bot.said();
  bot.bring_event("d1", hello("om_1"));
  bot.commit(false);
  bot.world.loop.run();
  std::vector<Frame> said = bot.said();
  REQUIRE(said.size() == 1);
  CHECK(said[0].payload == R"({"code":500})");

  bot.bring_event("d2", hello("om_2"));
  bot.world.loop.advance(2500ms);
  said = bot.said();
  REQUIRE(said.size() == 1);
  CHECK(said[0].payload == R"({"code":500})");
  bot.commit();
  bot.world.loop.run();
  CHECK(bot.said().empty());
}

TEST_CASE("parts in the wrong order, doubled, become one event and one acknowledgement") {
  Dialing bot;
  bot.open();
  bot.said();
  const std::string body = hello("om_1");
  bot.bring(Dialing::part("d1", 2, 1, body.substr(100)));
  bot.bring(Dialing::part("d1", 2, 1, body.substr(100)));
  CHECK(bot.world.events.arrivals.empty());
  bot.bring(Dialing::part("d1", 2, 0, body.substr(0, 100)));
  CHECK(bot.commit().size() == 1);
  bot.world.loop.run();
  const std::vector<Frame> said = bot.said();
  REQUIRE(said.size() == 1);
  CHECK(said[0].header("seq") == "0");  // the one that completed it
}

TEST_CASE("of a message whose parts do not all come nothing is acknowledged") {
  Dialing bot;
  bot.open();
  bot.said();
  bot.bring(Dialing::part("d1", 2, 0, "{"));
  bot.pong();
  bot.world.loop.advance(10s);
  CHECK(bot.said().empty());
  CHECK(bot.world.log.counters["long_connection_incomplete"] == 1);
  CHECK(bot.adapter->online());
}

TEST_CASE("the use of a card is answered in its acknowledgement, at once") {
  Dialing bot;
  bot.open();
  bot.said();
  bot.bring_event("d1", read(kFixtures / "feishu.v2.card_action.button.native.json"));
  const std::vector<Frame> said = bot.said();
  REQUIRE(said.size() == 1);
  CHECK(said[0].payload == R"({"code":200,"data":"e30="})");  // {}
  bot.answer(R"({"code":0,"data":{"chat_mode":"group"}})");
  REQUIRE(bot.world.events.events().size() == 1);
  CHECK(bot.world.events.events()[0].detail_type == "feishu.card_action");
  CHECK_FALSE(bot.world.events.arrivals[0].committed);
}

TEST_CASE("frames that are nothing, of another type or without JSON do no harm") {
  Dialing bot;
  bot.open();
  bot.said();
  bot.link().binary("\xff\xff");
  bot.link().text("hello");
  Frame card = Dialing::part("d1", 1, 0, "{}");
  card.headers[0].second = "card";
  bot.bring(card);
  bot.bring({.service = 7, .method = 5});
  bot.bring(Dialing::part("d1", 0, 0, "{}"));
  CHECK(bot.said().empty());
  bot.bring_event("d2", "no JSON");
  bot.bring_event("d3", R"({"neither":"nor"})");
  const std::vector<Frame> said = bot.said();
  REQUIRE(said.size() == 2);
  CHECK(said[0].payload == R"({"code":500})");
  CHECK(said[1].payload == R"({"code":200})");
  CHECK(bot.world.events.arrivals.empty());
  CHECK(bot.adapter->online());
}

TEST_CASE("an acknowledgement goes over the connection its message came by, or not at all") {
  Dialing bot;
  bot.open();
  bot.pong();
  bot.bring_event("d1", hello("om_1"));
  bot.link().close(1006);
  bot.world.loop.advance(30s);
  bot.open();
  bot.said();
  CHECK(bot.commit().size() == 1);
  bot.world.loop.run();
  CHECK(bot.said().empty());
  bot.bring_event("d1-again", hello("om_1"));
  CHECK(bot.commit().empty());  // the same event
  bot.world.loop.run();
  CHECK(bot.said().size() == 1);
}

TEST_CASE("a commit that comes after the bot was stopped and gone hurts nobody") {
  Dialing bot;
  bot.open();
  bot.bring_event("d1", hello("om_1"));
  bot.adapter->stop();
  bot.adapter.reset();
  bot.world.events.arrivals[0].committed(true);
  bot.world.loop.run();
  CHECK(bot.link().closed_with != 0);
}

TEST_CASE("every recorded delivery becomes the events recorded with it") {
  const Document fixtures = parse(read(kFixtures / "long_connection.json"));
  int played = 0;
  for (std::size_t i = 0; i < fixtures.root().size(); ++i) {
    const View fixture = fixtures.root()[i];
    if (fixture.at("direction").str() != "down" || !fixture.at("expect").is_array()) continue;
    CAPTURE(fixture.at("name").text());
    Dialing bot;
    bot.open();
    bot.said();
    const View frames = fixture.at("payload.frames_hex");
    for (std::size_t k = 0; k < frames.size(); ++k) {
      std::string bytes;
      for (std::size_t at = 0; at + 1 < frames[k].str().size(); at += 2) {
        bytes.push_back(static_cast<char>(std::stoi(std::string(frames[k].str().substr(at, 2)), nullptr, 16)));
      }
      bot.link().binary(bytes);
    }
    bot.world.loop.run();
    const bool asks = bot.asked().url.find("/im/v1/chats/") != std::string::npos;
    if (asks) bot.answer(R"({"code":0,"data":{"chat_mode":"group"}})");
    CHECK(same(parse(to_json(bot.commit())).root(), fixture.at("expect")));
    bot.world.loop.run();
    CHECK(bot.said().size() == (fixture.at("expect_ack_hex").is_string() ? 1 : 0));
    ++played;
  }
  CHECK(played >= 5);
}
