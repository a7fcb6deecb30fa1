#include "adapters/qq/calls/token.h"

#include "adapters/qq/feed/gateway.h"
#include "onebot/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace qq {
namespace {

using onebot::LogLevel;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kMargin{50}, kLeast{5}, kUnreadable{300}, kMost{7200};
constexpr seconds kLimited{30};
constexpr std::chrono::minutes kFinal{10};

// Codes in an answer of HTTP 200 without a token.
struct Refusal {
  int code = 0;
  bool final = false;         // asking again helps only when the operator has done something
  std::string_view advice{};  // what
};
constexpr Refusal kRefusals[] = {
    {100001, false, "too many requests"},
    {100017, false, "too many requests"},
    {100007, true, "the app_id is invalid, or the bot is banned or deleted: look at the platform's console (q.qq.com)"},
    {100016, true, "app_id or app_secret is wrong: correct them in the configuration"},
    {10004, true, "there is no such bot: correct app_id in the configuration"},
};

const Refusal* find_refusal(int code) {
  const auto* found = std::ranges::find(kRefusals, code, &Refusal::code);
  return found == std::end(kRefusals) ? nullptr : found;
}

}  // namespace

struct AccessToken::Waiter final : onebot::io::Pending {
  Waiter(Waiters& list, Use then) : waiters(list), use(std::move(then)) { waiters.push_back(this); }
  ~Waiter() override { waiters.remove(this); }
  Waiters& waiters;
  Use use;
};

AccessToken::AccessToken(Config config, onebot::io::Loop& loop, onebot::io::Client& client, onebot::Log& log)
    : config_(std::move(config)), loop_(loop), client_(client), log_(log) {}

std::optional<std::string> AccessToken::current() const {
  if (token_.empty() || loop_.now() >= expires_at_) return std::nullopt;
  return token_;
}

milliseconds AccessToken::retry_in() const {
  return error_ ? std::max(retry_at_ - loop_.now(), milliseconds(0)) : milliseconds(0);
}

onebot::io::Owner AccessToken::wait(Use use) {
  auto waiter = std::make_unique<Waiter>(waiters_, std::move(use));
  if (current()) {
    hurry_ = loop_.after(milliseconds(0), [this] { tell(*current()); });
  } else if (retry_in() > milliseconds(0)) {
    hurry_ = loop_.after(milliseconds(0), [this] { tell(std::unexpected(*error_)); });
  } else {
    ask(config_.url);
  }
  return waiter;
}

void AccessToken::refuse(std::string_view used) {
  if (used != token_) return;
  token_.clear();
  renewal_.reset();
}

void AccessToken::ask(const std::string& url) {
  if (request_) return;
  onebot::io::HttpRequest request{
      .method = "POST",
      .url = url,
      .headers = {{"Content-Type", "application/json"}, {"User-Agent", "onebridge"}},
      .body = onebot::json::write(onebot::Fields{{"appId", config_.app_id}, {"clientSecret", config_.app_secret}}),
      .timeout = seconds(10),
      .max_body = 64 << 10};
  request_ = client_.send(std::move(request), [this, url](auto answer) {
    const onebot::io::Owner done = std::exchange(request_, nullptr);
    asked(url, std::move(answer));
  });
}

void AccessToken::asked(const std::string& url, onebot::Result<onebot::io::HttpResponse> answer) {
  const bool absent = !answer || answer->status == 404;
  if (absent && url == config_.url && !config_.fallback_url.empty()) {
    log_.line(LogLevel::warn, fmt::format("token host not usable, trying the older one url={}", config_.fallback_url));
    return ask(config_.fallback_url);
  }
  if (!answer) return failed(backoff(failures_), std::move(answer).error());
  const auto document = onebot::json::Document::parse(answer->body);
  const onebot::json::View body = document ? document->root() : onebot::json::View{};
  if (const std::string_view token = body.at("access_token").str(); answer->status == 200 && !token.empty()) {
    const auto lifetime = body.at("expires_in").number();
    const bool readable = lifetime && *lifetime >= 1 && *lifetime <= 1e9;
    return take(std::string(token), readable ? std::min(seconds(static_cast<long>(*lifetime)), kMost) : kUnreadable);
  }
  if (const auto code = body.at("code").number(); code && *code > 0 && *code < 1e9) {
    return refused(static_cast<int>(*code), body.at("message").str());
  }
  failed(backoff(failures_), {answer->status >= 500 ? onebot::Retcode::server_error : onebot::Retcode::refused,
                              fmt::format("the token server answered HTTP {} without a token", answer->status)});
}

void AccessToken::take(std::string token, seconds lifetime) {
  const bool same = token == token_;
  token_ = std::move(token);
  expires_at_ = loop_.now() + lifetime;
  failures_ = 0;
  error_.reset();
  log_.line(LogLevel::debug, fmt::format("access token lifetime_s={} changed={}", lifetime.count(), !same));
  // Little time left: the same token came again, whose successor is made only in its last minute.
  renew_in(std::max<seconds>(lifetime - kMargin, kLeast));
  tell(token_);
}

void AccessToken::refused(int code, std::string_view said) {
  const Refusal* known = find_refusal(code);
  const milliseconds pause = !known         ? backoff(failures_)
                             : known->final ? milliseconds(kFinal)
                                            : std::max<milliseconds>(kLimited, backoff(failures_));
  const std::string text = known ? std::string(known->advice) : onebot::json::repair_utf8(said.substr(0, 200));
  failed(pause, {onebot::Retcode::credentials, fmt::format("no access token: {} (QQ {})", text, code),
                 onebot::Fields{{"qq.err_code", code}, {"qq.http_status", 200}, {"qq.trace_id", ""}}});
}

void AccessToken::failed(milliseconds pause, onebot::Error error) {
  ++failures_;
  log_.count("token_failures");
  log_.line(LogLevel::error, fmt::format("{}; retry in {}s", error.message, (pause.count() + 999) / 1000));
  retry_at_ = loop_.now() + pause;
  error_ = std::move(error);
  renew_in(pause);
  tell(std::unexpected(*error_));
}

void AccessToken::renew_in(milliseconds delay) {
  renewal_ = loop_.after(delay, [this] { ask(config_.url); });
}

void AccessToken::tell(const onebot::Result<std::string>& result) {
  // Whoever is told may drop its owner, drop others, or ask anew.
  for (std::size_t left = waiters_.size(); left > 0 && !waiters_.empty(); --left) {
    const Use use = std::move(waiters_.front()->use);
    waiters_.pop_front();
    use(result);
  }
}

}  // namespace qq
