#include "bridge/consumers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bridge {

using onebot::Seq;

Consumers::Consumers(onebot::io::Loop& loop, onebot::Log& log, onebot::Places& places, All known,
                     const onebot::EventLog& events, std::chrono::milliseconds replay)
    : loop_(loop), log_(log), places_(places), events_(events), replay_(replay), known_(std::move(known)) {}

Seq Consumers::position(std::string_view consumer) {
  if (const auto place = known_.find(consumer); place != known_.end()) return place->second;
  const Seq end = events_.next();
  if (known_.size() >= kBound) {
    log_.count("consumers_refused");
    log_.line(onebot::LogLevel::warn,
              fmt::format("consumer={} is served live only: {} names are in use", consumer, kBound));
    return end;
  }
  known_.emplace(consumer, end);
  places_.set_place(consumer, end);
  return end;
}

// Two connections may share a name; the place is that of the one that is ahead.
void Consumers::confirm(std::string_view consumer, Seq next) {
  const auto place = known_.find(consumer);
  if (place == known_.end() || next <= place->second) return;
  place->second = std::min(next, events_.next());
  places_.set_place(consumer, place->second);
}

std::int64_t Consumers::replay_since() const {
  return static_cast<std::int64_t>(loop_.wall() * 1000) - replay_.count();
}

}  // namespace bridge
