#include "bridge/journal/id_pages.h"

#include "bridge/journal/number_tables.h"
#include "onebot/json.h"

#include <string>
#include <utility>

namespace bridge::journal {

using onebot::Result;
using onebot::Status;

namespace {

constexpr std::size_t kPage = 2'000;

// A file that somebody else wrote to may hold kinds that are none.
constexpr std::string_view kRows =
    "SELECT kind, platform, native, number, name FROM ids WHERE (kind, platform, native) > (?1, ?2, ?3) AND "
    "kind IN ('user', 'group', 'channel') AND ?4 >= 0 ORDER BY kind, platform, native LIMIT ?5";
constexpr std::string_view kAliases =
    "SELECT kind, platform, native, number, '' FROM id_alias WHERE (kind, platform, native, number) > (?1, ?2, ?3, ?4) "
    "AND kind IN ('user', 'group', 'channel') ORDER BY kind, platform, native, number LIMIT ?5";

Status read(Database& database, bool aliases, const IdEntry* after, std::size_t most, IdPage& page) {
  ONEBOT_TRY(rows, database.prepare(aliases ? kAliases : kRows));
  const v11::IdRow start = after ? after->row : v11::IdRow{};
  rows.bind_text(1, after ? name_of(start.native.kind) : "");
  rows.bind_text(2, start.native.platform);
  rows.bind_text(3, start.native.id);
  rows.bind(4, start.number);
  rows.bind(5, static_cast<std::int64_t>(most));
  for (;;) {
    ONEBOT_TRY(row, rows.step());
    if (!row) return {};
    const auto kind = kind_of(rows.bytes(0)).value_or(v11::Kind::user);
    page.entries.push_back(
        {{{kind, std::string(rows.bytes(1)), std::string(rows.bytes(2))}, rows.integer(3), std::string(rows.bytes(4))},
         aliases});
  }
}

}  // namespace

Result<IdPage> read_ids(Database& database, const IdEntry* after, std::size_t most) {
  IdPage page;
  if (!after || !after->is_alias) ONEBOT_CHECK(read(database, false, after, most, page));
  if (page.entries.size() < most) {
    const IdEntry* alias = after && after->is_alias ? after : nullptr;
    ONEBOT_CHECK(read(database, true, alias, most - page.entries.size(), page));
  }
  page.more = page.entries.size() == most;
  return page;
}

Status each_id(Database& database, const std::function<void(const IdEntry&)>& use) {
  IdPage page;
  do {
    ONEBOT_TRY(next, read_ids(database, page.entries.empty() ? nullptr : &page.entries.back(), kPage));
    page = std::move(next);
    for (const IdEntry& entry : page.entries) use(entry);
  } while (page.more);
  return {};
}

Status each_group(Database& database, const std::function<void(std::string_view group)>& use) {
  ONEBOT_TRY(rows, database.prepare("SELECT json FROM events"));
  for (;;) {
    ONEBOT_TRY(row, rows.step());
    if (!row) return {};
    const auto event = onebot::json::Document::parse(rows.bytes(0));
    if (!event) continue;
    if (const auto group = event->root().at("group_id").str(); !group.empty()) use(group);
  }
}

}  // namespace bridge::journal
