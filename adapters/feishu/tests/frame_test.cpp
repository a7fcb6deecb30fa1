// Frames of the long connection, the joining of parts, and what the platform answers about the connection itself.

#include "adapters/feishu/feed/frame.h"

#include "adapters/feishu/feed/assembly.h"
#include "adapters/feishu/feed/endpoint.h"
#include "adapters/feishu/feed/receipt.h"
#include "adapters/feishu/tests/rig.h"
#include "onebot/crypto.h"

using namespace rig;
using feishu::Assembly;
using feishu::ClientConfig;
using feishu::Frame;
using feishu::Setback;

namespace {

std::string unhex(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    out.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return out;
}

Frame part(std::string_view id, int count, int index, std::string payload) {
  return {.service = 1,
          .method = Frame::kData,
          .headers = {{"type", "event"},
                      {"message_id", std::string(id)},
                      {"sum", std::to_string(count)},
                      {"seq", std::to_string(index)}},
          .payload = std::move(payload)};
}

struct Bench {
  fakes::World world;
  Assembly assembly{world.loop, world.log};

  // "...": the whole message; "-": parts are missing; "!": refused
  std::string take(const Frame& frame) {
    const auto taken = assembly.take(frame);
    if (!taken) return "!";
    return *taken ? **taken : "-";
  }
};

}  // namespace

TEST_CASE("every recorded frame is read and written back byte for byte") {
  const Document fixtures = parse(read(kFixtures / "long_connection.json"));
  int frames = 0;
  for (std::size_t i = 0; i < fixtures.root().size(); ++i) {
    const View fixture = fixtures.root()[i];
    const View all = fixture.at("payload.frames_hex");
    for (std::size_t k = 0; k < all.size(); ++k, ++frames) {
      CAPTURE(fixture.at("name").text());
      const std::string bytes = unhex(all[k].str());
      const auto frame = feishu::decode(bytes);
      REQUIRE(frame.has_value());
      CHECK(feishu::encode(*frame) == bytes);
      const View decoded = fixture.at("decoded");
      if (decoded.is_missing()) continue;
      CHECK(frame->service == decoded.at("service").integer());
      CHECK(frame->header("type") == decoded.at("headers")[0][1].str());
      CHECK(frame->payload == decoded.at("payload").str());
    }
  }
  CHECK(frames >= 8);
}

TEST_CASE("a frame cut short anywhere is refused or lacks only what may be absent") {
  const Frame whole = part("m", 1, 0, "{\"a\":1}");
  const std::string bytes = feishu::encode(whole);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto frame = feishu::decode(std::string_view(bytes).substr(0, size));
    if (frame) CHECK_FALSE(*frame == whole);
  }
}

TEST_CASE("no byte that is changed breaks the reader") {
  const std::string bytes = feishu::encode(part("m", 2, 1, "payload"));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(value);
      if (const auto frame = feishu::decode(changed)) CHECK(feishu::decode(feishu::encode(*frame)) == *frame);
    }
  }
}

TEST_CASE("required fields must be there, unknown ones are skipped, and empty ones may be written") {
  CHECK_FALSE(feishu::decode("").has_value());
  CHECK_FALSE(feishu::decode(unhex("080010001801")).has_value());  // no method
  const std::string ping = unhex("0800100018f681801020002a0c0a0474797065120470696e67");
  const auto plain = feishu::decode(ping);
  CHECK(plain->service == 33554678);
  CHECK(feishu::decode(ping + unhex("32003a004a00")) == *plain);                    // empty texts
  CHECK(feishu::decode(ping + unhex("5001") + unhex("5a0141")) == *plain);          // fields 10 and 11
  CHECK(feishu::decode(ping + unhex("6500000000")) == *plain);                      // four bytes
  CHECK(feishu::decode(ping + unhex("610000000000000000")) == *plain);              // eight bytes
  CHECK_FALSE(feishu::decode(ping + unhex("5b")).has_value());                      // a group
  CHECK_FALSE(feishu::decode(ping + unhex("42ffffffffffffffffff01")).has_value());  // longer than all there is
  CHECK_FALSE(feishu::decode(unhex("08ffffffffffffffffffff")).has_value());         // a number without an end
}

