// One bot on the long connection: when it dials, pings, gives up on a link, acknowledges and stays silent.

#include "adapters/feishu/adapter.h"
#include "adapters/feishu/frame.h"
#include "onebot/crypto.h"
#include "tests/unit/feishu/rig.h"

using namespace rig;
using feishu::Frame;

namespace {

constexpr std::string_view kEndpoint = "https://platform.test/callback/ws/endpoint";
constexpr std::string_view kConfig =
    R"({"ReconnectCount":-1,"ReconnectInterval":120,"ReconnectNonce":30,"PingInterval":120})";

std::string endpoint(std::string_view config = kConfig) {
  return R"({"code":0,"data":{"URL":"wss://gate.test/ws/v2?device_id=d1&service_id=7&ticket=once","ClientConfig":)" +
         std::string(config) + "}}";
}

// A bot whose calls and links the test answers.
struct Dialing : Bot {
  explicit Dialing(std::string_view platform = "feishu") : Bot(platform, {{"receive", "long_connection"}}) {
    adapter->start();
    answer(R"({"code":0,"tenant_access_token":"t-1","expire":7140})");
    answer(onebot::json::write(Fields{{"code", 0}, {"bot", Fields{{"open_id", kBot}, {"app_name", "Bridge"}}}}));
  }

  // Of these no more than the newest is open.
  std::size_t dials() const { return world.client.links.size(); }
  std::size_t discoveries() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(world.client.calls, [](const auto& call) { return call->request.url == kEndpoint; }));
  }
  fakes::Link& link() { return *world.client.links.back(); }

  // From a discovery that waits for its answer to an open connection.
  void open(std::string_view config = kConfig) {
    REQUIRE(asked().url == kEndpoint);
    answer(endpoint(config));
    link().open();
    world.loop.run();
  }
  void bring(const Frame& frame) {
    link().binary(feishu::encode(frame));
    world.loop.run();
  }
  void pong(std::string payload = "") {
    bring({.service = 7, .headers = {{"type", "pong"}}, .payload = std::move(payload)});
  }
  void bring_event(std::string id, std::string body) { bring(part(std::move(id), 1, 0, std::move(body))); }
  static Frame part(std::string id, int count, int index, std::string payload) {
    return {.seq = 9,
            .log = 8,
            .service = 7,
            .method = Frame::kData,
            .headers = {{"type", "event"},
                        {"message_id", std::move(id)},
                        {"sum", std::to_string(count)},
                        {"seq", std::to_string(index)}},
            .payload = std::move(payload)};
  }
  // What went over the newest link since this was asked last.
  std::vector<Frame> said() {
    std::vector<Frame> frames;
    for (const std::string& bytes : std::exchange(link().received, {})) frames.push_back(*feishu::decode(bytes));
    return frames;
  }
  std::size_t pings() {
    std::size_t count = 0;
    for (const Frame& frame : said()) count += frame.header("type") == "ping" ? 1 : 0;
    return count;
  }
};

std::string hello(std::string_view id) { return message(id, "p2p", kPrivate, kLin); }

}  // namespace

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

// --- deliveries ---

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
    CHECK(same(parse(to_json(bot.commit())).root(), fixture.at("expect")));
    bot.world.loop.run();
    CHECK(bot.said().size() == (fixture.at("expect_ack_hex").is_string() ? 1 : 0));
    ++played;
  }
  CHECK(played >= 5);
}
