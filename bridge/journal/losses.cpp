#include "bridge/journal/losses.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <utility>

namespace bridge::journal {
namespace {

constexpr std::chrono::minutes kPause{10};  // a consumer may lose events for as long as it is away

std::string utc(std::int64_t ms) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(ms / 1000)));
}

}  // namespace

void Losses::add(const std::vector<Loss>& lost, std::int64_t ahead) {
  for (const Loss& more : lost) {
    log_.count("events_deleted_waiting", more.events);
    const auto [place, is_new] = waiting_.try_emplace(more.consumer, Loss{.from = more.from + ahead});
    Loss& whole = place->second;
    whole.events += more.events;
    whole.from = std::min(whole.from, more.from + ahead);
    whole.to = std::max(whole.to, more.to + ahead);
  }
}

void Losses::tell() {
  if (pause_ || waiting_.empty()) return;
  for (const auto& [consumer, loss] : std::exchange(waiting_, {})) {
    log_.line(
        onebot::LogLevel::error,
        fmt::format("events deleted for delivery.retention_size before consumer={} had them events={} from={} to={}",
                    consumer, loss.events, utc(loss.from), utc(loss.to)));
  }
  pause_ = loop_.after(kPause, [this] {
    const auto timer = std::move(pause_);
    tell();
  });
}

}  // namespace bridge::journal
