// The long connection: frames byte by byte, parts, acknowledgements, losses and what follows from each.

#include "adapters/feishu/long_connection.h"

#include "adapters/feishu/endpoint.h"
#include "tests/unit/feishu/rig.h"

using namespace rig;
using feishu::Frame;

namespace {

std::string from_hex(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    out += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  }
  return out;
}

Document fixtures() { return parse(read(kFixtures / "long_connection.json")); }

View fixture(View all, std::string_view name) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].at("name").str() == name) return all[i];
  }
  FAIL(std::string(name));
  return {};
}

std::vector<std::string> frames_of(View one) {
  std::vector<std::string> out;
  const View frames = one.at("payload.frames_hex");
  for (std::size_t i = 0; i < frames.size(); ++i) out.push_back(from_hex(frames[i].str()));
  return out;
}

Frame part(std::string_view id, std::string_view sum, std::string_view seq, std::string payload) {
  return {.seq_id = 7,
          .log_id = 8,
          .service = 9,
          .method = Frame::data,
          .headers = {{"type", "event"},
                      {"message_id", std::string(id)},
                      {"sum", std::string(sum)},
                      {"seq", std::string(seq)}},
          .payload = std::move(payload)};
}

// How long it takes until the platform is asked for an address again.
std::chrono::milliseconds next_attempt(fakes::World& world) {
  const std::size_t before = world.client.calls.size();
  const auto start = world.loop.now();
  while (world.client.calls.size() == before && world.loop.now() - start < 20min) world.loop.advance(100ms);
  return world.loop.now() - start;
}

constexpr std::string_view kEndpoint =
    R"({"code":0,"data":{"URL":"wss://far.test/ws/v2?device_id=17&service_id=33554678&ticket=t1ck3t","ClientConfig":{"PingInterval":120}}})";

// A connection alone, and what its peer hears.
struct Line : feishu::LongConnectionPeer {
  Line()
      : connection({"https://platform.test/callback/ws/endpoint", "cli_1", "s3cret", [this] { return random; }},
                   world.loop, world.client, world.log, *this) {}
  void on_payload(std::string payload, std::unique_ptr<io::Exchange> exchange) override {
    payloads.push_back(std::move(payload));
    exchanges.push_back(std::move(exchange));
  }
  void on_connected(bool now) override { changes.push_back(now); }

  void answer(std::string_view body, int status = 200) {
    auto call = world.client.calls.back();
    REQUIRE(call->done);
    call->answer(status, std::string(body));
    world.loop.run();
  }
  fakes::Link& link() { return *world.client.links.back(); }
  void open() {
    connection.start();
    answer(kEndpoint);
    link().open();
    world.loop.run();
  }
  std::vector<Frame> sent() {
    world.loop.run();
    std::vector<Frame> out;
    for (const std::string& bytes : link().received) out.push_back(*feishu::decode(bytes));
    return out;
  }

  fakes::World world;
  double random = 0.5;
  std::vector<std::string> payloads;
  std::vector<std::unique_ptr<io::Exchange>> exchanges;
  std::vector<bool> changes;
  feishu::LongConnection connection;
};

// A bot that is online over a long connection.
struct Connected : Bot {
  explicit Connected(std::string_view platform = "feishu")
      : Bot(platform, {{"receive", "long_connection"}, {"self_id", kBot}}) {
    adapter->start();
    REQUIRE(asked().url == "https://platform.test/callback/ws/endpoint");
    answer(kEndpoint);
    world.client.calls.front()->answer(200, R"({"code":0,"tenant_access_token":"t-1","expire":7140})");
    link().open();
    world.loop.run();
    REQUIRE(adapter->online());
    link().received.clear();
  }
  fakes::Link& link() { return *world.client.links.back(); }
  std::vector<Frame> sent() {
    world.loop.run();
    std::vector<Frame> out;
    for (const std::string& bytes : link().received) out.push_back(*feishu::decode(bytes));
    return out;
  }
};

// As the frame says, but for how long it took.
std::string without_time(Frame frame) {
  std::erase_if(frame.headers, [](const auto& header) { return header.first == "biz_rt"; });
  return feishu::encode(frame);
}

}  // namespace

// --- frames ---

