// Feed, the part that reads and answers the gateway's frames.

#include "adapters/qq/feed/feed.h"
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

constexpr seconds kPatience{30};  // for READY or RESUMED
constexpr milliseconds kInterval{45'000}, kShortest{1'000}, kLongest{300'000};

}  // namespace

void Feed::on_text(std::string_view text) {
  if (phase_ == Phase::stopped || phase_ == Phase::waiting) return;
  const auto document = onebot::json::Document::parse(text, kFrameLimits);
  if (!document) {
    parts_.log.count("frames_malformed");
    return parts_.log.line(
        LogLevel::warn, fmt::format("{} frame unreadable bytes={}: {}", name_, text.size(), document.error().message));
  }
  const View frame = document->root();
  const auto op = frame.at("op").integer().value_or(-1);
  switch (static_cast<Opcode>(op)) {
    case Opcode::dispatch:
      return on_dispatch(frame);
    case Opcode::heartbeat:
      return send(heartbeat_frame(session_.seq));
    case Opcode::heartbeat_ack:
      acknowledged_ = true;
      return;
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
  const milliseconds asked(content.at("heartbeat_interval").integer().value_or(kInterval.count()));
  interval_ = std::clamp(asked, kShortest, kLongest);
  // Many bots that come back together must not beat together.
  beat_in(interval_ -
          milliseconds(static_cast<std::int64_t>(config_.random() * static_cast<double>(interval_.count()))));
  if (phase_ == Phase::greeting && !held_) greet();
}

void Feed::greet() {
  if (const auto token = parts_.token.current()) return greet_with(*token);
  call_ = parts_.token.wait([this](onebot::Result<std::string> token) {
    const onebot::io::Owner done = std::exchange(call_, nullptr);
    if (phase_ != Phase::greeting) return;
    if (!token)
      return lose(Next::resume, token.error().message,
                  std::max(jittered(backoff(attempts_++)), parts_.token.retry_in()));
    greet_with(*token);
  });
}

void Feed::greet_with(const std::string& token) {
  token_used_ = token;
  watch(kPatience, "the platform did not answer");
  if (session_.id.empty()) {
    phase_ = Phase::identifying;
    intents_used_ = parts_.intents.bits();
    parts_.gate.identified();
    turn_.reset();
    return send(identify_frame(token, intents_used_, config_.shard));
  }
  phase_ = Phase::resuming;
  send(resume_frame(token, session_));
}

void Feed::on_dispatch(View frame) {
  const std::string_view name = frame.at("t").str();
  if (name == "READY") return on_ready(frame);
  // Whatever becomes of it, a dispatch counts as handed over; otherwise a resume would bring it back for ever.
  if (const auto seq = frame.at("s").integer(); seq && *seq > session_.seq) session_.seq = *seq;
  if (name == "RESUMED") return on_resumed();
  Delivery delivery{.session_id = session_.id};
  if (!session_.id.empty()) delivery.records.push_back(session_record());
  peer_.on_dispatch(frame, std::move(delivery));
}

void Feed::on_ready(View frame) {
  Session session{std::string(frame.at("d.session_id").str()), frame.at("s").integer().value_or(0)};
  if (session.id.empty()) return lose(Next::identify, "READY without a session_id");
  session_ = std::move(session);
  keep_session();
  if (intents_used_ == parts_.intents.bits()) {
    if (auto record = parts_.intents.accepted(parts_.loop.wall())) peer_.remember(std::move(*record));
  }
  parts_.log.line(LogLevel::info, fmt::format("{} ready intents=\"{}\"", name_, intent_names(intents_used_)));
  token_renewed_ = false;
  peer_.on_ready(frame.at("d.user"));
  on_resumed();
}

void Feed::on_resumed() {
  phase_ = Phase::ready;
  watch_.reset();
  resumed_again_ = false;
  set_online(true);
}

// After an identify, the set of intents is what the platform minds; the token has just served for the discovery,
// unless there was none.
void Feed::on_invalid_session(bool resumable) {
  parts_.log.count("gateway_invalid_session");
  if (phase_ == Phase::identifying) {
    if (!config_.fixed_url || std::exchange(token_renewed_, true)) {
      return lose(Next::fewer_intents, "the platform refuses to identify this bot");
    }
    return lose(Next::fresh_token, "the platform refuses to identify this bot", short_pause());
  }
  if (resumable && !std::exchange(resumed_again_, true)) {
    return lose(Next::resume, "the platform could not resume the session, but says it may", short_pause());
  }
  lose(Next::identify, "the session is gone", short_pause());
}

void Feed::beat_in(milliseconds delay) {
  heartbeat_ = parts_.loop.after(delay, [this] { beat(); });
}

void Feed::beat() {
  if (!acknowledged_ && !held_) return lose(Next::resume, "the last heartbeat was not acknowledged");
  if (outbox_.is_full()) return lose(Next::resume, "the gateway does not read what we send");
  acknowledged_ = false;
  send(heartbeat_frame(session_.seq));
  beat_in(interval_);
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
