#include "adapters/qq/calls/api.h"

#include <fmt/format.h>

#include <utility>

namespace qq {
onebot::io::Headers Api::Policy::headers(std::string_view token) const {
  return {{"Authorization", fmt::format("QQBot {}", token)}, {"X-Union-Appid", app_id}};
}

// An empty body is a success with nothing to say.
ApiResult Api::Policy::read(const onebot::io::HttpResponse& answer) const {
  const bool good = answer.status >= 200 && answer.status <= 299 && answer.status != 201 && answer.status != 202;
  if (!good) return std::unexpected(read_failure(answer));
  auto body = onebot::json::Document::parse(answer.body.empty() ? "null" : answer.body);
  if (!body) {
    Failure failure = read_failure(answer);
    failure.error.message = fmt::format("the platform's answer is no JSON: {}", body.error().message);
    return std::unexpected(std::move(failure));
  }
  if (tells_of_failure(body->root())) return std::unexpected(read_failure(answer));
  return ApiAnswer{answer.status, std::move(*body)};
}

// A quota of a day is no reason to wait; it has a code and no header that says how long.
kit::Verdict Api::Policy::judge(const Failure& failure, const onebot::io::HttpResponse& answer) const {
  const bool rate = answer.status == 429 && (kit::retry_after(answer) || failure.code == 0 || failure.code == 429);
  if (rate) return {kit::Remedy::later, kit::retry_after(answer).value_or(std::chrono::seconds(1))};
  if (failure.cure == Cure::fresh_token) return {kit::Remedy::fresh_token};
  return {failure.cure == Cure::again ? kit::Remedy::again : kit::Remedy::none};
}

onebot::io::Owner Api::call(ApiRequest request, onebot::Told<ApiResult> done) const {
  return onebot::start(rest_.call(std::move(request)), std::move(done));
}

onebot::Task<ApiResult> Api::ask(ApiRequest request) const { return rest_.call(std::move(request)); }

onebot::Task<onebot::Result<onebot::json::Document>> Api::document(ApiRequest request) const {
  auto asking = rest_.call(std::move(request));
  ApiResult result = co_await asking;
  if (!result) co_return std::unexpected(std::move(result).error().error);
  co_return std::move(result->body);
}

}  // namespace qq
