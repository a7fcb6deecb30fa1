#include "adapters/kit/token.h"

#include "adapters/kit/jitter.h"
#include "onebot/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kit {

using onebot::LogLevel;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr seconds kUnreadable{300}, kMost{7200};

seconds lifetime_of(const std::optional<double>& told) {
  const bool readable = told && *told >= 1 && *told <= 1e9;
  return readable ? std::min(seconds(static_cast<long>(*told)), kMost) : kUnreadable;
}

milliseconds step(std::span<const milliseconds> pauses, std::size_t failures) {
  return pauses[std::min(failures, pauses.size() - 1)];
}

}  // namespace

struct Token::Waiter final : onebot::io::Pending {
  Waiter(Waiters& list, Use then) : waiters(list), use(std::move(then)) { waiters.push_back(this); }
  ~Waiter() override { waiters.remove(this); }
  Waiters& waiters;
  Use use;
};

Token::Token(Config config, onebot::io::Loop& loop, onebot::io::Client& client, onebot::Log& log,
             std::function<void(bool)> changed)
    : config_(std::move(config)),
      loop_(loop),
      client_(client),
      log_(log),
      changed_(std::move(changed)),
      random_(config_.random ? config_.random : random_fractions()),
      secrets_(config_.secrets) {}

void Token::start() { ask(0); }

void Token::stop() {
  request_.reset();
  renewal_.reset();
  hurry_.reset();
}

onebot::Error Token::masked(onebot::Error error) const {
  error.message = masked(std::move(error.message));
  if (auto* fields = std::get_if<onebot::Fields>(&error.data)) {
    for (onebot::Field& field : *fields) {
      if (auto* text = std::get_if<std::string>(&field.value)) *text = masked(std::move(*text));
    }
  }
  return error;
}

onebot::io::HttpResponse Token::masked(onebot::io::HttpResponse answer) const {
  answer.body = masked(std::move(answer.body));
  for (auto& [name, value] : answer.headers) value = masked(std::move(value));
  return answer;
}

std::optional<std::string> Token::current() const {
  if (token_.empty() || loop_.now() >= ends_at_) return std::nullopt;
  return token_;
}

milliseconds Token::retry_in() const {
  return error_ ? std::max(retry_at_ - loop_.now(), milliseconds(0)) : milliseconds(0);
}

onebot::io::Owner Token::wait(Use use) {
  auto waiter = std::make_unique<Waiter>(waiters_, std::move(use));
  if (auto token = current()) {
    tell_soon(*std::move(token));
  } else if (retry_in() > milliseconds(0)) {
    tell_soon(std::unexpected(*error_));
  } else {
    ask(0);
  }
  return waiter;
}

void Token::refuse(std::string_view used) {
  if (used == token_) token_.clear();
}

void Token::ask(std::size_t url) {
  if (request_) return;
  onebot::io::HttpRequest request{
      .method = "POST",
      .url = config_.urls.at(url),
      .headers = {{"Content-Type", "application/json; charset=utf-8"}, {"User-Agent", "onebridge"}},
      .body = onebot::json::write(config_.body),
      .timeout = seconds(10),
      .max_body = 64 << 10};
  request_ = client_.send(std::move(request), [this, url](auto answer) {
    const onebot::io::Owner done = std::exchange(request_, nullptr);
    asked(url, std::move(answer));
  });
}

void Token::asked(std::size_t url, onebot::Result<onebot::io::HttpResponse> answer) {
  const bool absent = !answer || answer->status == 404;
  if (absent && url + 1 < config_.urls.size()) {
    log_.line(LogLevel::warn, fmt::format("token host not usable, trying the older one url={}", config_.urls[url + 1]));
    return ask(url + 1);
  }
  if (!answer) return failed({.error = {onebot::Retcode::network_error, std::move(answer).error().message}});
  answer->body = secrets_.without_configured(std::move(answer->body));
  auto result = config_.read(*answer);
  if (result) return take(*std::move(result));
  failed(std::move(result).error());
}

void Token::take(Issued issued) {
  const seconds lifetime = lifetime_of(issued.lifetime);
  log_.line(LogLevel::debug, fmt::format("token lifetime_s={} changed={}", lifetime.count(), issued.token != token_));
  token_ = std::move(issued.token);
  secrets_.add(token_);
  log_.hide(token_);
  ends_at_ = loop_.now() + lifetime;
  error_.reset();
  failures_ = final_failures_ = 0;
  renewal_ = loop_.after(config_.renew_after(lifetime), [this] { ask(0); });
  if (changed_) changed_(true);
  tell(token_);
}

void Token::failed(Refused refused) {
  refused.error = masked(std::move(refused.error));
  const milliseconds least =
      refused.final ? step(config_.long_pauses, final_failures_++) : step(config_.pauses, failures_++);
  const auto spread = static_cast<double>(least.count()) * config_.spread * random_();
  const milliseconds pause = std::max(least + milliseconds(static_cast<std::int64_t>(spread)), refused.at_least);
  log_.count("token_failures");
  log_.line(LogLevel::error, fmt::format("no token: {}{}; retry in {}s", refused.error.message, refused.advice,
                                         (pause.count() + 999) / 1000));
  retry_at_ = loop_.now() + pause;
  error_ = std::move(refused.error);
  if (refused.final) token_.clear();
  renewal_ = loop_.after(pause, [this] { ask(0); });
  if (changed_ && !current()) changed_(false);
  tell(std::unexpected(*error_));
}

void Token::tell_soon(onebot::Result<std::string> result) {
  hurry_ = loop_.after(milliseconds(0), [this, result = std::move(result)] { tell(result); });
}

void Token::tell(const onebot::Result<std::string>& result) {
  // Whoever is told may drop its owner, drop others, or ask anew.
  for (std::size_t left = waiters_.size(); left > 0 && !waiters_.empty(); --left) {
    const Use use = std::move(waiters_.front()->use);
    waiters_.pop_front();
    use(result);
  }
}

onebot::Task<onebot::Result<std::string>> valid_token(Token& token) {
  if (auto current = token.current()) co_return *std::move(current);
  co_return co_await onebot::until_told<onebot::Result<std::string>>(
      [&token](auto tell) { return token.wait(std::move(tell)); });
}

}  // namespace kit
