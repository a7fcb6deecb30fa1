#include "bridge/journal/id_book.h"

#include "bridge/journal/log_clock.h"

#include <chrono>
#include <utility>

namespace bridge::journal {

using onebot::Result;
using onebot::Status;

namespace {

constexpr std::chrono::milliseconds kBusy{2'000};

}  // namespace

Result<std::unique_ptr<IdBook>> IdBook::open(const std::string& data_dir, std::int64_t wall) {
  ONEBOT_TRY(dir, DataDir::open(data_dir));
  ONEBOT_TRY(tables, Tables::open(dir, kBusy));
  ONEBOT_TRY(lookup, Lookup::open(dir.file(Tables::kFile), kBusy));
  return std::unique_ptr<IdBook>(new IdBook(std::move(dir), std::move(tables), std::move(lookup), wall));
}

IdBook::IdBook(DataDir dir, Tables tables, Lookup lookup, std::int64_t wall)
    : wall_(wall), dir_(std::move(dir)), tables_(std::move(tables)), lookup_(std::move(lookup)) {}

Status IdBook::commit() {
  if (!complaints_.last.empty()) return onebot::fail(onebot::Retcode::database_error, complaints_.last);
  if (pending_.empty()) return {};
  pending_.at = LogClock(tables_.kept_clock(), wall_, LogClock::Time(0)).at(LogClock::Time(0));
  pending_.wall = wall_;
  ONEBOT_CHECK(tables_.commit(pending_));
  pending_ = {};
  return {};
}

}  // namespace bridge::journal
