#include "adapters/qq/calls/token.h"

#include "adapters/kit/characters.h"
#include "onebot/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace qq {
namespace {

using namespace std::chrono_literals;
using Answer = std::expected<AccessToken::Issued, AccessToken::Refused>;

constexpr std::chrono::milliseconds kPauses[] = {1s, 2s, 5s, 10s, 30s, 60s};

// Codes in an answer of HTTP 200 without a token.
struct Row {
  int code = 0;
  std::chrono::milliseconds at_least{0};  // long where the operator has to do something first
  std::string_view advice{};
};
constexpr Row kRows[] = {
    {100001, 30s, "too many requests"},
    {100017, 30s, "too many requests"},
    {100007, 10min,
     "the app_id is invalid, or the bot is banned or deleted: look at the platform's console (q.qq.com)"},
    {100016, 10min, "app_id or app_secret is wrong: correct them in the configuration"},
    {10004, 10min, "there is no such bot: correct app_id in the configuration"},
};

Answer refused(int code, std::string_view said) {
  const auto* row = std::ranges::find(kRows, code, &Row::code);
  const bool known = row != std::end(kRows);
  const std::string text = known ? std::string(row->advice) : kit::shortened(said, 200);
  return std::unexpected(AccessToken::Refused{
      .error = {onebot::Retcode::credentials, fmt::format("no access token: {} (QQ {})", text, code),
                onebot::Fields{{"qq.code", code}, {"qq.err_code", code}, {"qq.http_status", 200}, {"qq.trace_id", ""}}},
      .at_least = known ? row->at_least : 0ms});
}

Answer read(const onebot::io::HttpResponse& answer) {
  const auto document = onebot::json::Document::parse(answer.body);
  const onebot::json::View body = document ? document->root() : onebot::json::View{};
  if (const std::string_view token = body.at("access_token").str(); answer.status == 200 && !token.empty()) {
    return AccessToken::Issued{std::string(token), body.at("expires_in").number()};
  }
  if (const auto code = body.at("code").number(); code && *code != 0 && std::fabs(*code) < 2e9) {
    const std::string_view said = body.at("message").str();
    return refused(static_cast<int>(*code), said.empty() ? body.at("msg").str() : said);
  }
  const auto code = answer.status >= 500 ? onebot::Retcode::server_error : onebot::Retcode::refused;
  return std::unexpected(AccessToken::Refused{
      .error = {code, fmt::format("the token server answered HTTP {} without a token", answer.status)}});
}

// Little time left: the same token came again, whose successor is made only in its last minute.
std::chrono::seconds renew_after(std::chrono::seconds lifetime) {
  return std::max<std::chrono::seconds>(lifetime - 50s, 5s);
}

}  // namespace

AccessToken::Config access_token(const TokenSource& source) {
  AccessToken::Config config{.urls = {source.url},
                             .body = {{"appId", source.app_id}, {"clientSecret", source.app_secret}},
                             .secrets = {source.app_secret},
                             .read = read,
                             .renew_after = renew_after,
                             .pauses = kPauses,
                             .long_pauses = kPauses,
                             .random = source.random};
  if (!source.fallback_url.empty()) config.urls.push_back(source.fallback_url);
  return config;
}

}  // namespace qq
