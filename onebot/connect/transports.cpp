#include "onebot/connect/transports.h"

#include <fmt/format.h>

#include <map>
#include <utility>

namespace onebot::connect {

std::vector<std::unique_ptr<Transport>> make_transports(Methods methods, Backend& backend,
                                                        const Implementation& implementation) {
  std::vector<std::unique_ptr<Transport>> transports;
  std::map<std::string, int> used;
  const auto unique = [&used](std::string name) {
    const int count = ++used[name];
    return count == 1 ? name : fmt::format("{}#{}", name, count);
  };
  for (HttpOptions& options : methods.http) transports.push_back(std::make_unique<Http>(std::move(options), backend));
  for (WebhookOptions& options : methods.webhook) {
    options.consumer = unique(Webhook::consumer_name(options.url));
    transports.push_back(std::make_unique<Webhook>(std::move(options), backend, implementation));
  }
  for (WebSocketOptions& options : methods.websocket) {
    transports.push_back(std::make_unique<WebSocket>(std::move(options), backend));
  }
  for (ReverseOptions& options : methods.websocket_reverse) {
    options.consumer = unique(WebSocketReverse::consumer_name(options.url));
    transports.push_back(std::make_unique<WebSocketReverse>(std::move(options), backend, implementation));
  }
  return transports;
}

}  // namespace onebot::connect
