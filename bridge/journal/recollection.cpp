#include "bridge/journal/recollection.h"

#include <algorithm>
#include <string>

namespace bridge::journal {

using onebot::Record;

onebot::Status Recollection::read(Database& database) {
  ONEBOT_TRY(rows, database.prepare("SELECT key, value, at FROM records WHERE bot = ? AND kind = ?"));
  rows.bind_text(1, bot_);
  rows.bind_text(2, kind_);
  for (;;) {
    ONEBOT_TRY(row, rows.step());
    if (!row) return {};
    found_.push_back({rows.integer(2), {std::string(kind_), std::string(rows.bytes(0)), std::string(rows.bytes(1))}});
  }
}

void Recollection::overlay(const Batch& newer) {
  for (const auto& [key, kept] : newer.records) {
    if (key.bot != bot_ || key.kind != kind_) continue;
    std::erase_if(found_, [&name = key.key](const auto& old) { return old.second.key == name; });
    if (!kept.value.empty()) found_.push_back({kept.at, {key.kind, key.key, kept.value}});
  }
}

std::vector<Record> Recollection::take() {
  std::ranges::sort(found_, {}, [](const auto& entry) { return entry.first; });
  std::vector<Record> records;
  for (auto& [at, record] : found_) records.push_back(std::move(record));
  return records;
}

}  // namespace bridge::journal