TEST_CASE("the platform's frames are read and written byte by byte") {
  const Document all = fixtures();
  for (std::size_t i = 0; i < all.root().size(); ++i) {
    CAPTURE(all.root()[i].at("name").text());
    for (const std::string& bytes : frames_of(all.root()[i])) {
      const auto frame = feishu::decode(bytes);
      REQUIRE(frame.has_value());
      CHECK(feishu::encode(*frame) == bytes);
    }
  }
  const auto pong = feishu::decode(frames_of(fixture(all.root(), "feishu.ws.pong_with_config")).front());
  CHECK(pong->service == 33554678);
  CHECK(pong->header("type") == "pong");
  CHECK(pong->payload.starts_with(R"({"ReconnectCount":-1)"));
  const std::string with_empty = from_hex("0800100018f681801020002a0c0a0474797065120470696e6732003a004a00");
  CHECK(feishu::encode(*feishu::decode(with_empty)) == with_empty.substr(0, with_empty.size() - 6));
}

TEST_CASE("a negative number in a frame keeps its sign, and unknown fields are passed over") {
  const Frame frame{.service = -5, .method = Frame::data};
  const std::string bytes = feishu::encode(frame);
  CHECK(feishu::decode(bytes) == frame);
  CHECK(feishu::decode(bytes + from_hex("5001"
                                        "5a0161"
                                        "6101020304050607"
                                        "08"
                                        "6501020304")) == frame);
}

TEST_CASE("a frame that is cut off, or lacks a required field, is none") {
  const std::string whole = feishu::encode(part("m1", "1", "0", "{}"));
  for (std::size_t size = 0; size < 8; ++size) CHECK_FALSE(feishu::decode(whole.substr(0, size)).has_value());
  CHECK_FALSE(feishu::decode(whole.substr(0, whole.size() - 1)).has_value());
  CHECK_FALSE(feishu::decode(from_hex("080010001800")).has_value());
  CHECK_FALSE(feishu::decode(whole + from_hex("42ffffffffff7f")).has_value());
  CHECK_FALSE(feishu::decode(whole + from_hex("53")).has_value());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const char flip : {'\x01', '\x80', '\xff'}) {
      std::string broken = whole;
      broken[i] = static_cast<char>(broken[i] ^ flip);
      if (const auto frame = feishu::decode(broken)) CHECK(feishu::decode(feishu::encode(*frame)) == frame);
    }
  }
}

// --- the endpoint ---

TEST_CASE("the endpoint is asked as recorded, and each answer means what is recorded") {
  const Document all = fixtures();
  Line line;
  line.connection.start();
  const auto& request = line.world.client.calls.back()->request;
  const View recorded = fixture(all.root(), "feishu.ws.endpoint.request").at("payload");
  CHECK(request.method == recorded.at("method").str());
  CHECK(*io::header(request.headers, "locale") == recorded.at("headers.locale").str());
  CHECK(request.body == R"({"AppID":"cli_1","AppSecret":"s3cret"})");

  const auto ok = feishu::read_endpoint(200, fixture(all.root(), "feishu.ws.endpoint.ok").at("payload").dump(), {});
  REQUIRE(ok.has_value());
  CHECK(ok->service == 33554678);
  CHECK(ok->device == "7534000000000000001");
  for (std::size_t i = 0; i < all.root().size(); ++i) {
    const View one = all.root()[i];
    if (!one.at("action").is_string()) continue;
    CAPTURE(one.at("name").text());
    const auto refused = feishu::read_endpoint(200, one.at("payload").dump(), {});
    REQUIRE_FALSE(refused.has_value());
    CHECK((refused.error().again == feishu::Again::soon) == (one.at("action").str() == "retry"));
  }
}

