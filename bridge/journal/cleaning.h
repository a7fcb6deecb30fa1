// What of events, hashes and records is too old or too much, and has to go: small portions, on the writer's thread.
// Tables says what these are; numbers, tokens and the roster go by files of their own.

#pragma once

#include "bridge/disk/sql.h"
#include "bridge/journal/losses.h"
#include "onebot/result.h"
#include "onebot/store.h"

#include <chrono>
#include <cstdint>
#include <vector>

namespace bridge::journal {

inline constexpr std::chrono::hours kIdleFor{30 * 24};  // then records and cursors are forgotten
inline constexpr int kEventCost = 32;                   // bytes of an event besides its JSON

// The oldest events that have to go.
struct EventPortion {
  onebot::Seq first = 0, last = 0;  // 0: none
  std::uint64_t bytes = 0;
  onebot::Seq too_much = 0;       // the first that is not too old but too much; 0: none
  std::int64_t from = 0, to = 0;  // ms since the epoch, of those that are too much
  bool full = false;              // there may be more
};
// oldest: ms since the epoch; all, most: bytes of events that there are, and may be.
onebot::Result<EventPortion> events_to_forget(Database& database, std::int64_t oldest, std::uint64_t all,
                                              std::uint64_t most);
// Who waits for events of this portion that are not too old.
onebot::Result<std::vector<Loss>> losses_of(Database& database, const EventPortion& portion);
// Inside a transaction. left: bytes of those that stay.
onebot::Status forget_events(Database& database, const EventPortion& portion, std::uint64_t left);

// A portion of each. True: there may be more.
onebot::Result<bool> clean_seen(Database& database, std::int64_t now);
onebot::Result<bool> clean_records(Database& database, std::int64_t now);

}  // namespace bridge::journal
