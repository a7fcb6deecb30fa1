// One bot on the long connection: when it dials, pings, and gives up on a link.

#include "adapters/feishu/tests/dialing.h"

using namespace rig;
using feishu::Frame;

// --- connecting ---

TEST_CASE("the long connection is dialed with the app's secret, once it is known who the bot is") {
  Bot bot("lark", {{"receive", "long_connection"}});
  bot.adapter->start();
  CHECK(bot.world.ingress.pushes.empty());
  bot.answer(R"({"code":0,"tenant_access_token":"t-1","expire":7140})");
  bot.answer(onebot::json::write(Fields{{"code", 0}, {"bot", Fields{{"open_id", kBot}}}}));

  CHECK(bot.asked().url == kEndpoint);
  CHECK(bot.asked().method == "POST");
  CHECK(io::header(bot.asked().headers, "locale") == "zh");
  CHECK(bot.asked_body().dump() == R"({"AppID":"cli_0123456789abcdef","AppSecret":"s3cret"})");
  CHECK_FALSE(bot.adapter->online());
  bot.answer(endpoint());
  CHECK(bot.world.client.links.back()->upgrade.url.starts_with("wss://gate.test/ws/v2?"));
  CHECK_FALSE(bot.adapter->online());
  bot.world.client.links.back()->open();
  CHECK(bot.adapter->online());
  CHECK(bot.world.events.changes == std::vector<bool>{true});
  CHECK_FALSE(bot.world.log.contains("ticket"));
  CHECK_FALSE(bot.world.log.contains("s3cret"));
}

TEST_CASE("BOSSHI has no long connection, and is told so") {
  fakes::World world;
  const auto made =
      feishu::make("bosshi", {{"app_id", "bli_1"}, {"app_secret", "s"}, {"receive", "long_connection"}}, world.host);
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().message == "receive: bosshi has no long connection; allowed: \"webhook\"");
  const auto unknown =
      feishu::make("feishu", {{"app_id", "c"}, {"app_secret", "s"}, {"receive", "pigeon"}}, world.host);
  CHECK(unknown.error().message == R"(receive: "pigeon" is not known; allowed: "webhook", "long_connection")");
}

TEST_CASE("a bot that was known before does not wait for its name") {
  Dialing first;
  fakes::World world;
  world.events.records = first.world.events.records;
  const auto made =
      feishu::make("feishu", {{"app_id", "c"}, {"app_secret", "s"}, {"receive", "long_connection"}}, world.host);
  (*made)->start();
  CHECK(std::ranges::any_of(world.client.calls,
                            [](const auto& call) { return call->request.url.ends_with("/callback/ws/endpoint"); }));
}

TEST_CASE("a discovery that fails for a moment is tried again, ever later, up to the platform's interval") {
  Dialing bot;
  bot.answer(endpoint(R"({"ReconnectInterval":20})"));
  std::vector<int> waits;
  bot.link().close(1006);
  for (int i = 0; i < 5; ++i) {
    const std::size_t before = bot.discoveries();
    int waited = 0;
    while (bot.discoveries() == before) bot.world.loop.advance(100ms), waited += 100;
    waits.push_back(waited);
    bot.answer(R"({"code":1,"msg":"system busy"})");
  }
  const int steps[] = {5000, 10'000, 20'000, 20'000, 20'000};
  for (std::size_t i = 0; i < waits.size(); ++i) {
    CAPTURE(i);
    CHECK(waits[i] >= steps[i]);
    CHECK(waits[i] <= steps[i] * 12 / 10 + 100);
  }
}

TEST_CASE("what only a human can mend is tried again every ten minutes") {
  for (const std::string_view answer : {R"({"code":403,"msg":"forbidden"})", R"({"code":514,"msg":"auth failed"})",
                                        R"({"code":1000040350,"msg":"limit"})", R"({"code":10014,"msg":"secret"})"}) {
    CAPTURE(answer);
    Dialing bot;
    bot.answer(answer);
    const std::size_t before = bot.discoveries();
    bot.world.loop.advance(10min - 1s);
    CHECK(bot.discoveries() == before);
    bot.world.loop.advance(3min);
    CHECK(bot.discoveries() == before + 1);
    CHECK_FALSE(bot.adapter->online());
    CHECK(bot.world.log.lines.back().first == onebot::LogLevel::error);
  }
}

