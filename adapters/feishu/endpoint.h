// Endpoint: where a long connection is made, what its settings are, and what a refusal means. Pure.
// Platform: POST /callback/ws/endpoint, as the platform's SDKs call it. All times are in seconds.

#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "onebot/json.h"
#include "onebot/result.h"

namespace feishu {

struct ConnectionConfig {
  std::int64_t reconnect_count = -1;             // attempts in a row; less than 0: for ever
  std::chrono::seconds reconnect_interval{120};  // between them, at most
  std::chrono::seconds reconnect_nonce{30};      // at most so long before the first of them
  std::chrono::seconds ping_interval{120};
};

// The settings with what this ClientConfig says; a member that is missing or makes no sense changes nothing.
ConnectionConfig updated(ConnectionConfig config, onebot::json::View client_config);

struct Endpoint {
  std::string url{};  // holds a ticket: never logged, used once
  std::int32_t service = 0;
  std::string device{};  // names the connection in logs
  ConnectionConfig config{};
};

enum class Again {
  soon,
  slowly,  // an operator, or the end of other connections, must change something first
};

struct Refused {
  onebot::Error error{};
  Again again = Again::soon;
};

std::string endpoint_request(std::string_view app_id, std::string_view app_secret);
std::expected<Endpoint, Refused> read_endpoint(int http_status, std::string_view body, const ConnectionConfig& config);

}  // namespace feishu
