// OneBot 11's numbers of people and places as the journal's file has them, page by page. Everything here blocks, but
// for no longer than a page takes.

#pragma once

#include "bridge/disk/sql.h"
#include "onebot/result.h"
#include "onebot/v11/rows.h"

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

namespace bridge::journal {

struct IdEntry {
  onebot::v11::IdRow row{};
  bool is_alias = false;  // a further native of this number, or a further number of this native
};

struct IdPage {
  std::vector<IdEntry> entries{};
  bool more = false;  // behind the last of them
};

// By kind, platform and native, rows first. after: the last entry of the page before; nullptr: from the start.
onebot::Result<IdPage> read_ids(Database& database, const IdEntry* after, std::size_t most);
onebot::Status each_id(Database& database, const std::function<void(const IdEntry&)>& use);
// Every group_id of the events that are kept.
onebot::Status each_group(Database& database, const std::function<void(std::string_view group)>& use);

}  // namespace bridge::journal
