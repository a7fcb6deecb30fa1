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

Intake::Intake(onebot::io::Loop& loop, onebot::Log& log, Journal& journal, onebot::EventLog& events, std::size_t limit,
               std::function<void()> grown)
    : loop_(loop),
      log_(log),
      journal_(journal),
      events_(events),
      limit_(limit),
      grown_(std::move(grown)),
      first_at_(journal.start().last_at),
      seen_(static_cast<std::size_t>(journal::kSeenBound), journal::kSeenFor) {
  for (const std::uint64_t hash : std::exchange(journal.start().seen, {})) seen_.insert(hash, loop_.now());
}

void Intake::take(const Source& source, Arrival arrival) {
  if (refuse(arrival)) return;
  if (first_time(source, arrival.keys)) {
    for (std::size_t i = 0; i < arrival.events.size(); ++i) append(source, arrival, i, std::move(arrival.events[i]));
    log_.count("events", arrival.events.size());
  } else {
    log_.count("events_duplicate", arrival.events.size());
  }
  for (auto& record : arrival.records) journal_.keep(source.bot, std::move(record));
  if (arrival.committed) journal_.when_committed(std::move(arrival.committed));
}

bool Intake::refuse(Arrival& arrival) {
  const bool refused = !open_ || journal_.uncommitted_bytes() > limit_;
  if (open_ && refused != std::exchange(refusing_, refused)) {
    log_.line(refused ? onebot::LogLevel::error : onebot::LogLevel::info,
              refused ? "journal is too far behind, refusing events until it has caught up" : "taking events again");
  }
  if (!refused) return false;
  log_.count("events_refused", arrival.events.size());
  if (arrival.committed) {
    loop_.post([told = std::move(arrival.committed)] { told(false); });
  }
  return true;
}

// Every name is remembered, also those that come with a repeat: they are names of the same delivery.
bool Intake::first_time(const Source& source, const std::vector<std::string>& keys) {
  const auto known = [&](const std::string& key) { return seen_.contains(key_hash(source.seed, key)); };
  const bool repeat = std::ranges::any_of(keys, known);
  for (const std::string& key : keys) {
    const std::uint64_t hash = key_hash(source.seed, key);
    if (seen_.insert(hash, loop_.now())) journal_.add_seen(hash);
  }
  return !repeat;
}

void Intake::append(const Source& source, const Arrival& arrival, std::size_t index, Event event) {
  const double now = loop_.wall();
  if (event.id.empty()) {
    event.id = arrival.keys.empty() ? onebot::make_event_id(now) : named_id(source.seed, arrival.keys.front(), index);
  }
  if (event.time == 0) event.time = now;
  if (event.self.user_id.empty()) event.self = source.self;
  journal_.append(events_.append(event, std::max(first_at_, static_cast<std::int64_t>(now * 1000))));
  ++taken_;
  wake_soon();
}

// A burst of frames that was read in one go becomes one slice for each consumer.
void Intake::wake_soon() {
  if (std::exchange(waking_, true)) return;
  loop_.post([this, weak = std::weak_ptr(alive_)] {
    if (!weak.lock()) return;
    waking_ = false;
    grown_();
  });
}

}  // namespace bridge
