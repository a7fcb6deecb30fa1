// All ways of OneBot 11 of one configuration.

#pragma once

#include "onebot/v11/connect/http.h"
#include "onebot/v11/connect/http_post.h"
#include "onebot/v11/connect/websocket.h"
#include "onebot/v11/connect/websocket_reverse.h"

#include <memory>
#include <vector>

namespace onebot::v11::connect {

struct Ways {
  std::vector<HttpOptions> http{};
  std::vector<PostOptions> http_post{};
  std::vector<WebSocketOptions> websocket{};
  std::vector<ReverseOptions> websocket_reverse{};
};

// One transport for each, not started. Those whose places would have the same names, since their URLs differ only in
// what is not written down, are told apart by "#2", "#3" in the order of the configuration. The means outlive them.
std::vector<std::unique_ptr<Transport>> make_transports(Ways ways, Means means);

}  // namespace onebot::v11::connect