TEST_CASE("what an operator must change first is tried again after ten minutes, anything else soon") {
  struct Case {
    std::string_view body{};
    int status = 200;
    bool slow = false;
  };
  for (const Case& c :
       {Case{R"({"code":10014,"msg":"invalid app_secret"})", 200, true}, Case{R"({"code":1000040350})", 200, true},
        Case{R"({"code":1})"}, Case{"oops", 502}, Case{R"({"code":0,"data":{"URL":"ftp://x"}})"}}) {
    CAPTURE(std::string(c.body));
    Line line;
    line.connection.start();
    line.answer(c.body, c.status);
    const auto wait = next_attempt(line.world);
    CHECK((wait >= 9min) == c.slow);
    CHECK(wait <= 10min + 1s);
  }
}

TEST_CASE("neither the address with its ticket nor the secret gets into the log") {
  Line line;
  line.open();
  line.link().close(1006);
  line.world.loop.advance(1min);
  line.answer("{}", 500);
  CHECK_FALSE(line.world.log.lines.empty());
  CHECK_FALSE(line.world.log.contains("t1ck3t"));
  CHECK_FALSE(line.world.log.contains("s3cret"));
}

// --- pings ---

TEST_CASE("a ping goes out at once and then in the interval that the last pong set") {
  Line line;
  line.open();
  REQUIRE(line.sent().size() == 1);
  const std::string ping = frames_of(fixture(fixtures().root(), "feishu.ws.ping")).front();
  CHECK(line.link().received.front() == ping);

  line.link().binary(feishu::encode({.headers = {{"type", "pong"}}, .payload = R"({"PingInterval":20})"}));
  line.world.loop.advance(119s);
  CHECK(line.sent().size() == 1);
  line.world.loop.advance(2s);
  CHECK(line.sent().size() == 2);
  line.link().binary(
      feishu::encode({.headers = {{"type", "pong"}}, .payload = R"({"PingInterval":0,"ReconnectNonce":"x"})"}));
  line.world.loop.advance(20s);
  CHECK(line.sent().size() == 3);
}

TEST_CASE("a connection that dies silently is noticed within two ping intervals and replaced") {
  for (const int interval : {1, 10, 40, 120, 600}) {
    CAPTURE(interval);
    Line line;
    line.connection.start();
    line.answer(R"({"code":0,"data":{"URL":"wss://far.test/?service_id=1","ClientConfig":{"PingInterval":)" +
                std::to_string(interval) + "}}}");
    line.link().open();
    line.world.loop.run();
    line.link().binary(feishu::encode({.headers = {{"type", "pong"}}}));

    const auto died = line.world.loop.now();
    while (line.connection.connected()) line.world.loop.advance(100ms);

    CHECK(line.world.loop.now() - died <= 2 * std::chrono::seconds(interval) + 100ms);
    CHECK(line.changes == std::vector<bool>{true, false});
    line.world.loop.advance(31s);
    line.answer(kEndpoint);
    line.link().open();
    CHECK(line.connection.connected());
    CHECK(line.world.client.links.front()->peer == nullptr);
  }
}

TEST_CASE("while it is held nothing is read, and the silence is no loss") {
  Line line;
  line.open();
  line.connection.hold(true);
  CHECK(line.link().held);
  line.world.loop.advance(20min);
  CHECK(line.connection.connected());
  line.connection.hold(false);
  CHECK_FALSE(line.link().held);
  line.world.loop.advance(4min);
  CHECK_FALSE(line.connection.connected());
}

// --- losses ---

TEST_CASE("after a loss the next attempt comes within the nonce, then at growing intervals up to the platform's") {
  Line line;
  line.open();
  line.random = 0.5;
  line.link().close(1006);
  CHECK(next_attempt(line.world) == 15s);
  std::vector<std::chrono::milliseconds> waits;
  for (int i = 0; i < 7; ++i) {
    line.answer(R"({"code":1,"msg":"system busy"})");
    waits.push_back(next_attempt(line.world));
  }
  CHECK(waits == std::vector<std::chrono::milliseconds>{5s, 10s, 20s, 40s, 80s, 120s, 120s});
  line.answer(kEndpoint);
  line.link().open();
  line.random = 0;
  line.link().close(1000);
  CHECK(next_attempt(line.world) == 1s);
}

TEST_CASE("when the platform's number of attempts is used up, the bot goes on slowly") {
  Line line;
  line.connection.start();
  line.answer(R"({"code":0,"data":{"URL":"wss://far.test/?service_id=1","ClientConfig":{"ReconnectCount":2}}})");
  line.link().close(1006, "", 514);
  CHECK(next_attempt(line.world) == 5s);
  line.answer("", 500);
  CHECK(next_attempt(line.world) == 10s);
  line.answer("", 500);
  CHECK(next_attempt(line.world) == 10min);
}

TEST_CASE("a handshake that is refused or never answered is a loss") {
  Line line;
  line.connection.start();
  line.answer(kEndpoint);
  line.world.loop.advance(15s);
  CHECK(line.changes.empty());
  CHECK(next_attempt(line.world) == 5s);
  line.answer(kEndpoint);
  line.link().close(1006, "", 403);
  CHECK(next_attempt(line.world) >= 9min);
}

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