TEST_CASE("a negative service keeps its sign, and headers have a limit") {
  Frame frame{.service = -2, .method = Frame::kData};
  CHECK(feishu::decode(feishu::encode(frame))->service == -2);
  for (int i = 0; i < 64; ++i) frame.headers.emplace_back("name", "value");
  CHECK(feishu::decode(feishu::encode(frame)).has_value());
  frame.headers.emplace_back("one", "more");
  CHECK_FALSE(feishu::decode(feishu::encode(frame)).has_value());
}

TEST_CASE("acknowledgements echo the frame that completed the message, byte for byte as recorded") {
  const Document fixtures = parse(read(kFixtures / "long_connection.json"));
  int compared = 0;
  for (std::size_t i = 0; i < fixtures.root().size(); ++i) {
    const View fixture = fixtures.root()[i];
    const std::string_view wanted = fixture.at("expect_ack_hex").str();
    if (wanted.empty()) continue;
    CAPTURE(fixture.at("name").text());
    const View frames = fixture.at("payload.frames_hex");
    auto last = feishu::decode(unhex(frames[frames.size() - 1].str()));
    REQUIRE(last.has_value());
    const Frame said =
        feishu::acknowledgement(*std::move(last), feishu::Outcome::taken, fixture.at("ack_data_decoded").str(), 12ms);
    CHECK(onebot::crypto::hex(feishu::encode(said)) == wanted);
    ++compared;
  }
  CHECK(compared >= 3);
}

TEST_CASE("what was not stored is acknowledged as failed, and no time is negative") {
  const Frame said = feishu::acknowledgement(part("m", 1, 0, "x"), feishu::Outcome::not_stored, "", -5ms);
  CHECK(said.payload == R"({"code":500})");
  CHECK(said.header("biz_rt") == "0");
}

TEST_CASE("parts are joined as bytes, in any order, and a doubled part counts once") {
  Bench bench;
  CHECK(bench.take(part("a", 1, 0, "whole")) == "whole");
  CHECK(bench.take(part("b", 3, 2, "\xbd\xa0")) == "-");
  CHECK(bench.take(part("b", 3, 0, "you: ")) == "-");
  CHECK(bench.take(part("b", 3, 2, "other")) == "-");
  CHECK(bench.take(part("b", 3, 1, "\xe4")) == "you: \xe4\xbd\xa0");
  CHECK(bench.take(part("c", 2, 0, "")) == "-");
  CHECK(bench.take(part("c", 2, 1, "")) == "");
  CHECK(bench.world.loop.timers() == 0);
}

TEST_CASE("numbers that name no part are refused") {
  Bench bench;
  CHECK(bench.take(part("a", 0, 0, "x")) == "!");
  CHECK(bench.take(part("a", 1, 1, "x")) == "!");
  CHECK(bench.take(part("a", 2, -1, "x")) == "!");
  CHECK(bench.take(part("a", 1025, 0, "x")) == "!");
  CHECK(bench.take(part("", 2, 0, "x")) == "!");
  CHECK(bench.take({.method = Frame::kData}) == "!");
  Frame odd = part("a", 2, 0, "x");
  odd.headers[2].second = "2 ";
  CHECK(bench.take(odd) == "!");
  CHECK(bench.take(part("a", 2, 0, "x")) == "-");
  CHECK(bench.take(part("a", 3, 1, "x")) == "!");
}

TEST_CASE("what is incomplete after five seconds is dropped and can come again") {
  Bench bench;
  CHECK(bench.take(part("a", 2, 0, "old")) == "-");
  bench.world.loop.advance(4s);
  CHECK(bench.take(part("b", 2, 1, "2")) == "-");
  bench.world.loop.advance(1s);
  CHECK(bench.world.log.counters["long_connection_incomplete"] == 1);
  CHECK(bench.take(part("b", 2, 0, "1")) == "12");
  CHECK(bench.take(part("a", 2, 1, "new")) == "-");
  CHECK(bench.take(part("a", 2, 0, "the ")) == "the new");
}

