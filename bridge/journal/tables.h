// Tables: what is in the journal's file. Everything here blocks; after the start it belongs to the writer thread.
//
//   events(seq, at, json)                   the log; at in ms never falls with seq
//   seen(id, at, hashes)                    one row per commit: its 8-byte hashes, one behind the other
//   cursors(consumer, next, at)             the first entry a consumer has not confirmed
//   records(bot, kind, key, value, at)      what adapters remember; at in us
//   state(name, value)                      "next": no sequence number below it is given again

#pragma once

#include "bridge/disk/data_dir.h"
#include "bridge/disk/sql.h"
#include "bridge/journal/batch.h"
#include "onebot/result.h"
#include "onebot/store.h"

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace bridge::journal {

inline constexpr std::chrono::hours kIdleFor{30 * 24};  // then records and cursors are forgotten

struct Start {
  onebot::EarlierRun earlier{};
  std::int64_t last_at = 0;  // ms since the epoch, of the newest entry
};

struct Retention {
  std::chrono::milliseconds age{std::chrono::hours(24)};
  std::uint64_t size = 1 << 30;  // bytes in use in the file
};

class Tables {
 public:
  static constexpr std::string_view kFile = "journal.db";

  // Creates the file or checks it. Errors name the file.
  static onebot::Result<Tables> open(const DataDir& dir, std::chrono::milliseconds busy_timeout);

  onebot::Result<Start> start(std::int64_t now);  // ms since the epoch
  onebot::Status commit(const Batch& batch);      // all of it or nothing
  // Deletes one small portion of what is too old or too much. True: there is more.
  onebot::Result<bool> clean(std::int64_t now, const Retention& retention);

 private:
  onebot::Status prepare();
  onebot::Result<std::vector<std::uint64_t>> read_seen(std::int64_t now);
  onebot::Status write(const Batch& batch);
  onebot::Status write_records(const Batch& batch);
  onebot::Status in_transaction(auto&& steps);
  onebot::Result<onebot::Seq> last_to_delete(std::int64_t now, const Retention& retention);
  onebot::Result<bool> clean_seen(std::int64_t now);
  onebot::Result<bool> clean_records(std::int64_t now);

  Database database_;
  Statement add_event_, add_seen_, set_record_, forget_record_, set_cursor_, forget_cursor_;
};

}  // namespace bridge::journal
