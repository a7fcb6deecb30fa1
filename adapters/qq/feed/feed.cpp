#include "adapters/qq/feed/feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace qq {
namespace {

using onebot::LogLevel;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kStable{60};   // a connection of this age starts the backoff anew
constexpr seconds kShort{5};     // one that ends sooner is a bad sign
constexpr int kShortLosses = 3;  // so many of them in a row, and we wait
constexpr seconds kMinute{60};
constexpr std::chrono::minutes kSlow{10};
constexpr seconds kGrace{10};  // a resume may take so long before the bot counts as offline
constexpr seconds kHelloPatience{20};

}  // namespace

Feed::Feed(Config config, const Parts& parts, FeedPeer& peer)
    : config_(std::move(config)),
      parts_(parts),
      peer_(peer),
      name_(config_.shard.count == 1 ? "gateway" : fmt::format("gateway shard={}", session_key(config_.shard))) {}

void Feed::start(std::optional<Session> session) {
  session_ = session.value_or(Session{});
  begin();
}

void Feed::stop() {
  phase_ = Phase::stopped;
  turn_.reset();
  call_.reset();
  timer_.reset();
  grace_.reset();
  drop_.reset();
  disconnect();
  socket_.reset();
  online_ = false;
}

void Feed::hold(bool on) {
  held_ = on;
  if (phase_ == Phase::identifying || phase_ == Phase::resuming || phase_ == Phase::ready) socket_->hold(on);
  if (!on && phase_ == Phase::greeting && interval_ > milliseconds(0)) greet();
}

void Feed::begin_in(milliseconds delay) {
  phase_ = Phase::waiting;
  timer_ = parts_.loop.after(delay, [this] { begin(); });
}

void Feed::begin() {
  drop_.reset();
  socket_.reset();
  phase_ = Phase::entering;
  const Gate::Wish wish = session_.id.empty() ? Gate::Wish::identify : Gate::Wish::resume;
  turn_ = parts_.gate.enter(wish, [this](const auto& url) { entered(url); });
}

void Feed::entered(const std::expected<std::string, Gate::Refusal>& url) {
  if (phase_ != Phase::entering) return;
  if (url) return connect(*url);
  if (url.error().wait) return begin_in(*url.error().wait);
  lose(Next::resume, url.error().error.message, std::max(jittered(backoff(attempts_++)), parts_.token.retry_in()));
}

void Feed::connect(const std::string& url) {
  phase_ = Phase::opening;
  interval_ = milliseconds(0);
  acknowledged_ = true;
  opened_at_.reset();
  outbox_.clear();
  watch(kHelloPatience, "no hello came");
  socket_ = parts_.client.connect({.url = url, .headers = {{"User-Agent", "onebridge"}}}, *this);
}

void Feed::on_open() {
  if (phase_ != Phase::opening) return;
  opened_at_ = parts_.loop.now();
  phase_ = Phase::greeting;
}

void Feed::on_close(int code, std::string_view reason, int http_status) {
  if (phase_ == Phase::stopped || phase_ == Phase::waiting) return;
  const Close& close = meaning_of_close(code);
  parts_.log.count("gateway_closed");
  if (http_status != 0) return lose(Next::resume, fmt::format("the gateway refused us with HTTP {}", http_status));
  lose(close.next,
       fmt::format("closed with {} \"{}\", {}", code, onebot::json::repair_utf8(reason.substr(0, 120)), close.meaning),
       std::nullopt, close.level);
}

// Ends this connection, if there is one, and arranges for the next.
void Feed::lose(Next next, std::string_view why, std::optional<milliseconds> delay, LogLevel level) {
  if (phase_ == Phase::stopped) return;
  count_loss(next);
  phase_ = Phase::waiting;
  turn_.reset();
  disconnect();
  if (online_ && !grace_) grace_ = parts_.loop.after(kGrace, [this] { set_online(false); });
  if (next == Next::stop || (next == Next::identify_slowly && wrong_once_)) return give_up(why);
  prepare(next);
  milliseconds pause = delay ? *delay : delay_of(next);
  if (short_losses_ >= kShortLosses) pause = std::max<milliseconds>(pause, kMinute);
  parts_.log.line(level, fmt::format("{} lost: {}; {} in {}ms", name_, why, session_.id.empty() ? "identify" : "resume",
                                     pause.count()));
  begin_in(pause);
  if (next == Next::reshard) peer_.on_overloaded();
}

void Feed::count_loss(Next next) {
  if (!opened_at_) return;
  const milliseconds age = parts_.loop.now() - *opened_at_;
  opened_at_.reset();
  if (age >= kStable) {
    attempts_ = 0;
    wrong_once_ = false;
  }
  const bool counts = age < kShort && next != Next::fewer_intents;
  short_losses_ = counts ? short_losses_ + 1 : 0;
}

// What has to change before the next connection.
void Feed::prepare(Next next) {
  switch (next) {
    case Next::resume:
    case Next::resume_now:
    case Next::resume_later:
      return;
    case Next::fresh_token:
      parts_.token.refuse(token_used_);
      break;
    case Next::identify_slowly:
      wrong_once_ = true;
      break;
    default:
      break;
  }
  forget_session();
  if (next == Next::reshard || next == Next::identify_slowly) set_online(false);
}

milliseconds Feed::delay_of(Next next) {
  switch (next) {
    case Next::resume_now:
      return milliseconds(0);
    case Next::resume_later:
      return std::max<milliseconds>(jittered(kMinute), kMinute);
    case Next::identify_slowly:
    case Next::reshard:
      return jittered(kSlow);
    case Next::fewer_intents: {
      // Another shard may have learned it meanwhile.
      if (intents_used_ != 0 && intents_used_ != parts_.intents.bits()) return short_pause();
      const std::string names = parts_.intents.refused();
      if (names.empty()) {
        parts_.log.line(LogLevel::error,
                        "the platform grants none of the intents this bot asks for: apply for them on "
                        "the console (q.qq.com) or correct \"intents\"; everything is tried again in 10 min");
        set_online(false);
        return jittered(kSlow);
      }
      parts_.log.line(LogLevel::warn, fmt::format("intents not granted, their events will not arrive: {}", names));
      return short_pause();
    }
    default:
      return jittered(backoff(attempts_++));
  }
}

milliseconds Feed::jittered(milliseconds delay) {
  return delay + milliseconds(static_cast<std::int64_t>(0.2 * config_.random() * static_cast<double>(delay.count())));
}

// 1 to 5 s, as the platform wants between a refusal and the next attempt.
milliseconds Feed::short_pause() { return milliseconds(1000 + static_cast<std::int64_t>(4000 * config_.random())); }

void Feed::forget_session() {
  if (session_.id.empty()) return;
  session_ = {};
  keep_session();
}

void Feed::keep_session() { peer_.remember(session_record()); }

onebot::Record Feed::session_record() const {
  return {std::string(kSessionRecord), session_key(config_.shard), write_session(session_)};
}

void Feed::give_up(std::string_view why) {
  forget_session();
  parts_.log.line(LogLevel::error, fmt::format("the bot stays offline until it is started again: {}: {}", name_, why));
  phase_ = Phase::stopped;
  set_online(false);
}

// The socket itself may be calling, so it goes with the next turn of the loop.
void Feed::disconnect() {
  heartbeat_.reset();
  watch_.reset();
  if (socket_ && phase_ != Phase::stopped) drop_ = parts_.loop.after(milliseconds(0), [this] { socket_.reset(); });
}

void Feed::set_online(bool online) {
  grace_.reset();
  if (online_ == online) return;
  online_ = online;
  peer_.on_online_changed();
}

}  // namespace qq