TEST_CASE("no more than 64 messages and 8 MiB are kept in parts") {
  Bench bench;
  for (int i = 0; i < 64; ++i) CHECK(bench.take(part(std::to_string(i), 2, 0, "x")) == "-");
  CHECK(bench.take(part("one more", 2, 0, "x")) == "!");
  CHECK(bench.take(part("whole", 1, 0, "x")) == "x");
  bench.world.loop.advance(5s);

  const std::string large(std::size_t{3} << 20, 'x');
  CHECK(bench.take(part("a", 4, 0, large)) == "-");
  CHECK(bench.take(part("a", 4, 1, large)) == "-");
  CHECK(bench.take(part("a", 4, 2, large)) == "!");
  CHECK(bench.take(part("a", 4, 3, "rest")) == "!");  // it begins no message of its own
  CHECK(bench.take(part("b", 2, 0, large)) == "-");   // the room is free again
  bench.world.loop.advance(5s);
  CHECK(bench.take(part("a", 2, 0, large)) == "-");
}

TEST_CASE("each recorded answer to a discovery means what it should") {
  const Document fixtures = parse(read(kFixtures / "long_connection.json"));
  int judged = 0;
  for (std::size_t i = 0; i < fixtures.root().size(); ++i) {
    const View fixture = fixtures.root()[i];
    const std::string name = fixture.at("name").text(), action = fixture.at("action").text();
    if (!name.starts_with("feishu.ws.endpoint.") || name.ends_with(".request")) continue;
    CAPTURE(name);
    const auto read = feishu::read_endpoint({.body = fixture.at("payload").dump()}, {}, true);
    ++judged;
    if (action.empty()) {
      REQUIRE(read.has_value());
      CHECK(read->service == 33554678);
      CHECK(read->device == "7534000000000000001");
      CHECK(read->config == ClientConfig{});
      continue;
    }
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().kind == (action == "retry" ? Setback::Kind::passing : Setback::Kind::lasting));
  }
  CHECK(judged >= 7);
}

TEST_CASE("an answer that is no answer is a passing setback, and nobody is led away from TLS") {
  const auto kind = [](int status, std::string body, bool secure) {
    const auto read = feishu::read_endpoint({.status = status, .body = std::move(body)}, {}, secure);
    return read ? std::optional<Setback::Kind>() : read.error().kind;
  };
  CHECK(kind(502, R"({"code":403})", true) == Setback::Kind::passing);
  CHECK(kind(200, "<html>", true) == Setback::Kind::passing);
  CHECK(kind(200, "[]", true) == Setback::Kind::passing);
  CHECK(kind(200, R"({"code":0,"data":{}})", true) == Setback::Kind::passing);
  CHECK(kind(200, R"({"code":0,"data":{"URL":"https://a/"}})", true) == Setback::Kind::passing);
  CHECK(kind(200, R"({"code":0,"data":{"URL":"ws://a/"}})", true) == Setback::Kind::passing);
  CHECK_FALSE(kind(200, R"({"code":0,"data":{"URL":"ws://a/"}})", false).has_value());
  CHECK(kind(200, R"({"code":1000040350,"msg":"many"})", true) == Setback::Kind::crowded);
}

TEST_CASE("the headers of a refused upgrade decide whether trying again helps") {
  const auto kind = [](std::string status, std::string code) {
    io::Headers headers{{"handshake-status", std::move(status)}, {"Handshake-Autherrcode", std::move(code)}};
    return feishu::read_refusal(403, headers).kind;
  };
  CHECK(kind("514", "1000040350") == Setback::Kind::crowded);
  CHECK(kind("514", "1000040343") == Setback::Kind::passing);
  CHECK(kind("403", "") == Setback::Kind::lasting);
  CHECK(kind("500", "") == Setback::Kind::passing);
  CHECK(feishu::read_refusal(502, {}).kind == Setback::Kind::passing);
}

TEST_CASE("a configuration changes what it names, within bounds") {
  const ClientConfig old{.attempts = 5, .reconnect = 60s, .spread = 10s, .ping = 90s};
  CHECK(feishu::updated(old, parse("{}").root()) == old);
  CHECK(feishu::updated(old, parse("[]").root()) == old);
  CHECK(feishu::updated(old, parse(R"({"PingInterval":30})").root()) ==
        ClientConfig{.attempts = 5, .reconnect = 60s, .spread = 10s, .ping = 30s});
  const auto wild =
      feishu::updated(old, parse(R"({"PingInterval":0,"ReconnectInterval":-1,"ReconnectNonce":1e9})").root());
  CHECK(wild == ClientConfig{.attempts = 5, .reconnect = 1s, .spread = 300s, .ping = 1s});
}
