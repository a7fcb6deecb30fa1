#include "onebot/connect/transports.h"

#include <fmt/format.h>

#include <map>
#include <utility>

namespace onebot::connect {

namespace {

template <class Made, class Options, class... More>
Endpoint endpoint(Options options, const BackendOf& backend, const More&... more) {
  std::vector<std::string> bots = options.bots;
  Backend& own = backend(bots);
  return {std::make_unique<Made>(std::move(options), own, more...), std::move(bots)};
}

}  // namespace

std::vector<Endpoint> make_transports(Methods methods, const BackendOf& backend, const Implementation& implementation) {
  std::vector<Endpoint> all;
  std::map<std::string, int> used;
  const auto unique = [&used](std::string name) {
    const int count = ++used[name];
    return count == 1 ? name : fmt::format("{}#{}", name, count);
  };
  for (HttpOptions& options : methods.http) all.push_back(endpoint<Http>(std::move(options), backend));
  for (WebhookOptions& options : methods.webhook) {
    options.consumer = unique(Webhook::consumer_name(options.url));
    all.push_back(endpoint<Webhook>(std::move(options), backend, implementation));
  }
  for (WebSocketOptions& options : methods.websocket) {
    all.push_back(endpoint<WebSocket>(std::move(options), backend));
  }
  for (ReverseOptions& options : methods.websocket_reverse) {
    options.consumer = unique(WebSocketReverse::consumer_name(options.url));
    all.push_back(endpoint<WebSocketReverse>(std::move(options), backend, implementation));
  }
  return all;
}

}  // namespace onebot::connect
