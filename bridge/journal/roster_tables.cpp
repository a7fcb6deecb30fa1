#include "bridge/journal/roster_tables.h"

#include "bridge/journal/number_tables.h"
#include "bridge/journal/statements.h"

#include <algorithm>
#include <utility>

namespace bridge::journal {

using onebot::Result;
using onebot::Status;

namespace {

constexpr std::int64_t kPortion = 500;

constexpr const char* kTables = R"sql(
CREATE TABLE IF NOT EXISTS roster (bot TEXT NOT NULL, kind TEXT NOT NULL, place TEXT NOT NULL, user TEXT NOT NULL,
  name TEXT NOT NULL, card TEXT NOT NULL, role TEXT NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  PRIMARY KEY (bot, kind, place, user)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS roster_by_age ON roster (bot, last_seen);
CREATE INDEX IF NOT EXISTS roster_places ON roster (bot) WHERE user = '';
)sql";

constexpr std::string_view kFind =
    "SELECT kind, place, user, name, card, role, first_seen, last_seen FROM roster "
    "WHERE bot = ? AND kind = ? AND place = ? AND user = ?";
constexpr std::string_view kPlaces =
    "SELECT kind, place, user, name, card, role, first_seen, last_seen FROM roster "
    "WHERE bot = ? AND user = '' AND kind <> 'user'";
constexpr std::string_view kPeople =
    "SELECT kind, place, user, name, card, role, first_seen, last_seen FROM roster "
    "WHERE bot = ? AND kind = ? AND place = ? AND user <> ''";
constexpr std::string_view kPut =
    "INSERT INTO roster VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
    "name = iif(excluded.name = '', name, excluded.name), card = iif(excluded.card = '', card, excluded.card), "
    "role = iif(excluded.role = '', role, excluded.role), last_seen = max(last_seen, excluded.last_seen)";
// A range of places: one, or all that begin with a guild.
constexpr std::string_view kForget =
    "DELETE FROM roster WHERE bot = ?1 AND kind = ?2 AND place >= ?3 AND place < ?4 AND (?5 = '' OR user = ?5)";

void bind_place(Statement& statement, std::string_view bot, v11::Kind kind, std::string_view place) {
  statement.bind_text(1, bot);
  statement.bind_text(2, name_of(kind));
  statement.bind_text(3, place);
}

v11::RosterRow row_in(const Statement& row, std::string_view bot) {
  return {.key = {std::string(bot), kind_of(row.bytes(0)).value_or(v11::Kind::user), std::string(row.bytes(1)),
                  std::string(row.bytes(2))},
          .name = std::string(row.bytes(3)),
          .card = std::string(row.bytes(4)),
          .role = std::string(row.bytes(5)),
          .first_seen = row.integer(6),
          .last_seen = row.integer(7)};
}

Result<std::vector<v11::RosterRow>> rows_of(Statement& statement, std::string_view bot) {
  std::vector<v11::RosterRow> rows;
  ONEBOT_CHECK(each(statement, [&](const Statement& row) { rows.push_back(row_in(row, bot)); }));
  return rows;
}

}  // namespace

Status create_roster_table(Database& database) { return database.run(kTables); }

// --- reading ---

Result<RosterReader> RosterReader::open(Database& database) {
  RosterReader made;
  ONEBOT_CHECK(prepare(database, {{&made.find_, kFind}, {&made.places_, kPlaces}, {&made.people_, kPeople}}));
  return made;
}

Result<std::optional<v11::RosterRow>> RosterReader::find(const v11::RosterKey& key) {
  bind_place(find_, key.bot, key.kind, key.place);
  find_.bind_text(4, key.user);
  return first<v11::RosterRow>(find_, [&key](const Statement& row) { return row_in(row, key.bot); });
}

Result<std::vector<v11::RosterRow>> RosterReader::places(std::string_view bot) {
  places_.bind_text(1, bot);
  return rows_of(places_, bot);
}

Result<std::vector<v11::RosterRow>> RosterReader::people(const v11::RosterKey& place) {
  bind_place(people_, place.bot, place.kind, place.place);
  return rows_of(people_, place.bot);
}

// --- writing ---

Result<RosterWriter> RosterWriter::open(Database& database) {
  RosterWriter made;
  ONEBOT_CHECK(prepare(database, {{&made.put_, kPut}, {&made.forget_, kForget}}));
  return made;
}

Status RosterWriter::write(const std::vector<RosterChange>& changes) {
  for (const RosterChange& change : changes) {
    ONEBOT_CHECK(change.forgotten ? forget(change.row.key) : put(change.row));
  }
  return {};
}

Status RosterWriter::put(const v11::RosterRow& row) {
  bind_place(put_, row.key.bot, row.key.kind, row.key.place);
  put_.bind_text(4, row.key.user);
  put_.bind_text(5, row.name);
  put_.bind_text(6, row.card);
  put_.bind_text(7, row.role);
  put_.bind(8, row.first_seen);
  put_.bind(9, row.last_seen);
  return put_.execute();
}

Status RosterWriter::forget(const v11::RosterKey& key) {
  std::string end = key.place;
  if (end.ends_with('/'))
    end.back() = '/' + 1;
  else
    end.push_back('\x01');
  bind_place(forget_, key.bot, key.kind, key.place);
  forget_.bind_text(4, end);
  forget_.bind_text(5, key.user);
  return forget_.execute();
}

// --- forgetting ---

Result<bool> RosterCleaner::clean(Database& database, std::int64_t most) {
  if (!again_) {
    ONEBOT_TRY(next, database.prepare("SELECT bot FROM roster WHERE bot > ? ORDER BY bot LIMIT 1"));
    const std::string before = std::exchange(bot_, {});
    next.bind_text(1, before);
    ONEBOT_TRY(row, next.step());
    if (row) bot_ = next.bytes(0);
  }
  ONEBOT_TRY(count, database.prepare("SELECT count(*) FROM roster WHERE bot = ?"));
  count.bind_text(1, bot_);
  ONEBOT_TRY(counted, count.step());
  const std::int64_t beyond = counted ? count.integer(0) - most : 0;
  again_ = beyond > kPortion;
  if (beyond <= 0) return false;
  // A place goes behind those who were seen in it.
  ONEBOT_TRY(old, database.prepare("DELETE FROM roster WHERE bot = ?1 AND (kind, place, user) IN "
                                   "(SELECT kind, place, user FROM roster WHERE bot = ?1 "
                                   "ORDER BY last_seen, user DESC LIMIT ?2)"));
  old.bind_text(1, bot_);
  old.bind(2, std::min(beyond, kPortion));
  ONEBOT_CHECK(old.execute());
  return again_;
}

}  // namespace bridge::journal
