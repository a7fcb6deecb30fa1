#include "bridge/consumers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace bridge {

using onebot::Seq;

Consumers::Consumers(onebot::io::Loop& loop, onebot::Log& log, onebot::Store& store, Earlier known,
                     const onebot::EventLog& events, std::chrono::milliseconds replay)
    : loop_(loop), log_(log), store_(store), events_(events), replay_(replay) {
  for (auto& [name, next] : known) known_.emplace(name, Place{.next = next, .confirmed = true, .seen = loop.now()});
}

Seq Consumers::position(std::string_view consumer) {
  if (const auto place = known_.find(consumer); place != known_.end()) {
    place->second.seen = loop_.now();
    return place->second.next;
  }
  const Seq end = events_.next();
  if (!remember(consumer, end)) {
    log_.count("consumers_refused");
    log_.line(onebot::LogLevel::warn,
              fmt::format("consumer={} is served live only: {} names are in use", consumer, kBound));
  }
  return end;
}

// Two connections may share a name; the place is that of the one that is ahead.
void Consumers::confirm(std::string_view consumer, Seq next) {
  const auto found = known_.find(consumer);
  Place* place = found != known_.end() ? &found->second : remember(consumer, next);
  if (!place) return;
  place->confirmed = true;
  place->seen = loop_.now();
  if (next <= place->next) return;
  place->next = std::min(next, events_.next());
  store_.set_place(consumer, place->next);
}

Consumers::Place* Consumers::remember(std::string_view consumer, Seq next) {
  if (known_.size() >= kBound && !make_room()) return nullptr;
  const auto [place, added] = known_.emplace(consumer, Place{.next = next, .seen = loop_.now()});
  store_.set_place(consumer, next);
  return &place->second;
}

// The oldest of those that were not seen; else the newest that never confirmed anything, so that names that somebody
// invents give way to each other, and not one that waits for its application since the start.
bool Consumers::make_room() {
  auto oldest = known_.end(), newest = known_.end();
  for (auto place = known_.begin(); place != known_.end(); ++place) {
    const auto seen = place->second.seen;
    if (oldest == known_.end() || seen < oldest->second.seen) oldest = place;
    if (!place->second.confirmed && (newest == known_.end() || seen > newest->second.seen)) newest = place;
  }
  const bool unseen = oldest != known_.end() && loop_.now() - oldest->second.seen >= kUnseen;
  const auto goes = unseen ? oldest : newest;
  if (goes == known_.end()) return false;
  log_.count("consumers_forgotten");
  log_.line(onebot::LogLevel::warn,
            fmt::format("consumer={} is forgotten: {} names are in use, and it was not seen for "
                        "an hour or never confirmed an event",
                        goes->first, kBound));
  forget(goes);
  return true;
}

void Consumers::forget(All::iterator place) {
  store_.set_place(place->first, 0);
  known_.erase(place);
}

void Consumers::rename(std::string_view consumer, std::string_view name) {
  const bool all = consumer.ends_with(':');
  std::vector<All::iterator> renamed;
  for (auto place = known_.lower_bound(consumer); place != known_.end(); ++place) {
    if (all ? !place->first.starts_with(consumer) : place->first != consumer) break;
    renamed.push_back(place);
  }
  for (const auto place : renamed) {
    const std::string now = fmt::format("{}{}", name, std::string_view(place->first).substr(consumer.size()));
    if (known_.contains(now)) continue;
    known_.emplace(now, place->second);
    store_.set_place(now, place->second.next);
    log_.line(onebot::LogLevel::info,
              fmt::format("consumer={} is called {} from now on, and keeps its place", place->first, now));
    forget(place);
  }
}

std::int64_t Consumers::replay_since() const { return store_.now() - replay_.count(); }

}  // namespace bridge
