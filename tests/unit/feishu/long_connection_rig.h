// A long connection, alone or with a whole bot, and the frames that were recorded from one.

#pragma once

#include "adapters/feishu/endpoint.h"
#include "adapters/feishu/long_connection.h"
#include "tests/unit/feishu/rig.h"

namespace rig {

using feishu::Frame;

inline std::string from_hex(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    out += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  }
  return out;
}

inline Document fixtures() { return parse(read(kFixtures / "long_connection.json")); }

inline View fixture(View all, std::string_view name) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].at("name").str() == name) return all[i];
  }
  FAIL(std::string(name));
  return {};
}

inline std::vector<std::string> frames_of(View one) {
  std::vector<std::string> out;
  const View frames = one.at("payload.frames_hex");
  for (std::size_t i = 0; i < frames.size(); ++i) out.push_back(from_hex(frames[i].str()));
  return out;
}

inline Frame part(std::string_view id, std::string_view sum, std::string_view seq, std::string payload) {
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
inline std::chrono::milliseconds next_attempt(fakes::World& world) {
  const std::size_t before = world.client.calls.size();
  const auto start = world.loop.now();
  while (world.client.calls.size() == before && world.loop.now() - start < 20min) world.loop.advance(100ms);
  return world.loop.now() - start;
}

inline constexpr std::string_view kEndpoint =
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
inline std::string without_time(Frame frame) {
  std::erase_if(frame.headers, [](const auto& header) { return header.first == "biz_rt"; });
  return feishu::encode(frame);
}

}  // namespace rig
