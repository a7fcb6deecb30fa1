#include "onebot/connect/confirmation.h"

#include <fmt/format.h>

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

void Ponged::sent(std::uint64_t, Seq next, Time now) {
  if (newest_ == have_ && !waiting_) progress_ = now;
  newest_ = next;
}

void Ponged::acknowledged(std::uint64_t bytes, Time now) {
  if (bytes <= acknowledged_) return;
  acknowledged_ = bytes;
  progress_ = now;
}

void Ponged::pong(std::string_view payload, Time now) {
  if (!waiting_ || payload != fmt::format("{}", count_)) return;  // a pong may come unasked (RFC 6455, 5.5.3)
  waiting_ = false;
  have_ = asked_for_;
  progress_ = now;
}

bool Ponged::ping_due(Time now) const { return !waiting_ && (newest_ != asked_for_ || now - asked_ >= kIdle); }

std::string Ponged::ping(Time now) {
  if (!ping_due(now)) return {};
  if (newest_ == asked_for_) progress_ = now;
  waiting_ = true;
  asked_for_ = newest_;
  asked_ = now;
  return fmt::format("{}", ++count_);
}

bool Ponged::stalled(Time now) const {
  if (waiting_ || newest_ != asked_for_) return now - progress_ > kPatience;
  return now - asked_ > kIdle + kPatience;  // the socket does not even take the ping
}

}  // namespace onebot::connect
