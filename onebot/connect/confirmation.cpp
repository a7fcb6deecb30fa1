#include "onebot/connect/confirmation.h"

#include <fmt/format.h>

#include <algorithm>

namespace onebot::connect {

void Acknowledged::sent(std::uint64_t end, Seq next, Time now) {
  if (sent_ == acknowledged_) progress_ = now;
  sent_ = end;
  if (next == newest_) return;
  newest_ = next;
  marks_.push_back({end, next});
}

void Acknowledged::acknowledged(std::uint64_t bytes, Time now) {
  if (bytes > acknowledged_) {
    acknowledged_ = bytes;
    progress_ = now;
  }
  while (!marks_.empty() && marks_.front().end <= acknowledged_) {
    have_ = marks_.front().next;
    marks_.pop_front();
  }
}

bool Acknowledged::stalled(Time now) const { return sent_ > acknowledged_ && now - progress_ > kPatience; }

void Ponged::sent(std::uint64_t end, Seq next, Time now) {
  if (newest_ == have_ && !waiting_) progress_ = now;
  newest_ = next;
  end_ = end;
}

void Ponged::acknowledged(std::uint64_t bytes, Time now) {
  if (bytes <= acknowledged_) return;
  acknowledged_ = bytes;
  progress_ = now;
}

void Ponged::pong(std::string_view payload, Time now) {
  if (!waiting_ || payload != fmt::format("{}", count_)) return;  // a pong may come unasked (RFC 6455, 5.5.3)
  waiting_ = false;
  have_ = std::max(have_, asked_for_);
  have_end_ = asked_end_;
  progress_ = now;
  if (!first_pong_) first_pong_ = now;
  adapt(now - asked_);
}

// An application that reads fast is kept busy; one that takes its time has little under way that could come again.
void Ponged::adapt(Time took) {
  if (took <= kQuick) most_ = std::min(most_ * 2, kMost);
  if (took > kSlow) most_ = std::max(most_ / 2, kLeast);
}

Confirmation::Room Ponged::room(Time now) const {
  if (careful() && !settled(now)) return {.events = 0, .bytes = 0};
  const Room most = careful() ? Room{1, kMostBytes} : first_pong_ ? Room{most_, kMostBytes} : unproven_;
  const Seq events = newest_ - std::min(newest_, have_);
  const std::uint64_t bytes = end_ - have_end_;
  return {.events = most.events - std::min<Seq>(most.events, events),
          .bytes = most.bytes - std::min<std::uint64_t>(most.bytes, bytes)};
}

bool Ponged::ping_due(Time now) const {
  const auto in = ping_in(now);
  return in ? *in <= Time(0) : !waiting_ && now - asked_ >= kIdle;
}

std::optional<Confirmation::Time> Ponged::ping_in(Time now) const {
  if (waiting_ || newest_ == asked_for_) return std::nullopt;
  if (!first_pong_ || careful() || is_half_full()) return Time(0);
  return std::max(Time(0), asked_ + kPause - now);
}

std::string Ponged::ping(Time now) {
  if (!ping_due(now)) return {};
  if (newest_ == asked_for_) progress_ = now;
  waiting_ = true;
  asked_for_ = newest_;
  asked_end_ = end_;
  asked_ = now;
  return fmt::format("{}", ++count_);
}

bool Ponged::stalled(Time now) const {
  if (waiting_ || newest_ != asked_for_) return now - progress_ > kPatience;
  return now - asked_ > kIdle + kPatience;  // the socket does not even take the ping
}

// Once pongs count, no marks are kept: the kernel is only asked for signs of life.
void Probed::sent(std::uint64_t end, Seq next, Time now) {
  pongs_.sent(end, next, now);
  bytes_.sent(end, answers_ == true ? 0 : next, now);
  if (pongs_.waiting() && probe_end_ == 0) probe_end_ = end;
}

void Probed::acknowledged(std::uint64_t bytes, Time now) {
  bytes_.acknowledged(bytes, now);
  if (answers_ == true) return;
  if (!taken_at_ && probe_end_ > 0 && bytes >= probe_end_) taken_at_ = now;
  if (taken_at_ && now - *taken_at_ >= patience_) answers_ = false;
  if (silent()) have_ = std::max(have_, bytes_.have());
}

// However late: what the kernel has said by then stays said, and from now on pongs alone count.
void Probed::pong(std::string_view payload, Time now) {
  const bool waiting = pongs_.waiting();
  pongs_.pong(payload, now);
  if (waiting && !pongs_.waiting()) answers_ = true;
  have_ = std::max(have_, pongs_.have());
}

bool Probed::polls(Time now) const {
  if (silent()) return bytes_.polls(now);
  return !answers_ || pongs_.polls(now);
}

std::string Probed::ping(Time now) { return ping_due(now) ? pongs_.ping(now) : std::string(); }

std::unique_ptr<Confirmation> confirmation(Proof proof, Confirmation::Time now, Seq from, Confirmation::Time patience,
                                           Seq careful_until) {
  switch (proof) {
    case Proof::pongs:
      return std::make_unique<Ponged>(now, from, careful_until);
    case Proof::probe:
      return std::make_unique<Probed>(now, patience, from, careful_until);
    case Proof::kernel:
      break;
  }
  return std::make_unique<Acknowledged>();
}

}  // namespace onebot::connect
