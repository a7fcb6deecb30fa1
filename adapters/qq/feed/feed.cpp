#include "adapters/qq/feed/feed.h"

#include "adapters/qq/events/scalars.h"

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
constexpr seconds kCausePatience{1};                  // for the close behind an op 9, which comes within 0.1 s
constexpr milliseconds kInterval{45'000};             // of heartbeats, if the hello does not say

std::string name_of(Shard shard) {
  return shard.count == 1 ? "gateway" : fmt::format("gateway shard={}", session_key(shard));
}

}  // namespace

Feed::Feed(Config config, const Parts& parts, FeedPeer& peer)
    : config_(std::move(config)),
      parts_(parts),
      peer_(peer),
      session_(config_.shard, peer),
      presence_(parts.loop, [this] { peer_.on_online_changed(); }),
      recovery_(config_.random),
      heartbeat_(parts.loop, config_.random, [this](bool acknowledged) { beat(acknowledged); }),
      connection_(name_of(config_.shard), {parts.loop, parts.client, parts.log},
                  static_cast<kit::ConnectionPeer&>(*this)) {}

void Feed::start(std::optional<Session> session) {
  session_.recall(std::move(session));
  connection_.start();
}

void Feed::stop() {
  phase_ = Phase::away;
  invalid_.reset();
  connection_.stop();
  turn_.reset();
  heartbeat_.stop();
  presence_.stop();
}

void Feed::hold(bool on) {
  connection_.hold(on);
  if (!on && phase_ == Phase::greeting && heartbeat_.started()) greet();
}

// A token, and then the turn at the gate, which is kept until the identify is sent.
onebot::Task<kit::ConnectionPeer::Address> Feed::prepare() {
  auto token = co_await kit::valid_token(parts_.token);
  if (!token) co_return std::unexpected(not_let_in({.error = std::move(token).error()}));
  const auto wish = session_.stands() ? Gate::Wish::resume : Gate::Wish::identify;
  auto url = co_await onebot::until_told<Gate::Answer>([this, wish](auto tell) -> onebot::io::Owner {
    turn_ = parts_.gate.enter(wish, std::move(tell));
    return nullptr;
  });
  if (!url) co_return std::unexpected(not_let_in(url.error()));
  co_return *std::move(url);
}

kit::Loss Feed::not_let_in(const Gate::Refusal& refusal) {
  if (refusal.wait) return lost({Next::resume, refusal.error.message, *refusal.wait});
  // Two waits one after the other would keep the bot away for longer than either.
  const milliseconds token_comes = parts_.token.retry_in();
  const milliseconds pause = token_comes > milliseconds(0) ? token_comes : recovery_.backed_off();
  return lost({Next::resume, refusal.error.message, pause});
}

void Feed::on_open() {
  recovery_.opened(parts_.loop.now());
  phase_ = Phase::greeting;
  heartbeat_.forget();
  connection_.expect(kHelloPatience, "no hello came");
}

kit::Loss Feed::on_end(const kit::Ending& ending) {
  if (ending.code != 0) parts_.log.count("gateway_closed");
  if (ending.ours) stumble_.broke();
  const bool in_vain = phase_ == Phase::resuming && !invalid_;
  return lost(in_vain ? recovery_.without_vain_resumes(meaning_of(ending)) : meaning_of(ending));
}

// The code of a close decides, also behind an op 9; only where there is none an op 9 is all that is known.
Recovery::Loss Feed::meaning_of(const kit::Ending& ending) {
  const Close& close = meaning_of_close(ending.code);
  if (invalid_ && !close.is_reason()) return recovery_.without_cause(*invalid_, config_.fixed_url, parts_.loop.now());
  if (ending.code == 0 || ending.http_status != 0 || ending.ours) return {Next::resume, ending.why};
  return {close.next, fmt::format("{}, {}", ending.why, close.meaning), std::nullopt, close.level};
}

// What a loss means for the session, and for the next attempt.
kit::Loss Feed::lost(Recovery::Loss loss) {
  give_up_if_stuck(loss);
  phase_ = Phase::away;
  invalid_.reset();
  turn_.reset();
  heartbeat_.stop();
  presence_.doubt();
  if (recovery_.lost(loss.next, parts_.loop.now())) {
    session_.forget();
    presence_.down();
    return {.why = loss.why, .level = LogLevel::error, .final = true};
  }
  change_for(loss.next);
  milliseconds pause = loss.pause.value_or(milliseconds(0));
  if (!loss.pause) pause = loss.next == Next::fewer_intents ? ask_for_less() : recovery_.pause(loss.next);
  if (loss.next == Next::reshard) peer_.on_overloaded();
  return {.why = loss.why,
          .pause = recovery_.bounded(std::max(pause - loss.waited, milliseconds(0))),
          .then = session_.stands() ? "resume" : "identify",
          .level = loss.level};
}

