// Pushes: what the platform sends to the bridge, and again until it is taken: over the long connection when there is
// one, otherwise encrypted and signed by HTTP.

#pragma once

#include "adapters/feishu/dialect.h"
#include "adapters/feishu/events/events.h"
#include "adapters/feishu/simulator/long_connection.h"
#include "onebot/io.h"
#include "onebot/json.h"
#include "onebot/result.h"
#include "onebot/value.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace feishu::simulator {

struct PushSettings {
  std::string url{};
  std::string verification_token{};
  std::string encrypt_key{};  // "" = in plain text, unsigned
  bool sign = true;
  std::vector<std::chrono::milliseconds> retries{};  // the waits between the attempts
  bool insists = false;                              // goes through all of them, even when it was taken
};

class Pushes {
 public:
  Pushes(const Dialect& dialect, std::string app_id, PushSettings settings, onebot::io::Loop& loop,
         onebot::io::Client& client, LongConnections& long_connections);

  std::function<void(onebot::json::View push)> on_push;  // with each, complete and in plain text

  PushSettings& settings() { return settings_; }
  const PushSettings& settings() const { return settings_; }

  // Adds what the sample leaves out and pushes it. Error: bad_request, when it is no push of any shape or there is
  // nowhere to push.
  onebot::Status push(onebot::json::View native);
  // Each push: event_id, event_type, statuses (0: no answer), body of the last answer.
  onebot::List list() const;

 private:
  struct Push {
    std::string event_id{}, event_type{}, plain{}, body{}, answer{};
    Shape shape{};
    onebot::List statuses{};
    onebot::io::Owner step{};  // the attempt or the wait for the next
  };

  onebot::Fields completed(onebot::json::View native);
  void complete_event(onebot::Fields& push);
  void complete_legacy(onebot::Fields& push);
  void attempt(std::uint64_t number);
  void attempt_long(std::uint64_t number, Push& push);
  void attempted(std::uint64_t number, int status, std::string answer);
  std::string now_ms() const;

  const Dialect& dialect_;
  std::string app_id_;
  PushSettings settings_;
  onebot::io::Loop& loop_;
  onebot::io::Client& client_;
  LongConnections& long_connections_;
  std::map<std::uint64_t, Push> pushes_{};  // the newest thousand
  std::uint64_t number_ = 0;
};

// A new message id as this platform writes them.
std::string new_message_id(const Dialect& dialect);

}  // namespace feishu::simulator
