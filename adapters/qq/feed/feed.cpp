#include "adapters/qq/feed/feed.h"

#include "adapters/kit/characters.h"
#include "onebot/frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace qq {
namespace {

using onebot::LogLevel;
using onebot::json::View;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kHelloPatience{20}, kPatience{30};  // for the hello; for READY or RESUMED
constexpr milliseconds kInterval{45'000};             // of heartbeats, if the hello does not say

}  // namespace

Feed::Feed(Config config, const Parts& parts, FeedPeer& peer)
    : config_(std::move(config)),
      parts_(parts),
      peer_(peer),
      session_(config_.shard, peer),
      name_(config_.shard.count == 1 ? "gateway" : fmt::format("gateway shard={}", session_key(config_.shard))),
      presence_(parts.loop, [this] { peer_.on_online_changed(); }),
      recovery_(config_.random),
      heartbeat_(parts.loop, config_.random, [this](bool acknowledged) { beat(acknowledged); }) {}

void Feed::start(std::optional<Session> session) {
  session_.recall(std::move(session));
  begin();
}

void Feed::stop() {
  phase_ = Phase::stopped;
  turn_.reset();
  call_.reset();
  timer_.reset();
  drop_.reset();
  disconnect();
  socket_.reset();
  presence_.stop();
}

void Feed::hold(bool on) {
  held_ = on;
  if (phase_ == Phase::identifying || phase_ == Phase::resuming || phase_ == Phase::ready) socket_->hold(on);
  if (!on && phase_ == Phase::greeting && heartbeat_.started()) greet();
}

void Feed::begin_in(milliseconds delay) {
  phase_ = Phase::waiting;
  timer_ = parts_.loop.after(delay, [this] { begin(); });
}

void Feed::begin() {
  drop_.reset();
  socket_.reset();
  phase_ = Phase::entering;
  const Gate::Wish wish = session_.stands() ? Gate::Wish::resume : Gate::Wish::identify;
  turn_ = parts_.gate.enter(wish, [this](const auto& url) { entered(url); });
}

void Feed::entered(const std::expected<std::string, Gate::Refusal>& url) {
  if (phase_ != Phase::entering) return;
  if (url) return connect(*url);
  if (url.error().wait) return begin_in(*url.error().wait);
  lose(Next::resume, url.error().error.message, std::max(recovery_.backed_off(), parts_.token.retry_in()));
}

void Feed::connect(const std::string& url) {
  phase_ = Phase::opening;
  heartbeat_.forget();
  recovery_.closed();
  outbox_.clear();
  watch(kHelloPatience, "no hello came");
  socket_ = parts_.client.connect({.url = url, .headers = {{"User-Agent", "onebridge"}}}, *this);
}

void Feed::on_open() {
  if (phase_ != Phase::opening) return;
  recovery_.opened(parts_.loop.now());
  phase_ = Phase::greeting;
}

void Feed::on_close(int code, std::string_view reason, int http_status) {
  if (phase_ == Phase::stopped || phase_ == Phase::waiting) return;
  const Close& close = meaning_of_close(code);
  parts_.log.count("gateway_closed");
  if (http_status != 0) return lose(Next::resume, fmt::format("the gateway refused us with HTTP {}", http_status));
  lose(close.next, fmt::format("closed with {} \"{}\", {}", code, kit::shortened(reason, 120), close.meaning),
       std::nullopt, close.level);
}

// Ends this connection, if there is one, and arranges for the next.
void Feed::lose(Next next, std::string_view why, std::optional<milliseconds> delay, LogLevel level) {
  if (phase_ == Phase::stopped) return;
  const bool last = recovery_.lost(next, parts_.loop.now());
  phase_ = Phase::waiting;
  turn_.reset();
  disconnect();
  presence_.doubt();
  if (last) return give_up(why);
  prepare(next);
  if (!delay) delay = next == Next::fewer_intents ? ask_for_less() : recovery_.pause(next);
  const milliseconds pause = recovery_.bounded(*delay);
  parts_.log.line(level, fmt::format("{} lost: {}; {} in {}ms", name_, why, session_.stands() ? "resume" : "identify",
                                     pause.count()));
  begin_in(pause);
  if (next == Next::reshard) peer_.on_overloaded();
}

// What has to change before the next connection.
void Feed::prepare(Next next) {
  if (next == Next::resume || next == Next::resume_now || next == Next::resume_later) return;
  if (next == Next::fresh_token) parts_.token.refuse(token_used_);
  session_.forget();
  if (next == Next::reshard || next == Next::identify_slowly) presence_.down();
}

// How long until the next identify, which asks for less; another shard may have learned it meanwhile.
milliseconds Feed::ask_for_less() {
  if (intents_used_ != 0 && intents_used_ != parts_.intents.bits()) return recovery_.short_pause();
  const std::string names = parts_.intents.refused();
  if (names.empty()) {
    parts_.log.line(LogLevel::error,
                    "the platform grants none of the intents this bot asks for: apply for them on "
                    "the console (q.qq.com) or correct \"intents\"; everything is tried again in 10 min");
    presence_.down();
    return recovery_.long_pause();
  }
  parts_.log.line(LogLevel::warn, fmt::format("intents not granted, their events will not arrive: {}", names));
  return recovery_.short_pause();
}

void Feed::give_up(std::string_view why) {
  session_.forget();
  parts_.log.line(LogLevel::error, fmt::format("the bot stays offline until it is started again: {}: {}", name_, why));
  phase_ = Phase::stopped;
  presence_.down();
}

// The socket itself may be calling, so it goes with the next turn of the loop.
void Feed::disconnect() {
  heartbeat_.stop();
  watch_.reset();
  if (socket_ && phase_ != Phase::stopped) drop_ = parts_.loop.after(milliseconds(0), [this] { socket_.reset(); });
}

// --- what the gateway says ---

void Feed::on_text(std::string_view text) {
  if (phase_ == Phase::stopped || phase_ == Phase::waiting) return;
  const auto document = onebot::json::Document::parse(text, kFrameLimits);
  if (!document) {
    parts_.log.count("frames_malformed");
    return parts_.log.line(
        LogLevel::warn, fmt::format("{} frame unreadable bytes={}: {}", name_, text.size(), document.error().message));
  }
  on_frame(document->root());
}

void Feed::on_frame(View frame) {
  const auto op = frame.at("op").integer().value_or(-1);
  switch (static_cast<Opcode>(op)) {
    case Opcode::dispatch:
      return on_dispatch(frame);
    case Opcode::heartbeat:
      return send(heartbeat_frame(session_.now().seq));
    case Opcode::heartbeat_ack:
      return heartbeat_.acknowledge();
    case Opcode::hello:
      return on_hello(frame.at("d"));
    case Opcode::reconnect:
      return lose(Next::resume_now, "the platform asks for a new connection");
    case Opcode::invalid_session:
      return on_invalid_session(frame.at("d").boolean());
    default:
      break;
  }
  parts_.log.count("frames_unknown");
  parts_.log.line(LogLevel::debug, fmt::format("{} frame ignored op={}", name_, op));
}

void Feed::on_hello(View content) {
  heartbeat_.start(milliseconds(content.at("heartbeat_interval").integer().value_or(kInterval.count())));
  if (phase_ == Phase::greeting && !held_) greet();
}

void Feed::greet() {
  if (const auto token = parts_.token.current()) return greet_with(*token);
  call_ = parts_.token.wait([this](onebot::Result<std::string> token) {
    const onebot::io::Owner done = std::exchange(call_, nullptr);
    if (phase_ != Phase::greeting) return;
    if (!token)
      return lose(Next::resume, token.error().message, std::max(recovery_.backed_off(), parts_.token.retry_in()));
    greet_with(*token);
  });
}

void Feed::greet_with(const std::string& token) {
  token_used_ = token;
  watch(kPatience, "the platform did not answer");
  if (!session_.stands()) {
    phase_ = Phase::identifying;
    intents_used_ = parts_.intents.bits();
    parts_.gate.identified();
    turn_.reset();
    return send(identify_frame(token, intents_used_, config_.shard));
  }
  phase_ = Phase::resuming;
  send(resume_frame(token, session_.now()));
}

void Feed::on_dispatch(View frame) {
  const std::string_view name = frame.at("t").str();
  if (name == "READY") return on_ready(frame);
  // Whatever becomes of it, a dispatch counts as handed over; otherwise a resume would bring it back for ever.
  if (const auto seq = frame.at("s").integer()) session_.handed_over(*seq);
  if (name == "RESUMED") return on_resumed();
  Delivery delivery{.session_id = session_.now().id};
  if (session_.stands()) delivery.records.push_back(session_.record());
  peer_.on_dispatch(frame, std::move(delivery));
}

void Feed::on_ready(View frame) {
  Session session{std::string(frame.at("d.session_id").str()), frame.at("s").integer().value_or(0)};
  if (session.id.empty()) return lose(Next::identify, "READY without a session_id");
  session_.begin(std::move(session));
  if (intents_used_ == parts_.intents.bits()) {
    if (auto record = parts_.intents.accepted(parts_.loop.wall())) peer_.remember(std::move(*record));
  }
  parts_.log.line(LogLevel::info, fmt::format("{} ready intents=\"{}\"", name_, intent_names(intents_used_)));
  recovery_.identified();
  peer_.on_ready(frame.at("d.user"));
  on_resumed();
}

void Feed::on_resumed() {
  phase_ = Phase::ready;
  watch_.reset();
  recovery_.settled();
  presence_.up();
}

void Feed::on_invalid_session(bool resumable) {
  parts_.log.count("gateway_invalid_session");
  if (phase_ == Phase::identifying) return lose(recovery_.refused_to_identify(config_.fixed_url));
  lose(recovery_.invalid_session(resumable));
}

void Feed::beat(bool acknowledged) {
  if (!acknowledged && !held_) return lose(Next::resume, "the last heartbeat was not acknowledged");
  if (outbox_.is_full()) return lose(Next::resume, "the gateway does not read what we send");
  send(heartbeat_frame(session_.now().seq));
}

void Feed::watch(milliseconds patience, std::string_view what) {
  watch_ = parts_.loop.after(patience, [this, patience, what] {
    if (held_) return watch(patience, what);  // we are not reading, so we cannot know
    lose(Next::resume, what);
  });
}

void Feed::send(std::string_view text) {
  if (!socket_) return;
  onebot::frame::append_text(outbox_.waiting(), text);
  socket_->wake();
}

std::string_view Feed::next_frames() { return outbox_.next(); }

}  // namespace qq
