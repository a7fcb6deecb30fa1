#include "adapters/qq/feed/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace qq {
namespace {

using onebot::LogLevel;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kLeastWait{60};

bool is_limited(const Failure& failure) { return failure.error.code == onebot::Retcode::rate_limited; }

// The platform answered, and it was neither who asks nor how often that it minded.
bool reached(const Failure& failure) {
  return failure.http_status != 0 && failure.http_status != 401 && !is_limited(failure);
}

milliseconds wait_of(const Failure& failure) {
  const auto* data = std::get_if<onebot::Fields>(&failure.error.data);
  const onebot::Value* told = data ? onebot::find(*data, "retry_after") : nullptr;
  const auto* wait = told ? std::get_if<std::int64_t>(told) : nullptr;
  return wait ? seconds(std::clamp<std::int64_t>(*wait, 1, 86'400)) : kLeastWait;
}

}  // namespace

class Gate::Visitor final : public onebot::io::Pending {
 public:
  Visitor(Gate& gate, Wish wished, Go go) : wish(wished), gate_(gate), go_(std::move(go)) {}
  ~Visitor() override { gate_.left(*this); }

  void go(Answer answer) {
    if (const auto told = std::exchange(go_, nullptr)) told(std::move(answer));
  }
  const Wish wish;

 private:
  Gate& gate_;
  Go go_;
};

Gate::Gate(std::string fixed_url, Api& api, onebot::io::Loop& loop, onebot::Log& log)
    : fixed_url_(std::move(fixed_url)), api_(api), loop_(loop), log_(log) {}

onebot::io::Owner Gate::enter(Wish wish, Go go) {
  auto visitor = std::make_unique<Visitor>(*this, wish, std::move(go));
  asking_.push_back(visitor.get());
  if (auto answer = answered_before(wish)) {
    take(*std::move(answer));
  } else if (!call_) {
    identified_ = 0;
    call_ = onebot::start<Found>(discovered(), [this](Found found) {
      const onebot::io::Owner done = std::exchange(call_, nullptr);
      take(std::move(found));
    });
  }
  return visitor;
}

// What is known without asking; nullopt: ask.
std::optional<Gate::Found> Gate::answered_before(Wish wish) const {
  if (!fixed_url_.empty() && wish != Wish::advice) return known();
  const milliseconds wait = ask_at_ - loop_.now();
  if (wait <= milliseconds(0)) return std::nullopt;
  if (!url_.empty()) return known();
  const onebot::Error error{onebot::Retcode::rate_limited, "the platform was asked too often for its gateway"};
  return std::unexpected(Refusal{error, wait});
}

// What the platform says of this bot; else where all bots go; else where this one went before.
onebot::Task<Gate::Found> Gate::discovered() {
  auto found = co_await asked("/gateway/bot");
  if (!found && reached(found.error())) found = co_await asked("/gateway");
  if (found) co_return *std::move(found);
  const bool limited = is_limited(found.error());
  if (limited) ask_at_ = loop_.now() + wait_of(found.error());
  if ((limited || reached(found.error())) && !url_.empty()) co_return known();
  co_return std::unexpected(refused(found.error()));
}

void Gate::take(Found found) { found ? admit(*found) : tell(asking_, std::unexpected(std::move(found).error())); }

onebot::Task<std::expected<Discovery, Failure>> Gate::asked(std::string path) {
  auto asking = api_.ask({.path = std::move(path), .tries = 1});
  const ApiResult answer = co_await asking;
  if (!answer) co_return std::unexpected(answer.error());
  auto found = read_discovery(answer->body.root(), api_.is_secure());
  if (!found) co_return std::unexpected(Failure{.error = std::move(found).error(), .http_status = answer->status});
  co_return *std::move(found);
}

Gate::Refusal Gate::refused(const Failure& failure) {
  if (failure.error.code == onebot::Retcode::address_not_allowed) {
    log_.line(LogLevel::error,
              "the platform does not accept this machine's address: add it to the bot's list of "
              "allowed addresses on the console (q.qq.com)");
  }
  if (is_limited(failure)) return {failure.error, ask_at_ - loop_.now()};
  return {.error = failure.error};
}

// Whoever is told may drop others, or come again.
void Gate::tell(Visitors& visitors, const Answer& answer) {
  telling_.splice(telling_.end(), visitors);
  while (!telling_.empty()) {
    Visitor& one = *telling_.front();
    telling_.pop_front();
    one.go(answer);
  }
}

void Gate::admit(const Discovery& found) {
  url_ = fixed_url_.empty() ? found.url : fixed_url_;
  advised_shards_ = found.shards;
  max_concurrency_ = found.max_concurrency;
  const auto wish_turn = std::stable_partition(asking_.begin(), asking_.end(),
                                               [](const Visitor* one) { return one->wish != Wish::identify; });
  queue_.splice(queue_.end(), asking_, wish_turn, asking_.end());
  tell(asking_, url_);
  if (!too_few_left(found)) next();
}

bool Gate::too_few_left(const Discovery& found) {
  const auto wanted = static_cast<std::int64_t>(queue_.size()) + (inside_ ? 1 : 0);
  if (!found.remaining || queue_.empty() || *found.remaining - identified_ >= wanted) return false;
  const milliseconds wait = std::max<milliseconds>(found.reset_after, kLeastWait);
  log_.line(LogLevel::error, fmt::format("no gateway session left for today; next attempt in {}s",
                                         std::chrono::duration_cast<seconds>(wait).count()));
  tell(queue_, std::unexpected(Refusal{{onebot::Retcode::refused, "no gateway session left"}, wait}));
  return true;
}

void Gate::next() {
  if (inside_ || queue_.empty()) return;
  if (const milliseconds wait = identify_at_ - loop_.now(); wait > milliseconds(0)) {
    timer_ = loop_.after(wait, [this] { next(); });
    return;
  }
  inside_ = queue_.front();
  queue_.pop_front();
  inside_->go(url_);
}

void Gate::identified() {
  identify_at_ = loop_.now() + milliseconds(5000 / max_concurrency_);
  ++identified_;
}

// Whoever leaves may be in the middle of something, so the next one comes with the next turn of the loop.
void Gate::left(Visitor& visitor) {
  for (Visitors* list : {&asking_, &queue_, &telling_}) list->remove(&visitor);
  if (inside_ != &visitor) return;
  inside_ = nullptr;
  if (queue_.empty()) return;
  timer_ = loop_.after(std::max(identify_at_ - loop_.now(), milliseconds(0)), [this] { next(); });
}

}  // namespace qq
