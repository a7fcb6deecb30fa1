// Forward WebSocket: applications connect to us, each to one bot. OneBot 11, communication/ws.
//
//   path = ["/" self_id] ( "/" | "/api" | "/event" ), each with or without a last slash
//
// The number may be missing when the section has one bot. With ?consumer=NAME a connection has a place that is kept and
// is served what it missed; a second one of that name takes over. Without it what happens from now on is told.

#pragma once

#include "onebot/v11/connect/session.h"

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onebot::v11::connect {

struct WebSocketOptions {
  SectionOptions section{};
  std::string host = "127.0.0.1";
  int port = 6700;
  std::string access_token{};
  std::size_t max_frame = (16 << 20) - 1024;  // bytes of one answer
  std::vector<std::string> hosts{};           // see io::Address
};

class WebSocket final : public Transport, public io::WebSocketService {
 public:
  WebSocket(WebSocketOptions options, Means means);
  ~WebSocket() override { stop(); }

  Status start() override;
  void stop() override;
  void wake() override { feed_.pump(); }
  void announce(std::string_view meta_event) override;

  std::optional<io::HttpResponse> refuse(const io::HttpRequest& upgrade) override;
  void on_plain(const io::HttpRequest& request) override { refusals_.protocol(request, "WebSocket"); }
  io::WebSocketPeer* accept(const io::HttpRequest& upgrade, std::unique_ptr<io::WebSocket> socket) override;

 private:
  using Acquaintance = onebot::connect::Acquaintance;
  std::string consumer(const io::HttpRequest& upgrade, const Bot& bot, Role role) const;
  Acquaintance* known(const std::string& consumer);

  const WebSocketOptions options_;
  const Means means_;
  const Refusals refusals_;
  const PlaceNames places_;
  Feed feed_;
  std::map<std::string, Acquaintance> known_;  // by consumer; outlives the sessions
  std::list<std::unique_ptr<Session>> sessions_;
  bool stopped_ = false;
};

}  // namespace onebot::v11::connect
