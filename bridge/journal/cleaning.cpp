#include "bridge/journal/cleaning.h"

#include "onebot/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bridge::journal {

using onebot::Result;
using onebot::Seq;
using onebot::Status;

namespace {

constexpr int kPortion = 1000;           // rows deleted at a time: about 5 ms
constexpr int kMostRecords = 1'000'000;  // of all bots; one more and the oldest goes

}  // namespace

// In the order of seq: `at` has no index, and never falls.
Result<EventPortion> events_to_forget(Database& database, std::int64_t oldest, std::uint64_t all, std::uint64_t most) {
  EventPortion portion;
  ONEBOT_TRY(rows, database.prepare(fmt::format("SELECT seq, at, length(json) + {} FROM events ORDER BY seq LIMIT {}",
                                                kEventCost, kPortion)));
  for (int count = 1;; ++count) {
    ONEBOT_TRY(row, rows.step());
    if (!row) return portion;
    const bool too_old = rows.integer(1) < oldest;
    const bool too_much = all - std::min(all, portion.bytes) > most;
    if (!too_old && !too_much) return portion;
    const auto seq = static_cast<Seq>(rows.integer(0));
    if (portion.first == 0) portion.first = seq;
    if (!too_old && portion.too_much == 0) portion.too_much = seq, portion.from = rows.integer(1);
    portion.last = seq;
    portion.to = rows.integer(1);
    portion.bytes += static_cast<std::uint64_t>(rows.integer(2));
    portion.full = count == kPortion;
  }
}

Result<std::vector<Loss>> losses_of(Database& database, const EventPortion& portion) {
  std::vector<Loss> lost;
  if (portion.too_much == 0) return lost;
  ONEBOT_TRY(waiting, database.prepare("SELECT consumer, next FROM cursors WHERE next <= ?"));
  waiting.bind(1, static_cast<std::int64_t>(portion.last));
  for (;;) {
    ONEBOT_TRY(row, waiting.step());
    if (!row) return lost;
    const Seq first = std::max(portion.too_much, static_cast<Seq>(waiting.integer(1)));
    lost.push_back({std::string(waiting.bytes(0)), portion.last + 1 - first, portion.from, portion.to});
  }
}

Status forget_events(Database& database, const EventPortion& portion, std::uint64_t left) {
  ONEBOT_CHECK(database.run("INSERT OR REPLACE INTO state SELECT 'next', max(seq) + 1 FROM events"));
  ONEBOT_CHECK(database.run(fmt::format("INSERT OR REPLACE INTO state VALUES ('event_bytes', {})", left)));
  return database.run(fmt::format("DELETE FROM events WHERE seq <= {}", portion.last));
}

Result<bool> clean_seen(Database& database, std::int64_t now) {
  ONEBOT_TRY(last, database.integer(fmt::format("SELECT max(id) FROM (SELECT id, at FROM seen ORDER BY id LIMIT {}) "
                                                "WHERE at < {} OR id <= (SELECT max(id) FROM seen) - {}",
                                                kPortion, now - std::chrono::milliseconds(onebot::kSeenFor).count(),
                                                onebot::kSeenBound)));
  if (last == 0) return false;
  ONEBOT_CHECK(database.run(fmt::format("DELETE FROM seen WHERE id <= {}", last)));
  return database.changes() >= kPortion;
}

Result<bool> clean_records(Database& database, std::int64_t now) {
  ONEBOT_TRY(too_many,
             database.integer(fmt::format("SELECT at FROM records ORDER BY at DESC LIMIT 1 OFFSET {}", kMostRecords)));
  const std::int64_t oldest = std::max(too_many + 1, (now - std::chrono::milliseconds(kIdleFor).count()) * 1000);
  ONEBOT_TRY(
      any, database.integer(fmt::format("SELECT count(*) FROM (SELECT 1 FROM records WHERE at < {} LIMIT 1)", oldest)));
  if (any == 0) return false;
  ONEBOT_CHECK(database.run(fmt::format(
      "DELETE FROM records WHERE at < {0} AND at <= (SELECT max(at) FROM (SELECT at FROM records WHERE at < {0} "
      "ORDER BY at LIMIT {1}))",
      oldest, kPortion)));
  return database.changes() >= kPortion;
}

}  // namespace bridge::journal
