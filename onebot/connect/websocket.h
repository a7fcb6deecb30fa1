// Forward WebSocket: applications connect to us. Spec: connect/communication/websocket.
//
// A connection that names itself owns a cursor on disk and is served what it missed: ws://host:port/?consumer=NAME
// (letters, digits, "-_."). A second connection of that name takes over from the first. Of those without a name one at
// a time has the default name; others beside it are live only.

#pragma once

#include "onebot/connect/refusals.h"
#include "onebot/connect/session.h"
#include "onebot/transport.h"

#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace onebot::connect {

struct WebSocketOptions {
  std::string name{};  // places follow it; "": they follow host and port
  std::string host = "127.0.0.1";
  int port = 6700;
  std::string access_token{};
  std::string default_consumer{};                   // what one connection without a name is called; "": it is live only
  std::size_t max_frame = LinkOptions{}.max_frame;  // bytes of one message to an application
  std::vector<std::string> hosts{};                 // see io::Address
  Elsewhere elsewhere{};                            // OneBot 11
  std::vector<std::string> bots{};                  // see connect::Methods
};

class WebSocket final : public Transport, public io::WebSocketService {
 public:
  WebSocket(WebSocketOptions options, Backend& backend);
  ~WebSocket() override { stop(); }

  Status start() override;
  void stop() override;
  void wake() override;
  void announce(std::string_view meta_event) override;

  std::optional<io::HttpResponse> refuse(const io::HttpRequest& upgrade) override;
  void on_plain(const io::HttpRequest& request) override { refusals_.protocol(request, "WebSocket"); }
  std::string subprotocol(std::string_view offered) override;
  io::WebSocketPeer* accept(const io::HttpRequest& upgrade, std::unique_ptr<io::WebSocket> socket) override;

 private:
  std::string consumer(const io::HttpRequest& upgrade) const;  // name of its cursor, or ""
  std::string cursor(std::string_view name) const;
  std::string nameless(const io::HttpRequest& upgrade) const;
  bool connected(std::string_view consumer) const;
  Acquaintance* known(const std::string& consumer);

  const WebSocketOptions options_;
  Backend& backend_;
  const Refusals refusals_;
  std::map<std::string, Acquaintance> known_;  // by consumer; outlives the sessions
  std::list<std::unique_ptr<Session>> sessions_;
  bool stopped_ = false;
};

}  // namespace onebot::connect
