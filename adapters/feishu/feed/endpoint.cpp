#include "adapters/feishu/feed/endpoint.h"

#include "adapters/feishu/calls/api.h"
#include "adapters/kit/characters.h"
#include "onebot/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace feishu {
namespace {

using onebot::json::View;
using std::chrono::seconds;

constexpr std::int64_t kCrowded = 1000040350, kNoCredential = 1000040344, kInternal = 1000040343, kTooOften = 99991400;

struct Meaning {
  std::int64_t code = 0;
  Setback::Kind kind = Setback::Kind::lasting;
  std::string_view advice{};
};
// Of the code in the answer to a discovery; any other is the app's fault.
constexpr Meaning kMeanings[] = {
    {1, Setback::Kind::passing, "the platform is busy"},
    {kTooOften, Setback::Kind::passing, "the platform was asked too often"},
    {kInternal, Setback::Kind::passing, "the platform has a fault of its own"},
    {403, Setback::Kind::lasting, "the app may not: enable the long connection in the console"},
    {514, Setback::Kind::lasting, "correct app_id and app_secret"},
    {kNoCredential, Setback::Kind::lasting, "correct app_id and app_secret"},
    {kCrowded, Setback::Kind::crowded, "the app has 50 connections already"},
};
constexpr std::string_view kAppAtFault = "correct app_id and app_secret, or the app's state in the console";

seconds bounded(View view, seconds old, seconds least, seconds most) {
  const auto number = view.number();
  if (!number) return old;
  const auto told = std::clamp(*number, static_cast<double>(least.count()), static_cast<double>(most.count()));
  return seconds(static_cast<std::int64_t>(told));
}

Setback setback_of(std::int64_t code, std::string_view message) {
  const Meaning* meaning = std::ranges::find(kMeanings, code, &Meaning::code);
  const bool known = meaning != std::end(kMeanings);
  return {known ? meaning->kind : Setback::Kind::lasting,
          fmt::format("the platform says {} \"{}\": {}", code, kit::shortened(message, 120),
                      known ? meaning->advice : kAppAtFault)};
}

}  // namespace

ClientConfig updated(ClientConfig config, View change) {
  const auto attempts = change.at("ReconnectCount").number();
  if (attempts) config.attempts = static_cast<std::int64_t>(std::clamp(*attempts, -1.0, 1e9));
  config.reconnect = bounded(change.at("ReconnectInterval"), config.reconnect, seconds(1), seconds(3600));
  config.spread = bounded(change.at("ReconnectNonce"), config.spread, seconds(0), seconds(300));
  config.ping = bounded(change.at("PingInterval"), config.ping, seconds(1), seconds(3600));
  return config;
}

std::expected<Endpoint, Setback> read_endpoint(const onebot::io::HttpResponse& answer, const ClientConfig& config,
                                               bool secure) {
  const auto passing = [&answer](std::string why) {
    return std::unexpected(Setback{Setback::Kind::passing, std::move(why), told_wait(answer)});
  };
  if (answer.status != 200) return passing(fmt::format("the platform answered HTTP {}", answer.status));
  const auto document = onebot::json::Document::parse(answer.body);
  const View body = document ? document->root() : View();
  const auto code = code_of(body);
  if (!code) return passing("the platform's answer has no code");
  if (*code != 0) {
    Setback setback = setback_of(*code, words_of(body));
    setback.wait = told_wait(answer);
    return std::unexpected(std::move(setback));
  }

  Endpoint endpoint{.url = body.at("data.URL").text(), .config = updated(config, body.at("data.ClientConfig"))};
  const std::string_view url = endpoint.url;
  if (secure && url.starts_with("ws://")) {
    return passing("the platform named an address without TLS, though its API has it; not connecting");
  }
  if (!url.starts_with("wss://") && !url.starts_with("ws://")) {
    return passing("the platform's answer names no address to connect to");
  }
  const std::string_view query = url.substr(std::min(url.size(), url.find('?')));
  const auto param = [query](std::string_view name) {
    return onebot::io::query_param(query.substr(std::min<std::size_t>(1, query.size())), name).value_or("");
  };
  endpoint.service = onebot::ascii::number_in<std::int32_t>(param("service_id")).value_or(0);
  endpoint.device = param("device_id");
  return endpoint;
}

Setback read_refusal(int http_status, const onebot::io::Headers& headers) {
  const auto header = [&headers](std::string_view name) {
    return onebot::io::header(headers, name).value_or(std::string_view());
  };
  const auto status = onebot::ascii::number_in<std::int64_t>(header("Handshake-Status")).value_or(0);
  const auto code = onebot::ascii::number_in<std::int64_t>(header("Handshake-Autherrcode")).value_or(0);
  std::string why = fmt::format("the upgrade was refused with HTTP {}", http_status);
  if (status != 0) why += fmt::format(", Handshake-Status {}, code {}", status, code);
  if (status == 514 && code == kCrowded) return {Setback::Kind::crowded, why + ": the app has 50 connections already"};
  if (status == 403) return {Setback::Kind::lasting, why + ": enable the long connection in the console"};
  return {Setback::Kind::passing, std::move(why)};
}

}  // namespace feishu
