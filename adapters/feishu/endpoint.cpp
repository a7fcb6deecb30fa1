#include "adapters/feishu/endpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "onebot/io.h"

namespace feishu {
namespace {

using onebot::json::View;
using std::chrono::seconds;

struct Code {
  std::int64_t code = 0;
  Again again = Again::soon;
  std::string_view meaning{};
};
constexpr Code kCodes[] = {
    {1, Again::soon, "the platform is busy"},
    {1000040343, Again::soon, "internal error of the platform"},
    {403, Again::slowly, "the platform forbids it; check the app's state and its permissions in the console"},
    {514, Again::slowly, "authentication failed; correct app_id and app_secret"},
    {1000040344, Again::slowly, "no credential"},
    {1000040350, Again::slowly, "the app has as many long connections as it may have (50)"},
};
constexpr Code kElse{0, Again::slowly, "correct app_id and app_secret, or the app's state in the console"};

std::unexpected<Refused> refuse(std::string message, Again again) {
  return std::unexpected(Refused{{onebot::Retcode{34006}, std::move(message)}, again});
}

}  // namespace

ConnectionConfig updated(ConnectionConfig config, View client_config) {
  const auto set = [&](std::string_view name, std::int64_t least, seconds& value) {
    const auto number = client_config.at(name).integer();
    if (number && *number >= least) value = seconds(std::min<std::int64_t>(*number, 3600));
  };
  if (const auto count = client_config.at("ReconnectCount").integer()) config.reconnect_count = *count;
  set("ReconnectInterval", 1, config.reconnect_interval);
  set("ReconnectNonce", 0, config.reconnect_nonce);
  set("PingInterval", 1, config.ping_interval);
  return config;
}

std::string endpoint_request(std::string_view app_id, std::string_view app_secret) {
  return onebot::json::write(onebot::Fields{{"AppID", app_id}, {"AppSecret", app_secret}});
}

std::expected<Endpoint, Refused> read_endpoint(int http_status, std::string_view body, const ConnectionConfig& config) {
  const auto document = onebot::json::Document::parse(body);
  const auto code = document ? document->root().at("code").integer() : std::nullopt;
  if (http_status != 200 || !code) return refuse(fmt::format("HTTP {}", http_status), Again::soon);
  if (*code != 0) {
    const auto* known = std::ranges::find(kCodes, *code, &Code::code);
    const Code& found = known == std::end(kCodes) ? kElse : *known;
    const std::string text = onebot::json::repair_utf8(document->root().at("msg").str().substr(0, 200));
    return refuse(fmt::format("{} {}: {}", *code, text, found.meaning), found.again);
  }
  const View data = document->root().at("data");
  Endpoint endpoint{.url = data.at("URL").text(), .config = updated(config, data.at("ClientConfig"))};
  if (!endpoint.url.starts_with("wss://") && !endpoint.url.starts_with("ws://")) {
    return refuse("the platform named no address to connect to", Again::soon);
  }
  const auto at = endpoint.url.find('?');
  const std::string_view query = at == std::string::npos ? "" : std::string_view(endpoint.url).substr(at + 1);
  const std::string service = onebot::io::query_param(query, "service_id").value_or("");
  std::from_chars(service.data(), service.data() + service.size(), endpoint.service);
  endpoint.device = onebot::io::query_param(query, "device_id").value_or("").substr(0, 64);
  return endpoint;
}

}  // namespace feishu
