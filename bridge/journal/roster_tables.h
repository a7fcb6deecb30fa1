// What is in the journal's file of who was seen where. Everything here blocks.
//
//   roster(bot, kind, place, user, name, card, role, first_seen, last_seen)     see onebot/v11/rows.h; seconds

#pragma once

#include "bridge/disk/sql.h"
#include "bridge/journal/number_batch.h"
#include "onebot/result.h"
#include "onebot/v11/rows.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::journal {

onebot::Status create_roster_table(Database& database);

class RosterReader {
 public:
  static onebot::Result<RosterReader> open(Database& database);  // which outlives it

  onebot::Result<std::optional<v11::RosterRow>> find(const v11::RosterKey& key);
  onebot::Result<std::vector<v11::RosterRow>> places(std::string_view bot);
  onebot::Result<std::vector<v11::RosterRow>> people(const v11::RosterKey& place);

 private:
  Statement find_, places_, people_;
};

class RosterWriter {
 public:
  static onebot::Result<RosterWriter> open(Database& database);    // which outlives it
  onebot::Status write(const std::vector<RosterChange>& changes);  // inside a transaction

 private:
  onebot::Status put(const v11::RosterRow& row);
  onebot::Status forget(const v11::RosterKey& key);

  Statement put_, forget_;
};

class RosterCleaner {
 public:
  // Deletes a small portion of one bot's beyond `most`, who was not seen for the longest; one bot after the other.
  // Whether there is more of it.
  onebot::Result<bool> clean(Database& database, std::int64_t most);

 private:
  std::string bot_{};
  bool again_ = false;  // the same bot
};

}  // namespace bridge::journal
