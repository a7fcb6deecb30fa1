#include "bridge/intake.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bridge {

using onebot::Arrival;
using onebot::Event;

namespace {

// A UUIDv8 made of the platform's own name, so that an event which is lost in a crash after it was delivered, and
// pushed again by the platform, comes with the same id.
std::string named_id(std::uint64_t seed, std::string_view key, std::size_t index) {
  const std::uint64_t words[] = {key_hash(seed + index, key), key_hash(~seed - index, key)};
  std::string id = "xxxxxxxx-xxxx-8xxx-vxxx-xxxxxxxxxxxx";  // x: any digit; v: the variant, 8 to b
  std::size_t digit = 0;
  for (char& place : id) {
    if (place == '-') continue;
    const auto nibble = words[digit / 16] >> (60 - digit % 16 * 4) & 0xf;
    if (place == 'x') place = "0123456789abcdef"[nibble];
    if (place == 'v') place = "89ab"[nibble & 3];
    ++digit;
  }
  return id;
}

}  // namespace

Intake::Intake(onebot::io::Loop& loop, onebot::Log& log, onebot::Ledger& ledger, const std::vector<std::uint64_t>& seen,
               std::size_t limit)
    : loop_(loop), log_(log), ledger_(ledger), limit_(limit), seen_(onebot::kSeenBound, onebot::kSeenFor) {
  for (const std::uint64_t hash : seen) seen_.insert(hash, loop_.now());
}

void Intake::take(const Source& source, Arrival arrival) {
  if (!accepts()) return refuse(std::move(arrival));
  const bool first = first_time(source, arrival.keys);
  log_.count(first ? onebot::Counter("events") : onebot::Counter("events_duplicate"), arrival.events.size());
  ledger_.append({.bot = source.bot,
                  .events = first ? write(source, arrival) : std::span<const std::string>(),
                  .seen = hashes_,
                  .records = std::move(arrival.records),
                  .committed = std::move(arrival.committed)});
}

bool Intake::accepts() {
  const bool refused = !open_ || ledger_.uncommitted_bytes() > limit_;
  if (open_ && refused != std::exchange(refusing_, refused)) {
    log_.line(refused ? onebot::LogLevel::error : onebot::LogLevel::info,
              refused ? "journal is too far behind, refusing events until it has caught up" : "taking events again");
  }
  return !refused;
}

void Intake::refuse(Arrival arrival) {
  log_.count("events_refused", arrival.events.size());
  if (!arrival.committed) return;
  loop_.post([told = std::move(arrival.committed)] { told(false); });
}

// Every name is remembered, also those that come with a repeat: they are names of the same delivery.
bool Intake::first_time(const Source& source, const std::vector<std::string>& keys) {
  hashes_.clear();
  for (const std::string& key : keys) hashes_.push_back(key_hash(source.seed, key));
  const bool repeat = std::ranges::any_of(hashes_, [&](std::uint64_t hash) { return seen_.contains(hash); });
  std::erase_if(hashes_, [&](std::uint64_t hash) { return !seen_.insert(hash, loop_.now()); });
  return !repeat;
}

// Completes the events, and writes each down.
std::span<const std::string> Intake::write(const Source& source, Arrival& arrival) {
  const double now = loop_.wall();
  if (texts_.size() < arrival.events.size()) texts_.resize(arrival.events.size());
  for (std::size_t i = 0; i < arrival.events.size(); ++i) {
    Event& event = arrival.events[i];
    if (event.id.empty()) {
      event.id = arrival.keys.empty() ? onebot::make_event_id(now) : named_id(source.seed, arrival.keys.front(), i);
    }
    if (event.time == 0) event.time = now;
    if (event.self.user_id.empty()) event.self = source.self;
    texts_[i].clear();
    onebot::append_json(texts_[i], event);
    if (watch_) watch_->on_event(source.bot, event);
  }
  taken_ += arrival.events.size();
  return std::span(texts_).first(arrival.events.size());
}

}  // namespace bridge
