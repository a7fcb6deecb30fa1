#include "adapters/qq/calls/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace qq {
namespace {

using onebot::json::Document;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kMostPauses = 3;

// How long the platform wants to be left alone. A quota of a day is no reason to wait; it has a code and no such
// header.
std::optional<milliseconds> pause_asked(const onebot::io::HttpResponse& answer, const Failure& failure) {
  if (answer.status != 429) return std::nullopt;
  const auto text = onebot::io::header(answer.headers, "Retry-After");
  if (!text && failure.code != 0 && failure.code != 429) return std::nullopt;
  int wait = 1;
  if (text) std::from_chars(text->data(), text->data() + text->size(), wait);
  return seconds(std::max(wait, 1));
}

bool under_audit(int code) { return code == 304023 || code == 304024; }

// An empty body is a success with nothing to say; the codes of an audit come with any status.
ApiResult read_answer(const onebot::io::HttpResponse& answer) {
  if (answer.status < 200 || answer.status > 299) return std::unexpected(read_failure(answer));
  auto body = Document::parse(answer.body.empty() ? "null" : answer.body);
  if (!body) {
    Failure failure = read_failure(answer);
    failure.error.message = fmt::format("the platform's answer is no JSON: {}", body.error().message);
    return std::unexpected(std::move(failure));
  }
  const auto code = body->root().at("code").integer();
  if (code && under_audit(static_cast<int>(*code))) return std::unexpected(read_failure(answer));
  if (answer.status == 201 || answer.status == 202) return std::unexpected(read_failure(answer));
  return ApiAnswer{answer.status, std::move(*body)};
}

}  // namespace

// One call: wait for a token, send, and at most once both again.
class Api::Call final : public onebot::io::Pending {
 public:
  Call(Api& api, ApiRequest request, std::function<void(ApiResult)> done)
      : api_(api), request_(std::move(request)), done_(std::move(done)) {}

  void start() {
    if (!api_.pace_) return authorize();
    auto waiting = api_.pace_->wait(request_.method, request_.path, [this](onebot::Status status) {
      if (status) return authorize();
      finish(std::unexpected(Failure{.error = std::move(status).error()}));
    });
    if (waiting) step_ = std::move(waiting);
  }

 private:
  void authorize() {
    if (auto token = api_.token_.current()) return send(std::move(*token));
    step_ = api_.token_.wait([this](onebot::Result<std::string> token) {
      if (token) return send(std::move(*token));
      finish(std::unexpected(Failure{.error = std::move(token).error()}));
    });
  }

  void send(std::string token) {
    onebot::io::HttpRequest http{.method = request_.method,
                                 .url = api_.base_ + request_.path,
                                 .headers = {{"Authorization", fmt::format("QQBot {}", token)},
                                             {"Content-Type", request_.content_type},
                                             {"User-Agent", "onebridge"},
                                             {"X-Union-Appid", api_.app_id_}},
                                 .body = request_.body,
                                 .timeout = request_.timeout,
                                 .file = request_.file,
                                 .tail = request_.tail};
    used_ = std::move(token);
    step_ = api_.client_.send(std::move(http), [this](auto answer) { answered(std::move(answer)); });
  }

  void answered(onebot::Result<onebot::io::HttpResponse> answer) {
    if (!answer) return finish(std::unexpected(network_failure(std::move(answer).error())));
    ApiResult result = read_answer(*answer);
    if (!result && result.error().cure == Cure::fresh_token && !renewed_) {
      renewed_ = true;
      api_.token_.refuse(used_);
      return start();
    }
    if (!result && paused(*answer, result.error())) return start();
    if (!result && result.error().cure == Cure::once && request_.repeatable) {
      request_.repeatable = false;
      return start();
    }
    if (!result) log(result.error());
    finish(std::move(result));
  }

  bool paused(const onebot::io::HttpResponse& answer, Failure& failure) {
    const auto pause = pause_asked(answer, failure);
    if (!pause) return false;
    if (auto* data = std::get_if<onebot::Fields>(&failure.error.data)) {
      data->push_back({"qq.retry_after", static_cast<std::int64_t>(*pause / seconds(1))});
    }
    if (!api_.pace_) return false;
    api_.pace_->pause(request_.method, request_.path, std::min<milliseconds>(*pause, seconds(300)));
    api_.log_.count("api_pauses");
    return *pause <= Pace::kLongestWait && ++pauses_ <= kMostPauses;
  }

  void log(const Failure& failure) const {
    api_.log_.count("api_failures");
    api_.log_.line(onebot::LogLevel::warn,
                   fmt::format("api call failed method={} status={} code={}: {}", request_.method, failure.http_status,
                               failure.code, failure.error.message));
  }

  // The last thing this object does: whoever is told may destroy it.
  void finish(ApiResult result) {
    const auto done = std::exchange(done_, nullptr);
    done(std::move(result));
  }

  Api& api_;
  ApiRequest request_;
  std::function<void(ApiResult)> done_;
  std::string used_{};
  bool renewed_ = false;
  int pauses_ = 0;
  onebot::io::Owner step_{};
};

Api::Api(std::string base, std::string app_id, AccessToken& token, onebot::io::Client& client, onebot::Log& log,
         Pace* pace)
    : base_(std::move(base)), app_id_(std::move(app_id)), token_(token), client_(client), log_(log), pace_(pace) {}

onebot::io::Owner Api::call(ApiRequest request, std::function<void(ApiResult)> done) {
  auto call = std::make_unique<Call>(*this, std::move(request), std::move(done));
  call->start();
  return call;
}

}  // namespace qq
