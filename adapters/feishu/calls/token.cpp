#include "adapters/feishu/calls/token.h"

#include "adapters/feishu/calls/errors.h"
#include "onebot/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace feishu {
namespace {

using onebot::LogLevel;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kMargin{600}, kLeast{5}, kUnreadable{300}, kMost{7200};
constexpr std::array<milliseconds, 6> kPauses = {seconds(1),  seconds(2),  seconds(5),
                                                 seconds(15), seconds(30), seconds(60)};
// When the platform says that the app is wrong, somebody has to do something first.
constexpr std::array<milliseconds, 5> kLongPauses = {seconds(30), seconds(60), seconds(120), seconds(300),
                                                     seconds(600)};

}  // namespace

struct TenantToken::Waiter final : onebot::io::Pending {
  Waiter(Waiters& list, Use then) : waiters(list), use(std::move(then)) { waiters.push_back(this); }
  ~Waiter() override { waiters.remove(this); }
  Waiters& waiters;
  Use use;
};

TenantToken::TenantToken(Config config, onebot::io::Loop& loop, onebot::io::Client& client, onebot::Log& log,
                         std::function<void(bool)> changed)
    : config_(std::move(config)),
      loop_(loop),
      client_(client),
      log_(log),
      changed_(std::move(changed)),
      pauses_(kPauses),
      long_pauses_(kLongPauses) {}

void TenantToken::start() { ask(); }

void TenantToken::stop() {
  request_.reset();
  renewal_.reset();
  hurry_.reset();
}

std::optional<std::string> TenantToken::current() const {
  if (token_.empty() || loop_.now() >= ends_at_) return std::nullopt;
  return token_;
}

onebot::io::Owner TenantToken::wait(Use use) {
  auto waiter = std::make_unique<Waiter>(waiters_, std::move(use));
  if (auto token = current()) {
    tell_soon(*std::move(token));
  } else if (error_ && loop_.now() < retry_at_) {
    tell_soon(std::unexpected(*error_));
  } else {
    ask();
  }
  return waiter;
}

void TenantToken::refuse(std::string_view used) {
  if (used == token_) token_.clear();
}

void TenantToken::ask() {
  if (request_) return;
  onebot::io::HttpRequest request{
      .method = "POST",
      .url = config_.url,
      .headers = {{"Content-Type", "application/json; charset=utf-8"}, {"User-Agent", "onebridge"}},
      .body = onebot::json::write(onebot::Fields{{"app_id", config_.app_id}, {"app_secret", config_.app_secret}}),
      .timeout = seconds(10),
      .max_body = 64 << 10};
  request_ = client_.send(std::move(request), [this](auto answer) {
    const onebot::io::Owner done = std::exchange(request_, nullptr);
    asked(std::move(answer));
  });
}

void TenantToken::asked(onebot::Result<onebot::io::HttpResponse> answer) {
  if (!answer) return failed({onebot::Retcode::network_error, answer.error().message}, false);
  const auto document = onebot::json::Document::parse(answer->body);
  const onebot::json::View body = document ? document->root() : onebot::json::View{};
  const auto code = body.at("code").integer();
  const std::string_view token = body.at(config_.token_at).str();
  if (code == 0 && !token.empty()) {
    const auto lifetime = body.at(config_.expire_at).number();
    const bool readable = lifetime && *lifetime >= 1 && *lifetime <= 1e9;
    return take(std::string(token), readable ? std::min(seconds(static_cast<long>(*lifetime)), kMost) : kUnreadable);
  }
  const bool said = code && *code != 0 && *code < 1'000'000'000 && *code > 0;
  const Failure failure = read_failure(said ? static_cast<int>(*code) : 0, answer->status, body.at("msg").str(), "");
  const bool final = said && failure.cure != Cure::wait;
  failed({final ? onebot::Retcode::credentials : failure.error.code, failure.error.message}, final);
}

void TenantToken::take(std::string token, seconds lifetime) {
  token_ = std::move(token);
  ends_at_ = loop_.now() + lifetime;
  error_.reset();
  pauses_.reset();
  long_pauses_.reset();
  log_.line(LogLevel::debug, fmt::format("tenant token lifetime_s={}", lifetime.count()));
  renewal_ =
      loop_.after(std::max<seconds>(lifetime - kMargin, std::min(lifetime / 2 + kLeast, kMargin)), [this] { ask(); });
  changed_(true);
  tell(token_);
}

void TenantToken::failed(onebot::Error error, bool final) {
  const milliseconds pause = final ? long_pauses_.next() : pauses_.next();
  log_.count("token_failures");
  const std::string_view advice = final ? ": correct app_id and app_secret, or the app's state in the console" : "";
  log_.line(LogLevel::error,
            fmt::format("no tenant token: {}{}; retry in {}s", error.message, advice, (pause.count() + 999) / 1000));
  retry_at_ = loop_.now() + pause;
  error_ = std::move(error);
  if (final) token_.clear();
  renewal_ = loop_.after(pause, [this] { ask(); });
  if (!current()) changed_(false);
  tell(std::unexpected(*error_));
}

void TenantToken::tell_soon(onebot::Result<std::string> result) {
  hurry_ = loop_.after(milliseconds(0), [this, result = std::move(result)] { tell(result); });
}

void TenantToken::tell(const onebot::Result<std::string>& result) {
  // Whoever is told may drop its owner, drop others, or ask anew.
  for (std::size_t left = waiters_.size(); left > 0 && !waiters_.empty(); --left) {
    const Use use = std::move(waiters_.front()->use);
    waiters_.pop_front();
    use(result);
  }
}

}  // namespace feishu
