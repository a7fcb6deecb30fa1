// A bot on the long connection in a world of fakes.

#pragma once

#include "adapters/feishu/feed/frame.h"
#include "adapters/feishu/tests/binary_frames.h"
#include "adapters/feishu/tests/rig.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rig {

inline constexpr std::string_view kEndpoint = "https://platform.test/callback/ws/endpoint";
inline constexpr std::string_view kConfig =
    R"({"ReconnectCount":-1,"ReconnectInterval":120,"ReconnectNonce":30,"PingInterval":120})";

inline std::string endpoint(std::string_view config = kConfig) {
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
  void bring(const feishu::Frame& frame) {
    link().binary(feishu::encode(frame));
    world.loop.run();
  }
  void pong(std::string payload = "") {
    bring({.service = 7, .headers = {{"type", "pong"}}, .payload = std::move(payload)});
  }
  void bring_event(std::string id, std::string body) { bring(part(std::move(id), 1, 0, std::move(body))); }
  static feishu::Frame part(std::string id, int count, int index, std::string payload) {
    return {.seq = 9,
            .log = 8,
            .service = 7,
            .method = feishu::Frame::kData,
            .headers = {{"type", "event"},
                        {"message_id", std::move(id)},
                        {"sum", std::to_string(count)},
                        {"seq", std::to_string(index)}},
            .payload = std::move(payload)};
  }
  // What went over the newest link since this was asked last.
  std::vector<feishu::Frame> said() { return binary_frames(std::exchange(link().received, {})); }
  std::size_t pings() {
    std::size_t count = 0;
    for (const feishu::Frame& frame : said()) count += frame.header("type") == "ping" ? 1 : 0;
    return count;
  }
};

inline std::string hello(std::string_view id) { return message(id, "p2p", kPrivate, kLin); }

}  // namespace rig
