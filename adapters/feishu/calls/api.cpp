#include "adapters/feishu/calls/api.h"

#include "onebot/redial.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace feishu {
namespace {

using onebot::io::HttpResponse;
using onebot::json::Document;
using std::chrono::milliseconds;

constexpr std::array<milliseconds, 2> kWaits = {milliseconds(500), milliseconds(1500)};

// Codes come with any HTTP status, mostly 400; what counts is "code".
ApiResult read_answer(const HttpResponse& answer) {
  auto body = Document::parse(answer.body);
  if (!body) return std::unexpected(read_failure(0, answer.status, "", ""));
  const onebot::json::View root = body->root();
  const auto code = root.at("code").integer();
  if (code == 0) return *std::move(body);
  const int number = code && *code > 0 && *code < 1'000'000'000 ? static_cast<int>(*code) : 0;
  std::string_view log_id = root.at("error.log_id").str();
  if (log_id.empty()) log_id = onebot::io::header(answer.headers, "X-Tt-Logid").value_or("");
  return std::unexpected(read_failure(number, answer.status, root.at("msg").str(), log_id));
}

// What the platform says how long to wait, in its header.
std::optional<milliseconds> told_wait(const HttpResponse& answer) {
  const auto text = onebot::io::header(answer.headers, "x-ogw-ratelimit-reset");
  if (!text) return std::nullopt;
  const auto parsed = Document::parse(*text);
  const auto seconds = parsed ? parsed->root().number() : std::nullopt;
  if (!seconds || *seconds < 0 || *seconds > 3600) return std::nullopt;
  return milliseconds(static_cast<std::int64_t>(*seconds * 1000));
}

// What a failed action tells a program, besides the sentence.
onebot::Fields data_of(const Failure& failure, std::string_view prefix, std::optional<milliseconds> wait) {
  const auto name = [prefix](std::string_view last) { return std::string(prefix).append(last); };
  onebot::Fields data{{name("code"), failure.code}, {name("http_status"), failure.http_status}};
  if (!failure.log_id.empty()) data.push_back({name("log_id"), onebot::json::repair_utf8(failure.log_id)});
  if (wait && failure.error.code == onebot::Retcode::rate_limited) {
    data.push_back({"retry_after", std::chrono::duration<double>(*wait).count()});
  }
  return data;
}

}  // namespace

std::string path_to(std::string_view path, std::string_view id, std::string_view key) {
  std::string out(path);
  const auto put = [&out](std::string_view place, std::string_view value) {
    if (const auto at = out.find(place); at != std::string::npos) {
      out.replace(at, place.size(), onebot::io::percent_encode(value));
    }
  };
  put("{key}", key);
  put("{id}", id);
  return out;
}

// One call: wait for a token, send, and perhaps again.
class Api::Call final : public onebot::io::Pending {
 public:
  Call(Api& api, ApiRequest request, std::function<void(ApiResult)> done)
      : api_(api), request_(std::move(request)), done_(std::move(done)), until_(api.loop_.now() + request_.budget) {}

  void start() {
    if (auto token = api_.token_.current()) return send(std::move(*token));
    step_ = api_.token_.wait([this](onebot::Result<std::string> token) {
      if (token) return send(std::move(*token));
      finish(std::unexpected(Failure{.error = std::move(token).error()}));
    });
  }

 private:
  void send(std::string token) {
    const milliseconds left = std::max(until_ - api_.loop_.now(), milliseconds(1));
    onebot::io::HttpRequest http{.method = request_.method,
                                 .url = api_.base_ + request_.path,
                                 .headers = {{"Authorization", fmt::format("Bearer {}", token)},
                                             {"Content-Type", request_.content_type},
                                             {"User-Agent", "onebridge"}},
                                 .body = request_.body,
                                 .timeout = std::min(request_.timeout, left),
                                 .file = request_.file,
                                 .tail = request_.tail};
    used_ = std::move(token);
    step_ = api_.client_.send(std::move(http), [this](auto answer) { answered(std::move(answer)); });
  }

  void answered(onebot::Result<HttpResponse> answer) {
    ApiResult result = answer ? read_answer(*answer) : std::unexpected(network_failure(std::move(answer).error()));
    if (result) return finish(std::move(result));
    Failure& failure = result.error();
    if (failure.cure == Cure::fresh_token && !std::exchange(renewed_, true)) {
      api_.token_.refuse(used_);
      return start();
    }
    const bool may = failure.cure == Cure::wait && (failure.arrived || request_.repeatable);
    const auto told = answer ? told_wait(*answer) : std::nullopt;
    if (may && repeat(told)) return;
    if (answer) failure.error.data = data_of(failure, api_.prefix_, told);
    api_.log_.count("api_failures");
    api_.log_.line(onebot::LogLevel::warn, fmt::format("api call failed method={} code={}: {}", request_.method,
                                                       failure.code, failure.error.message));
    finish(std::move(result));
  }

  // Whether the call is made again, after a while.
  bool repeat(std::optional<milliseconds> told) {
    if (waits_.failures() >= kWaits.size()) return false;
    const milliseconds wait = told ? std::max(*told, milliseconds(1)) : waits_.next();
    if (told) waits_.next();  // counts
    if (api_.loop_.now() + wait >= until_) return false;
    step_ = api_.loop_.after(wait, [this] { start(); });
    return true;
  }

  // The last thing this object does: whoever is told may destroy it.
  void finish(ApiResult result) {
    const auto done = std::exchange(done_, nullptr);
    done(std::move(result));
  }

  Api& api_;
  ApiRequest request_;
  std::function<void(ApiResult)> done_;
  milliseconds until_;
  onebot::Redial waits_{kWaits};
  std::string used_{};
  bool renewed_ = false;
  onebot::io::Owner step_{};
};

Api::Api(std::string base, std::string_view prefix, TenantToken& token, onebot::io::Loop& loop,
         onebot::io::Client& client, onebot::Log& log)
    : base_(std::move(base)), prefix_(prefix), token_(token), loop_(loop), client_(client), log_(log) {}

onebot::io::Owner Api::call(ApiRequest request, std::function<void(ApiResult)> done) {
  auto call = std::make_unique<Call>(*this, std::move(request), std::move(done));
  call->start();
  return call;
}

}  // namespace feishu
