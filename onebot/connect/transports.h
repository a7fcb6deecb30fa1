// All communication methods of one configuration. Spec: connect/communication.

#pragma once

#include "onebot/connect/head.h"
#include "onebot/connect/http.h"
#include "onebot/connect/webhook.h"
#include "onebot/connect/websocket.h"
#include "onebot/connect/websocket_reverse.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace onebot::connect {

// bots, of each: keys ("platform/app_id") of the bots that the endpoint serves, and of no other; none: all.
struct Methods {
  std::vector<HttpOptions> http{};
  std::vector<WebhookOptions> webhook{};
  std::vector<WebSocketOptions> websocket{};
  std::vector<ReverseOptions> websocket_reverse{};
};

struct Endpoint {
  std::unique_ptr<Transport> transport{};
  std::vector<std::string> bots{};
};

// The bridge with these bots alone; it outlives the transports.
using BackendOf = std::function<Backend&(const std::vector<std::string>& bots)>;

// One for each, not started. Those that would share a cursor because their URLs differ only in what is not written down
// (query, userinfo) get "#2", "#3" in the order of the configuration.
std::vector<Endpoint> make_transports(Methods methods, const BackendOf& backend, const Implementation& implementation);

}  // namespace onebot::connect
