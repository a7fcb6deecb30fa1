// The long connection: frames byte by byte, its address, losses and what follows from each.

#include "tests/unit/feishu/long_connection_rig.h"

using namespace rig;

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