// A resume that cannot get past what it brings back would be tried for ever.
void Feed::give_up_if_stuck(Recovery::Loss& loss) {
  const bool stuck = stumble_.again(session_.now(), phase_ == Phase::resuming) && session_.stands();
  if (!stuck || loss.next == Next::stop) return;
  parts_.log.count("gateway_sessions_given_up");
  loss.why += "; the second time at one place of the session, which is given up: events behind it may be lost";
  loss.level = LogLevel::error;
  if (resumes(loss.next)) loss.next = Next::identify;
}

// What has to change before the next connection.
void Feed::change_for(Next next) {
  if (resumes(next)) return;
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

// --- what the gateway says ---

void Feed::on_text(std::string_view text) {
  const auto document = onebot::json::Document::parse(text, kFrameLimits);
  if (document) return on_frame(document->root());
  parts_.log.count("frames_malformed");
  parts_.log.line(LogLevel::warn, fmt::format("{} frame unreadable bytes={}: {}", connection_.name(), text.size(),
                                              document.error().message));
}

void Feed::on_frame(View frame) {
  const auto op = frame.at("op").integer().value_or(-1);
  switch (static_cast<Opcode>(op)) {
    case Opcode::dispatch:
      return on_dispatch(frame);
    case Opcode::heartbeat:
      return connection_.send_text(heartbeat_frame(session_.now().seq));
    case Opcode::heartbeat_ack:
      if (phase_ == Phase::ready) recovery_.worked();
      return heartbeat_.acknowledge();
    case Opcode::hello:
      return on_hello(frame.at("d"));
    case Opcode::reconnect:
      return lose({Next::resume_now, "the platform asks for a new connection"});
    case Opcode::invalid_session:
      return on_invalid_session(frame.at("d").boolean());
    default:
      break;
  }
  parts_.log.count("frames_unknown");
  parts_.log.line(LogLevel::debug, fmt::format("{} frame ignored op={}", connection_.name(), op));
}

void Feed::on_hello(View content) {
  heartbeat_.start(milliseconds(whole(content.at("heartbeat_interval")).value_or(kInterval.count())));
  if (phase_ == Phase::greeting && !connection_.held()) greet();
}

void Feed::greet() {
  token_used_ = parts_.token.current().value_or(token_used_);
  connection_.expect(kPatience, "the platform did not answer");
  if (session_.stands()) {
    phase_ = Phase::resuming;
    return connection_.send_text(resume_frame(token_used_, session_.now()));
  }
  phase_ = Phase::identifying;
  intents_used_ = parts_.intents.bits();
  parts_.gate.identified();
  turn_.reset();
  connection_.send_text(identify_frame(token_used_, intents_used_, config_.shard));
}

void Feed::on_dispatch(View frame) {
  const std::string_view name = frame.at("t").str();
  if (name == "READY") return on_ready(frame);
  if (phase_ == Phase::ready) recovery_.worked();
  // Whatever becomes of it, a dispatch counts as handed over; otherwise a resume would bring it back for ever.
  const auto seq = frame.at("s").integer();
  if (seq) session_.handed_over(*seq);
  if (seq) stumble_.went_on();
  if (name == "RESUMED") return on_resumed();
  Delivery delivery{.session_id = session_.now().id};
  if (seq && session_.stands()) delivery.name = fmt::format("session/{}/{}", delivery.session_id, *seq);
  if (session_.stands()) delivery.records.push_back(session_.record());
  peer_.on_dispatch(frame, std::move(delivery));
}

void Feed::on_ready(View frame) {
  Session session{std::string(frame.at("d.session_id").str()), frame.at("s").integer().value_or(0)};
  if (session.id.empty()) return lose({Next::identify, "READY without a session_id"});
  session_.begin(std::move(session));
  if (intents_used_ == parts_.intents.bits()) {
    if (auto record = parts_.intents.accepted(parts_.loop.wall())) peer_.remember(std::move(*record));
  }
  parts_.log.line(LogLevel::info,
                  fmt::format("{} ready intents=\"{}\"", connection_.name(), intent_names(intents_used_)));
  recovery_.identified();
  peer_.on_ready(frame.at("d.user"));
  on_resumed();
}

void Feed::on_resumed() {
  phase_ = Phase::ready;
  invalid_.reset();
  connection_.heard();
  recovery_.settled();
  presence_.up();
}

void Feed::on_invalid_session(bool resumable) {
  parts_.log.count("gateway_invalid_session");
  if (invalid_) return;
  invalid_ = {phase_ == Phase::identifying, resumable, parts_.loop.now()};
  connection_.expect(kCausePatience, "no close behind an op 9");
}

void Feed::beat(bool acknowledged) {
  if (!acknowledged && !connection_.held()) return lose({Next::resume, "the last heartbeat was not acknowledged"});
  connection_.send_text(heartbeat_frame(session_.now().seq));
}

}  // namespace qq