TEST_CASE("a refused upgrade is judged by its headers") {
  const auto wait_after = [](const io::Headers& headers) {
    Dialing bot;
    bot.answer(endpoint());
    bot.link().refuse(403, headers);
    const std::size_t before = bot.discoveries();
    auto waited = 0s;
    for (; bot.discoveries() == before; waited += 1s) bot.world.loop.advance(1s);
    return waited;
  };
  CHECK(wait_after({{"Handshake-Status", "514"}, {"Handshake-Autherrcode", "1000040350"}}) >= 600s);
  CHECK(wait_after({{"Handshake-Status", "403"}}) >= 600s);
  CHECK(wait_after({{"Handshake-Status", "514"}, {"Handshake-Autherrcode", "1"}}) <= 7s);
  CHECK(wait_after({}) <= 7s);
}

TEST_CASE("when the platform's number of attempts is used up, the next ones come slowly") {
  Dialing bot;
  bot.open(R"({"ReconnectCount":2,"ReconnectInterval":1,"ReconnectNonce":0})");
  bot.pong();
  bot.link().close(1001);
  bot.world.loop.advance(1s);
  CHECK(bot.discoveries() == 2);
  bot.answer("", 502);
  bot.world.loop.advance(2s);
  CHECK(bot.discoveries() == 3);
  bot.answer("", 502);
  bot.world.loop.advance(9min);
  CHECK(bot.discoveries() == 3);
  bot.world.loop.advance(4min);
  CHECK(bot.discoveries() == 4);
}

TEST_CASE("a handshake without an answer is given up after 15 s") {
  Dialing bot;
  bot.answer(endpoint());
  bot.world.loop.advance(14s);
  CHECK(bot.link().closed_with == 0);
  bot.world.loop.advance(1s);
  CHECK(bot.link().closed_with != 0);
  bot.world.loop.advance(6s);
  CHECK(bot.discoveries() == 2);
}

TEST_CASE("a lost connection is replaced at a moment within the platform's spread, by a new discovery") {
  Dialing bot;
  bot.open();
  bot.pong();
  bot.link().close(1006);
  CHECK_FALSE(bot.adapter->online());
  bot.world.loop.advance(999ms);
  CHECK(bot.discoveries() == 1);
  bot.world.loop.advance(30s);
  CHECK(bot.discoveries() == 2);
  bot.open();
  CHECK(bot.adapter->online());
  CHECK(bot.world.events.changes == std::vector<bool>{true, false, true});
}

TEST_CASE("a connection that ends before it brought anything counts as a failed attempt") {
  Dialing bot;
  for (int i = 0; i < 4; ++i) {
    bot.open();
    bot.link().close(1006);
    bot.world.loop.advance(50s);
  }
  CHECK(bot.discoveries() == 5);
  CHECK(bot.world.log.counters["long_connection_failures"] == 4);
}

// --- being alive ---

TEST_CASE("we ping on opening and then as often as the platform says") {
  Dialing bot;
  bot.open();
  const std::vector<Frame> said = bot.said();
  REQUIRE(said.size() == 1);
  CHECK(said[0] == Frame{.service = 7, .headers = {{"type", "ping"}}});
  for (int i = 0; i < 3; ++i) {
    bot.pong();
    bot.world.loop.advance(120s - 1ms);
    CHECK(bot.pings() == 0);
    bot.world.loop.advance(1ms);
    CHECK(bot.pings() == 1);
  }
}

