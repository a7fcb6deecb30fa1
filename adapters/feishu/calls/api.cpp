#include "adapters/feishu/calls/api.h"

#include "onebot/native_path.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <utility>

namespace feishu {
namespace {

using onebot::io::HttpResponse;
using onebot::json::Document;
using std::chrono::milliseconds;

// Codes come with any HTTP status, mostly 400; what counts is "code".
ApiResult read_body(const HttpResponse& answer) {
  auto body = Document::parse(answer.body);
  if (!body) return std::unexpected(read_failure(0, answer.status, "", ""));
  const onebot::json::View root = body->root();
  const auto code = code_of(root);
  if (code == 0) return *std::move(body);
  std::string_view log_id = onebot::locate("error.log_id|log_id|traceId", root).str();
  if (log_id.empty()) log_id = onebot::io::header(answer.headers, "X-Tt-Logid").value_or("");
  return std::unexpected(read_failure(code.value_or(0), answer.status, words_of(root), log_id));
}

// What a failed action tells a program, besides the sentence.
onebot::Fields data_of(const Failure& failure, std::string_view prefix, const HttpResponse& answer) {
  const auto name = [prefix](std::string_view last) { return std::string(prefix).append(last); };
  onebot::Fields data{{name("code"), failure.code}, {name("http_status"), failure.http_status}};
  if (!failure.log_id.empty()) data.push_back({name("log_id"), failure.log_id});
  const auto wait = told_wait(answer);
  if (wait && failure.error.code == onebot::Retcode::rate_limited) {
    data.push_back({"retry_after", std::chrono::duration<double>(*wait).count()});
  }
  return data;
}

}  // namespace

std::optional<milliseconds> told_wait(const HttpResponse& answer) {
  const auto parsed = Document::parse(onebot::io::header(answer.headers, "x-ogw-ratelimit-reset").value_or("null"));
  const auto seconds = parsed ? parsed->root().number() : std::nullopt;
  if (!seconds || *seconds < 0 || *seconds > 3600) return kit::retry_after(answer);
  return milliseconds(static_cast<std::int64_t>(*seconds * 1000));
}

onebot::io::Headers Api::Policy::headers(std::string_view token) const {
  return {{"Authorization", fmt::format("Bearer {}", token)}};
}

ApiResult Api::Policy::read(const HttpResponse& answer) const {
  ApiResult result = read_body(answer);
  if (!result) result.error().error.data = data_of(result.error(), prefix, answer);
  return result;
}

kit::Verdict Api::Policy::judge(const Failure& failure, const HttpResponse& answer) const {
  if (failure.cure == Cure::none) return {};
  if (failure.cure == Cure::fresh_token) return {kit::Remedy::fresh_token};
  if (failure.error.code != onebot::Retcode::rate_limited) return {kit::Remedy::again, told_wait(answer)};
  const bool of_receiver = failure.means == Means::too_fast_there;
  return {kit::Remedy::later, told_wait(answer), of_receiver ? kit::Rate::For::receiver : kit::Rate::For::bot};
}

onebot::io::Owner Api::call(ApiRequest request, onebot::Told<ApiResult> done) const {
  return onebot::start(rest_.call(std::move(request)), std::move(done));
}

onebot::Task<ApiResult> Api::ask(ApiRequest request) const { return rest_.call(std::move(request)); }

onebot::Task<onebot::Result<onebot::json::Document>> Api::document(ApiRequest request) const {
  auto asking = rest_.call(std::move(request));
  ApiResult result = co_await asking;
  if (!result) co_return std::unexpected(std::move(result).error().error);
  co_return *std::move(result);
}

onebot::io::Owner Api::file(ApiRequest request, onebot::ToldResult<onebot::RemoteFile> done) const {
  return onebot::start(rest_.file(std::move(request)), std::move(done));
}

}  // namespace feishu
