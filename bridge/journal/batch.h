// Batch: what one commit takes to disk. The loop thread fills it, the writer thread only reads it.

#pragma once

#include "bridge/journal/number_batch.h"
#include "onebot/adapter.h"
#include "onebot/event_log.h"

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace bridge::journal {

struct RecordKey {
  std::string bot{}, kind{}, key{};
  auto operator<=>(const RecordKey&) const = default;
};

struct KeptRecord {
  std::string value{};  // "": forgotten
  std::int64_t at = 0;  // microseconds since the epoch, rising, so that records have one order
};

struct Batch {
  std::vector<onebot::EventLog::Appended> events{};
  std::vector<std::uint64_t> seen{};
  std::map<RecordKey, KeptRecord> records{};                  // the newest value of each
  std::map<std::string, onebot::Seq, std::less<>> cursors{};  // the newest place of each; 0: forgotten
  NumberBatch numbers{};
  std::uint64_t rows_put = 0;  // of all numbers, when it was handed over
  std::int64_t at = 0;    // of the log, milliseconds since the epoch
  std::int64_t wall = 0;  // of the system, the same
  std::size_t bytes = 0;  // about what it holds in memory besides numbers

  bool clock = false;  // at and wall alone are worth a commit

  bool empty() const {
    return events.empty() && seen.empty() && records.empty() && cursors.empty() && numbers.empty() && !clock;
  }
  std::size_t size() const { return bytes + numbers.bytes(); }
  void add(onebot::EventLog::Appended event);
  void add_seen(std::uint64_t hash);
  void set(RecordKey key, KeptRecord record);
  void set_cursor(std::string_view consumer, onebot::Seq next);
  void follow_with(Batch&& newer);  // one batch of both
};

}  // namespace bridge::journal
