#include "bridge/journal/id_book.h"

#include "bridge/journal/log_clock.h"
#include "onebot/json.h"

#include <chrono>
#include <optional>
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

Status IdBook::each(const std::function<void(const Entry&)>& use) {
  ONEBOT_TRY(rows, lookup_.database.prepare(
                       "SELECT 0 AS alias, kind, platform, native, number, name FROM ids UNION ALL "
                       "SELECT 1, kind, platform, native, number, '' FROM id_alias ORDER BY 1, 3, 2, 4, 5"));
  for (;;) {
    ONEBOT_TRY(row, rows.step());
    if (!row) return {};
    const auto kind = kind_of(rows.bytes(1));
    if (!kind) continue;  // of somebody else's
    use({{{*kind, std::string(rows.bytes(2)), std::string(rows.bytes(3))}, rows.integer(4), std::string(rows.bytes(5))},
         rows.integer(0) != 0});
  }
}

Status IdBook::each_group(const std::function<void(std::string_view group)>& use) {
  ONEBOT_TRY(rows, lookup_.database.prepare("SELECT json FROM events"));
  for (;;) {
    ONEBOT_TRY(row, rows.step());
    if (!row) return {};
    const auto event = onebot::json::Document::parse(rows.bytes(0));
    if (!event) continue;
    if (const auto group = event->root().at("group_id").str(); !group.empty()) use(group);
  }
}

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
