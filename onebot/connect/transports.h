// All communication methods of one configuration. Spec: connect/communication.

#pragma once

#include "onebot/connect/head.h"
#include "onebot/connect/http.h"
#include "onebot/connect/webhook.h"
#include "onebot/connect/websocket.h"
#include "onebot/connect/websocket_reverse.h"

#include <memory>
#include <vector>

namespace onebot::connect {

struct Methods {
  std::vector<HttpOptions> http{};
  std::vector<WebhookOptions> webhook{};
  std::vector<WebSocketOptions> websocket{};
  std::vector<ReverseOptions> websocket_reverse{};
};

// One transport for each, not started. Those that would share a cursor because their URLs differ only in what is not
// written down (query, userinfo) get "#2", "#3" in the order of the configuration. The backend outlives them.
std::vector<std::unique_ptr<Transport>> make_transports(Methods methods, Backend& backend,
                                                        const Implementation& implementation);

}  // namespace onebot::connect
