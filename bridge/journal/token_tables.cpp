#include "bridge/journal/token_tables.h"

#include "bridge/journal/statements.h"

#include <algorithm>
#include <utility>

namespace bridge::journal {

using onebot::Result;
using onebot::Status;

namespace {

constexpr std::int64_t kPortion = 500;

constexpr const char* kTables = R"sql(
CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, bot TEXT NOT NULL, file_id TEXT NOT NULL,
  kept_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tokens_by_age ON tokens (bot, kept_at);
)sql";

}  // namespace

Status create_token_table(Database& database) { return database.run(kTables); }

Result<TokenReader> TokenReader::open(Database& database) {
  TokenReader made;
  ONEBOT_CHECK(prepare(database, {{&made.find_, "SELECT token, bot, file_id FROM tokens WHERE token = ?"}}));
  return made;
}

Result<std::optional<v11::TokenRow>> TokenReader::find(std::string_view token) {
  find_.bind_text(1, token);
  return first<v11::TokenRow>(find_, [](const Statement& row) {
    return v11::TokenRow{std::string(row.bytes(0)), std::string(row.bytes(1)), std::string(row.bytes(2))};
  });
}

Result<TokenWriter> TokenWriter::open(Database& database) {
  TokenWriter made;
  ONEBOT_CHECK(prepare(database, {{&made.put_, "INSERT OR REPLACE INTO tokens VALUES (?, ?, ?, ?)"}}));
  return made;
}

Status TokenWriter::write(const std::map<std::string, v11::TokenRow, std::less<>>& rows, std::int64_t at) {
  for (const auto& [token, row] : rows) {
    put_.bind_text(1, row.token);
    put_.bind_text(2, row.bot);
    put_.bind_text(3, row.file_id);
    put_.bind(4, at);
    ONEBOT_CHECK(put_.execute());
  }
  return {};
}

Result<bool> TokenCleaner::clean(Database& database, std::int64_t now, std::chrono::milliseconds age,
                                 std::int64_t last) {
  if (!again_) {
    ONEBOT_TRY(next, database.prepare("SELECT bot FROM tokens WHERE bot > ? ORDER BY bot LIMIT 1"));
    const std::string before = std::exchange(bot_, {});
    next.bind_text(1, before);
    ONEBOT_TRY(row, next.step());
    if (row) bot_ = next.bytes(0);
  }
  // What is not there is NULL, and nothing is older than that.
  ONEBOT_TRY(old,
             database.prepare("DELETE FROM tokens WHERE token IN (SELECT token FROM tokens WHERE bot = ?1 AND "
                              "((kept_at < ?2 AND kept_at < (SELECT kept_at FROM tokens WHERE bot = ?1 "
                              "ORDER BY kept_at DESC LIMIT 1 OFFSET ?3)) OR kept_at < (SELECT kept_at FROM tokens "
                              "WHERE bot = ?1 ORDER BY kept_at DESC LIMIT 1 OFFSET ?4)) ORDER BY kept_at LIMIT ?5)"));
  old.bind_text(1, bot_);
  old.bind(2, now - age.count());
  old.bind(3, last - 1);
  old.bind(4, kMost - 1);
  old.bind(5, kPortion);
  ONEBOT_CHECK(old.execute());
  again_ = database.changes() >= kPortion;
  return again_;
}

}  // namespace bridge::journal
