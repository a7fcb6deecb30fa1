// Endpoint: where the long connection goes and how it is kept, as the platform answers. Pure.
// Platform: POST /callback/ws/endpoint; "Handshake-*" headers of a refused upgrade; the ClientConfig of both a
// discovery and a pong.

#pragma once

#include "onebot/io.h"
#include "onebot/json.h"

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace feishu {

inline constexpr std::string_view kEndpointPath = "/callback/ws/endpoint";

// How the platform wants the connection kept; what it leaves out stays as it was.
struct ClientConfig {
  std::int64_t attempts = -1;  // after a loss, before a long pause; below 0: no end
  std::chrono::seconds reconnect{120};
  std::chrono::seconds spread{30};  // the first attempt after a loss comes at a moment within
  std::chrono::seconds ping{120};
  bool operator==(const ClientConfig&) const = default;
};
ClientConfig updated(ClientConfig config, onebot::json::View change);

struct Endpoint {
  std::string url{};  // holds a ticket that serves once: never in a log
  std::int32_t service = 0;
  std::string device{};  // the connection's name at the platform
  ClientConfig config{};
};

// Why there is no connection.
struct Setback {
  enum class Kind {
    passing,  // the next attempt may succeed
    lasting,  // somebody has to do something first
    crowded,  // the app has as many connections as it may
  };
  Kind kind = Kind::passing;
  std::string why{};
  std::optional<std::chrono::milliseconds> wait{};  // the platform's word on when to come again
};

// config: as it was. secure: the question went over TLS, so the connection must, too.
std::expected<Endpoint, Setback> read_endpoint(const onebot::io::HttpResponse& answer, const ClientConfig& config,
                                               bool secure);
Setback read_refusal(int http_status, const onebot::io::Headers& headers);

}  // namespace feishu
