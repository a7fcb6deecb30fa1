#include "bridge/process/log_throttle.h"

#include <algorithm>
#include <utility>

namespace bridge {

std::string Throttle::kind(std::string_view line) {
  std::string words;
  while (!line.empty() && words.size() < 120) {
    const auto end = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    const bool varies = word.find_first_of("0123456789=\"") != word.npos && !word.starts_with("bot=");
    if (!varies) words.append(word).push_back(' ');
  }
  return words;
}

std::optional<std::uint64_t> Throttle::admit(std::string_view line, std::chrono::milliseconds now) {
  if (kinds_.size() >= kBound) kinds_.clear();
  Kind& kind = kinds_[Throttle::kind(line)];
  if (kind.lines == 0 || now - kind.since >= kSpan) {
    kind.since = now;
    kind.lines = 0;
  }
  if (kind.lines >= kBurst) {
    ++kind.left_out;
    return std::nullopt;
  }
  ++kind.lines;
  return std::exchange(kind.left_out, 0);
}

}  // namespace bridge
