// Tables: what is in the journal's file. Everything here blocks; after the start it belongs to the writer thread.
//
//   events(seq, at, json)                   the log; at in ms never falls with seq
//   seen(id, at, hashes)                    one row per commit: its 8-byte hashes, one behind the other
//   cursors(consumer, next, at)             the first entry a consumer has not confirmed
//   records(bot, kind, key, value, at)      what adapters remember; at in us
//   state(name, value)                      "next": no sequence number below it is given again; "event_bytes": of all
//                                           events; "at", "wall": of the log and of the system at the last commit
//   and those of number_tables.h

#pragma once

#include "bridge/disk/data_dir.h"
#include "bridge/disk/sql.h"
#include "bridge/journal/batch.h"
#include "bridge/journal/cleaning.h"
#include "bridge/journal/log_clock.h"
#include "bridge/journal/losses.h"
#include "bridge/journal/number_tables.h"
#include "onebot/result.h"
#include "onebot/store.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::journal {

struct Start {
  onebot::EarlierRun earlier{};
  std::int64_t last_at = 0;  // ms since the epoch, of the newest entry
};

struct Retention {
  std::chrono::milliseconds age{std::chrono::hours(24)};
  std::uint64_t size = 1 << 30;  // bytes of events
  // Messages with OneBot 11's numbers: as long as events, but at least so long, and so many of each bot.
  std::chrono::milliseconds messages_age{std::chrono::hours(7 * 24)};
  std::int64_t messages_per_bot = 100'000;
  std::int64_t roster_per_bot = 200'000;  // people and places that a bot has seen; beyond that the oldest go
};

class Tables {
 public:
  static constexpr std::string_view kFile = "journal.db";

  // Creates the file or checks it. Errors name the file, and what to do.
  static onebot::Result<Tables> open(const DataDir& dir, std::chrono::milliseconds busy_timeout);

  onebot::Result<Start> start(std::int64_t now);  // ms since the epoch
  onebot::Status commit(const Batch& batch);      // all of it or nothing
  struct Cleaned {
    bool more = false;
    std::vector<Loss> lost{};
    std::vector<onebot::v11::Number> messages{};  // that are forgotten
  };
  // Deletes one small portion of what is too old or too much.
  onebot::Result<Cleaned> clean(std::int64_t now, const Retention& retention);
  const LogClock::Kept& kept_clock() const { return kept_clock_; }  // at the start

 private:
  static onebot::Result<Tables> open(const std::string& path, std::chrono::milliseconds busy_timeout);
  onebot::Status prepare();
  onebot::Result<std::vector<std::uint64_t>> read_seen(std::int64_t now);
  onebot::Status write(const Batch& batch);
  onebot::Status write_records(const Batch& batch);
  onebot::Status in_transaction(auto&& steps);
  onebot::Status read_state();
  onebot::Status write_state(const Batch& batch, std::uint64_t event_bytes);
  onebot::Result<bool> clean_beside_messages(std::int64_t now, const Retention& retention);
  onebot::Result<NumberCleaner::Portion> clean_messages(std::int64_t now, const Retention& retention);

  Database database_;
  Statement add_event_, add_seen_, set_record_, forget_record_, set_cursor_, forget_cursor_, set_state_;
  NumberWriter numbers_;
  NumberCleaner number_cleaner_;
  TokenCleaner token_cleaner_;
  RosterCleaner roster_cleaner_;
  std::uint64_t event_bytes_ = 0;  // of all events on disk
  LogClock::Kept kept_clock_{};
};

}  // namespace bridge::journal
