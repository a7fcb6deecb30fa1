#include "adapters/feishu/calls/token.h"

#include "adapters/feishu/calls/errors.h"
#include "onebot/json.h"

#include <algorithm>
#include <array>

namespace feishu {
namespace {

using namespace std::chrono_literals;
using Answer = std::expected<TenantToken::Issued, TenantToken::Refused>;

constexpr std::array<std::chrono::milliseconds, 6> kPauses = {1s, 2s, 5s, 15s, 30s, 60s};
// When the platform says that the app is wrong, somebody has to do something first.
constexpr std::array<std::chrono::milliseconds, 5> kLongPauses = {30s, 60s, 120s, 300s, 600s};

Answer read(const onebot::io::HttpResponse& answer, std::string_view token_at, std::string_view expire_at) {
  const auto document = onebot::json::Document::parse(answer.body);
  const onebot::json::View body = document ? document->root() : onebot::json::View{};
  const auto code = code_of(body);
  const std::string_view token = body.at(token_at).str();
  if (code == 0 && !token.empty()) return TenantToken::Issued{std::string(token), body.at(expire_at).number()};
  const bool said = code && *code > 0;
  Failure failure = read_failure(code.value_or(0), answer.status, words_of(body), "");
  const bool final = said && failure.cure != Cure::wait;
  return std::unexpected(TenantToken::Refused{
      .error = {final ? onebot::Retcode::credentials : failure.error.code, std::move(failure.error.message)},
      .advice = final ? ": correct app_id and app_secret, or the app's state in the console" : "",
      .final = final});
}

std::chrono::seconds renew_after(std::chrono::seconds lifetime) {
  return std::max<std::chrono::seconds>(lifetime - 600s, std::min<std::chrono::seconds>(lifetime / 2 + 5s, 600s));
}

}  // namespace

TenantToken::Config tenant_token(const TokenSource& source) {
  std::vector<std::string> secrets = source.secrets;
  secrets.push_back(source.app_secret);
  return {.urls = {source.url},
          .body = {{"app_id", source.app_id}, {"app_secret", source.app_secret}},
          .secrets = std::move(secrets),
          .read = [at = source.token_at, expires = source.expire_at](
                      const onebot::io::HttpResponse& answer) { return read(answer, at, expires); },
          .renew_after = renew_after,
          .pauses = kPauses,
          .long_pauses = kLongPauses};
}

}  // namespace feishu
