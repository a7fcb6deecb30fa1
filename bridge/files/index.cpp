#include "bridge/files/index.h"

#include "onebot/crypto.h"

#include <fmt/format.h>

namespace bridge::files {

using journal::Database;
using journal::Statement;
using onebot::Result;
using onebot::Status;

namespace {

constexpr int kSchema = 1;
constexpr std::chrono::milliseconds kBusy{2'000};

constexpr const char* kTable = R"sql(
CREATE TABLE files (number INTEGER PRIMARY KEY, bot TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL,
                    sha256 TEXT NOT NULL, size INTEGER NOT NULL, created INTEGER NOT NULL, used INTEGER NOT NULL,
                    UNIQUE (bot, id));
CREATE INDEX files_by_sha256 ON files (sha256);
CREATE INDEX files_by_use ON files (used);
)sql";

// A platform's id may have kilobytes.
std::string stored(const Key& key) {
  return key.bot.empty() ? key.id : onebot::crypto::hex(onebot::crypto::sha256(key.id));
}

}  // namespace

Result<Index> Index::open(const std::string& path) {
  Index index;
  ONEBOT_TRY(database, Database::open(path, Database::Access::write, kBusy));
  index.database_ = std::move(database);
  ONEBOT_CHECK(index.database_->run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"));
  ONEBOT_TRY(version, index.database_->integer("PRAGMA user_version"));
  if (version == kSchema) return index;
  if (version != 0) {
    return onebot::fail(onebot::Retcode::database_error,
                        fmt::format("{}: is not an index of this version (schema {}, this onebridge reads {})", path,
                                    version, kSchema));
  }
  ONEBOT_CHECK(
      index.database_->run(fmt::format("BEGIN IMMEDIATE; {} PRAGMA user_version = {}; COMMIT", kTable, kSchema)));
  return index;
}

Result<std::optional<Entry>> Index::find(const Key& key) {
  ONEBOT_TRY(statement, database_->prepare("SELECT name, sha256, size, used FROM files WHERE bot = ? AND id = ?"));
  const std::string id = stored(key);
  statement.bind_text(1, key.bot);
  statement.bind_text(2, id);
  ONEBOT_TRY(found, statement.step());
  if (!found) return std::nullopt;
  return Entry{std::string(statement.bytes(0)), std::string(statement.bytes(1)),
               static_cast<std::uint64_t>(statement.integer(2)), statement.integer(3)};
}

Status Index::put(const Key& key, const Entry& entry) {
  ONEBOT_TRY(statement, database_->prepare("INSERT OR REPLACE INTO files (bot, id, name, sha256, size, created, used) "
                                           "VALUES (?, ?, ?, ?, ?, ?6, ?6)"));
  const std::string id = stored(key);
  statement.bind_text(1, key.bot);
  statement.bind_text(2, id);
  statement.bind_text(3, entry.name);
  statement.bind_text(4, entry.sha256);
  statement.bind(5, static_cast<std::int64_t>(entry.size));
  statement.bind(6, entry.used);
  return statement.execute();
}

Status Index::touch(const Key& key, std::int64_t now) {
  ONEBOT_TRY(statement, database_->prepare("UPDATE files SET used = ? WHERE bot = ? AND id = ?"));
  const std::string id = stored(key);
  statement.bind(1, now);
  statement.bind_text(2, key.bot);
  statement.bind_text(3, id);
  return statement.execute();
}

Result<std::int64_t> Index::names_of(const std::string& sha256) {
  ONEBOT_TRY(statement, database_->prepare("SELECT count(*) FROM files WHERE sha256 = ?"));
  statement.bind_text(1, sha256);
  ONEBOT_TRY(row, statement.step());
  return row ? statement.integer(0) : 0;
}

Result<std::vector<Index::Row>> Index::rows(Statement statement) {
  std::vector<Row> rows;
  for (;;) {
    ONEBOT_TRY(more, statement.step());
    if (!more) return rows;
    rows.push_back(
        {statement.integer(0), std::string(statement.bytes(1)), static_cast<std::uint64_t>(statement.integer(2))});
  }
}

Result<std::vector<Index::Row>> Index::unused_since(std::int64_t when, std::int64_t behind) {
  ONEBOT_TRY(statement, database_->prepare("SELECT number, sha256, size FROM files WHERE used < ? AND number > ? "
                                           "ORDER BY number LIMIT 500"));
  statement.bind(1, when);
  statement.bind(2, behind);
  return rows(std::move(statement));
}

Result<std::vector<Index::Row>> Index::contents() {
  ONEBOT_TRY(statement, database_->prepare("SELECT 0, sha256, max(size) FROM files GROUP BY sha256"));
  return rows(std::move(statement));
}

Status Index::remove(std::int64_t number) {
  ONEBOT_TRY(statement, database_->prepare("DELETE FROM files WHERE number = ?"));
  statement.bind(1, number);
  return statement.execute();
}

Status Index::forget(const std::string& sha256) {
  ONEBOT_TRY(statement, database_->prepare("DELETE FROM files WHERE sha256 = ?"));
  statement.bind_text(1, sha256);
  return statement.execute();
}

Result<std::int64_t> Index::size() { return database_->integer("SELECT count(*) FROM files"); }

}  // namespace bridge::files
