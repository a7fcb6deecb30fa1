#include "onebot/v11/connect/transports.h"

#include "onebot/connect/head.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

namespace onebot::v11::connect {

std::vector<std::unique_ptr<Transport>> make_transports(Ways ways, Means means) {
  std::vector<std::unique_ptr<Transport>> transports;
  std::map<std::string, int> used;
  const auto mark = [&used](SectionOptions& section, std::string_view way, std::string_view url) {
    const int count = ++used[fmt::format("{} {}", way, onebot::connect::public_url(url))];
    if (count > 1) section.mark = fmt::format("#{}", count);
  };
  for (HttpOptions& options : ways.http) transports.push_back(std::make_unique<Http>(std::move(options), means));
  for (PostOptions& options : ways.http_post) {
    mark(options.section, "http_post", options.url);
    transports.push_back(std::make_unique<HttpPost>(std::move(options), means));
  }
  for (WebSocketOptions& options : ways.websocket) {
    transports.push_back(std::make_unique<WebSocket>(std::move(options), means));
  }
  for (ReverseOptions& options : ways.websocket_reverse) {
    const bool two = !options.use_universal_client && !options.event_url.empty();
    mark(options.section, "websocket_reverse", two ? options.event_url : options.url);
    transports.push_back(std::make_unique<WebSocketReverse>(std::move(options), means));
  }
  return transports;
}

}  // namespace onebot::v11::connect
