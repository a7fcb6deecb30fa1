// Reverse WebSocket: we connect to the application, one link for each bot, and for ever again. OneBot 11,
// communication/ws-reverse.
//
//   start -> (its number is known) -> dialing -> open -> (ended) -> a pause -> dialing ...
//
// The old socket is gone before the next one is dialed: applications refuse a second link of the same bot. Links stay
// up while a bot's platform is away; heartbeats tell.

#pragma once

#include "onebot/v11/connect/session.h"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace onebot::v11::connect {

struct ReverseOptions {
  SectionOptions section{};
  std::string url{};
  std::string api_url{}, event_url{};  // when there are two links; "": url
  bool use_universal_client = true;    // false: one link for requests, another one for events
  std::string access_token{};
  std::chrono::milliseconds reconnect_interval{3'000};
  std::size_t max_frame = (16 << 20) - 1024;  // bytes of one answer
};

class WebSocketReverse final : public Transport {
 public:
  WebSocketReverse(ReverseOptions options, Means means);
  ~WebSocketReverse() override { stop(); }

  Status start() override;
  void stop() override;
  void wake() override;
  void announce(std::string_view meta_event) override;

 private:
  // One link of one bot.
  struct Link {
    const Bot* bot = nullptr;
    Role role = Role::universal;
    std::string url{};
    std::string consumer{};  // "" for requests alone
    onebot::connect::Acquaintance known{};
    std::unique_ptr<Session> session{};
    io::Owner redial{};
    int failures = 0;        // since it stood
    std::string reported{};  // the last outcome that was logged above debug
  };
  void add(const Bot& bot, Role role, const std::string& url);
  void dial_known();
  void dial(Link& link);
  void ended(Link& link, int code, std::string_view reason, int http_status);
  void report(Link& link, std::string outcome, std::chrono::milliseconds pause);

  const ReverseOptions options_;
  const Means means_;
  const Refusals refusals_;
  const PlaceNames places_;
  Feed feed_;
  std::vector<std::unique_ptr<Link>> links_;
  bool running_ = false;
};

}  // namespace onebot::v11::connect
