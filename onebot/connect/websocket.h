// Forward WebSocket: applications connect to us. Spec: connect/communication/websocket.
//
// A connection is live only, unless it names itself: ws://host:port/?consumer=NAME (letters, digits, "-_.") owns a
// cursor on disk and is served what it missed. A second connection of that name takes over from the first.

#pragma once

#include "onebot/connect/session.h"
#include "onebot/transport.h"

#include <list>
#include <memory>
#include <string>
#include <string_view>

namespace onebot::connect {

struct WebSocketOptions {
  std::string host = "127.0.0.1";
  int port = 6700;
  std::string access_token{};
  std::size_t max_frame = SessionOptions{}.max_frame;  // bytes of one message to an application
};

class WebSocket final : public Transport, public io::WebSocketService {
 public:
  WebSocket(WebSocketOptions options, Backend& backend) : options_(std::move(options)), backend_(backend) {}
  ~WebSocket() override { stop(); }

  Status start() override;
  void stop() override;
  void wake() override;
  void announce(std::string_view meta_event) override;

  std::optional<io::HttpResponse> refuse(const io::HttpRequest& upgrade) override;
  std::string subprotocol(std::string_view offered) override;
  io::WebSocketPeer* accept(const io::HttpRequest& upgrade, std::unique_ptr<io::WebSocket> socket) override;

 private:
  std::string consumer(const io::HttpRequest& upgrade) const;  // name of its cursor, or ""

  const WebSocketOptions options_;
  Backend& backend_;
  std::list<std::unique_ptr<Session>> sessions_;
  bool stopped_ = false;
};

}  // namespace onebot::connect
