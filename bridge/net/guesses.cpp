#include "bridge/net/guesses.h"

#include <algorithm>

namespace bridge::net {

void Guesses::add(std::string_view peer, Time now) {
  if (most_ == 0) return;
  auto found = counts_.find(peer);
  if (found == counts_.end()) {
    if (counts_.size() >= kBound) {
      std::erase_if(counts_, [&](const auto& one) { return now - one.second.since >= kSpan; });
    }
    if (counts_.size() >= kBound) {
      counts_.erase(std::ranges::min_element(counts_, {}, [](const auto& one) { return one.second.since; }));
    }
    found = counts_.emplace(peer, Count{.since = now}).first;
  }
  Count& count = found->second;
  if (now - count.since >= kSpan) count = {.since = now};
  ++count.refusals;
}

Guesses::Time Guesses::wait(std::string_view peer, Time now) const {
  const auto found = counts_.find(peer);
  if (most_ == 0 || found == counts_.end() || found->second.refusals < most_) return Time(0);
  return std::max(Time(0), found->second.since + kSpan - now);
}

}  // namespace bridge::net
