// Pushes: what the platform sends to the bridge, and again until it is taken: over the long connection when there is
// one, otherwise encrypted and signed by HTTP.

#pragma once

#include "adapters/feishu/dialect.h"
#include "adapters/feishu/simulator/long_connection.h"
#include "adapters/kit/simulator/deliveries.h"
#include "adapters/kit/simulator/knobs.h"
#include "onebot/io.h"
#include "onebot/json.h"
#include "onebot/result.h"
#include "onebot/value.h"

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace feishu::simulator {

struct PushSettings {
  std::string verification_token{};
  std::string encrypt_key{};  // "" = in plain text, unsigned
  bool sign = true;
};

class Pushes {
 public:
  Pushes(const Dialect& dialect, std::string app_id, PushSettings settings, onebot::io::Loop& loop,
         onebot::io::Client& client, LongConnections& long_connections);

  std::function<void(onebot::json::View push)> on_push;  // with each, complete and in plain text

  void add_to(kit::simulator::Knobs& knobs);
  const PushSettings& settings() const { return settings_; }
  const std::string& url() const { return url_; }
  void set_url(std::string url) { url_ = std::move(url); }

  // Adds what the sample leaves out and pushes it. Error: bad_request, when it is no push of any shape or there is
  // nowhere to push.
  onebot::Status push(onebot::json::View native);

 private:
  onebot::Fields completed(onebot::json::View native);
  void complete_event(onebot::Fields& push);
  void complete_legacy(onebot::Fields& push);
  void set(onebot::json::View change);  // settings, by their names
  onebot::io::HttpRequest request(const std::string& body) const;
  std::string now_ms() const;

  const Dialect& dialect_;
  std::string app_id_;
  std::string url_{};
  PushSettings settings_;
  onebot::io::Loop& loop_;
  onebot::io::Client& client_;
  LongConnections& long_connections_;
  kit::simulator::Deliveries deliveries_;
};

// A new message id as this platform writes them.
std::string new_message_id(const Dialect& dialect);

}  // namespace feishu::simulator
