// Reverse WebSocket: we connect to the application, and for ever again. Spec: connect/communication/websocket-reverse.
//
//   start -> dialing -> open -> (ended) -> reconnect_interval -> dialing ...
//
// The old socket is gone before the next one is dialed: frameworks refuse a second link of the same bot.

#pragma once

#include "onebot/connect/head.h"
#include "onebot/connect/session.h"
#include "onebot/transport.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onebot::connect {

struct ReverseOptions {
  std::string name{};  // its place follows it; "": it follows the url
  std::string url{};
  std::string access_token{};
  std::chrono::milliseconds reconnect_interval{3'000};
  std::string consumer{};                     // name of its cursor without a name; "": made from the url
  std::size_t max_frame = (16 << 20) - 1024;  // bytes of one message; uvicorn closes at 16 MiB
  std::vector<std::string> bots{};            // see connect::Methods
};

class WebSocketReverse final : public Transport {
 public:
  WebSocketReverse(ReverseOptions options, Backend& backend, Implementation implementation);
  ~WebSocketReverse() override { stop(); }

  Status start() override;
  void stop() override;
  void wake() override;
  void announce(std::string_view meta_event) override;

  static std::string consumer_name(std::string_view url);

 private:
  void dial();
  void ended(int code, std::string_view reason, int http_status);
  void report(std::string outcome);

  const ReverseOptions options_;
  const std::string consumer_;  // name of its cursor
  Backend& backend_;
  const Implementation implementation_;
  const Refusals refusals_;
  Acquaintance known_;
  std::unique_ptr<Session> session_;
  io::Owner redial_;
  std::string reported_;  // the last outcome that was logged above debug
};

}  // namespace onebot::connect