TEST_CASE("a new interval in a pong holds for the next ping, and what a pong leaves out stays") {
  Dialing bot;
  bot.open();
  bot.pong(R"({"PingInterval":30})");
  bot.said();
  bot.world.loop.advance(30s);
  CHECK(bot.pings() == 1);
  bot.pong(R"({"ReconnectNonce":1})");
  bot.world.loop.advance(30s);
  CHECK(bot.pings() == 1);
  bot.pong("no JSON");
  bot.world.loop.advance(30s);
  CHECK(bot.pings() == 1);
}

TEST_CASE("silence after a ping ends the connection within two intervals, however short they are") {
  struct Case {
    std::string_view config{};
    std::chrono::seconds interval{}, patience{};
  };
  for (const Case& row : {Case{R"({"PingInterval":120})", 120s, 30s}, Case{R"({"PingInterval":20})", 20s, 10s},
                          Case{R"({"PingInterval":3})", 3s, 3s}, Case{R"({"PingInterval":1})", 1s, 1s}}) {
    CAPTURE(row.config);
    Dialing bot;
    bot.open(row.config);
    bot.pong();
    bot.world.loop.advance(row.interval + row.patience - 1ms);
    CHECK(bot.link().closed_with == 0);
    bot.world.loop.advance(1ms);
    CHECK(bot.link().closed_with != 0);
    CHECK_FALSE(bot.adapter->online());
    CHECK(bot.world.log.contains("no answer to a ping"));
    bot.world.loop.advance(30s);
    bot.open();
    CHECK(bot.adapter->online());
  }
}

TEST_CASE("anything that comes is a sign of life") {
  Dialing bot;
  bot.open();
  for (int i = 0; i < 3; ++i) {
    bot.world.loop.advance(20s);
    bot.bring_event("d" + std::to_string(i), hello("om_" + std::to_string(i)));
    bot.world.loop.advance(100s);
    bot.bring({.service = 7, .headers = {{"type", "ping"}}});
  }
  CHECK(bot.dials() == 1);
  CHECK(bot.adapter->online());
}

TEST_CASE("a held bot reads nothing, and silence meanwhile is no loss") {
  Dialing bot;
  bot.open();
  bot.pong();
  bot.adapter->hold(true);
  CHECK(bot.link().held);
  bot.world.loop.advance(10min);
  CHECK(bot.link().closed_with == 0);
  bot.adapter->hold(false);
  CHECK_FALSE(bot.link().held);
  bot.world.loop.advance(3min);
  CHECK(bot.link().closed_with != 0);
  CHECK_FALSE(bot.adapter->online());
}

TEST_CASE("a connection that opens while the bot is held is not read") {
  Dialing bot;
  bot.adapter->hold(true);
  bot.open();
  CHECK(bot.link().held);
  bot.adapter->hold(false);
  CHECK_FALSE(bot.link().held);
}

TEST_CASE("a platform that takes no acknowledgement any more gets a new connection instead of ever more of them") {
  Dialing bot;
  bot.open();
  bot.pong();
  bot.link().reading = false;
  const std::string id(1'000, 'm');
  int brought = 0;
  for (; bot.link().closed_with == 0 && brought < 10'000; ++brought) {
    bot.bring_event(id, "no JSON");
    bot.world.loop.advance(0ms);
  }

  CHECK(brought < 10'000);
  CHECK(brought > 100);
  CHECK(bot.world.log.contains("the platform does not read what we send"));
  bot.world.loop.advance(2min);
  CHECK(bot.discoveries() == 2);
}

TEST_CASE("a platform that was away for a day is asked again within its interval and a fifth") {
  Dialing bot;
  const auto began = bot.world.loop.now();
  auto last = began;
  while (bot.world.loop.now() - began < 24h) {
    const std::size_t asked = bot.discoveries();
    bot.answer("", 503);
    for (int i = 0; i < 3600 && bot.discoveries() == asked; ++i) bot.world.loop.advance(1s);
    REQUIRE(bot.discoveries() == asked + 1);
    CHECK(bot.world.loop.now() - last <= 145s);
    last = bot.world.loop.now();
  }
  bot.open();
  CHECK(bot.adapter->online());
}
