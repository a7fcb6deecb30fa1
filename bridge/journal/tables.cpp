#include "bridge/journal/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace bridge::journal {

using onebot::Result;
using onebot::Retcode;
using onebot::Seq;
using onebot::Status;

namespace {

constexpr int kSchema = 1;

constexpr const char* kTables = R"sql(
CREATE TABLE events (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, json BLOB NOT NULL);
CREATE TABLE seen (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, hashes BLOB NOT NULL);
CREATE TABLE cursors (consumer TEXT PRIMARY KEY, next INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE records (bot TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
                      at INTEGER NOT NULL, PRIMARY KEY (bot, kind, key)) WITHOUT ROWID;
CREATE INDEX records_by_age ON records (at);
CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
)sql";

std::string_view raw_bytes(const std::vector<std::uint64_t>& hashes) {
  return {reinterpret_cast<const char*>(hashes.data()), hashes.size() * sizeof(std::uint64_t)};
}

Status check_schema(Database& database, const std::string& path) {
  ONEBOT_TRY(version, database.integer("PRAGMA user_version"));
  if (version == kSchema) return {};
  ONEBOT_TRY(tables, database.integer("SELECT count(*) FROM sqlite_master"));
  if (version != 0 || tables != 0) {
    return onebot::fail(Retcode::database_error,
                        fmt::format("{}: is not a journal of this version (schema {}, this onebridge reads {})", path,
                                    version, kSchema));
  }
  return database.run(fmt::format("BEGIN IMMEDIATE; {} PRAGMA user_version = {}; COMMIT", kTables, kSchema));
}

std::uint64_t bytes_of(const Batch& batch) {
  std::uint64_t bytes = 0;
  for (const auto& event : batch.events) bytes += event.json.size() + kEventCost;
  return bytes;
}

}  // namespace

Result<Tables> Tables::open(const DataDir& dir, std::chrono::milliseconds busy_timeout) {
  const std::string path = dir.file(kFile);
  ONEBOT_CHECK(DataDir::create_private_file(path));
  auto tables = open(path, busy_timeout);
  if (tables) return tables;
  return onebot::fail(
      Retcode::database_error,
      fmt::format("{}; if it is damaged or another program's, stop, move it away together with its -wal and "
                  "-shm, and put a backup in its place or start without: what was not delivered is in it "
                  "(sqlite3 '{}' .recover may read it)",
                  tables.error().message, path));
}

Result<Tables> Tables::open(const std::string& path, std::chrono::milliseconds busy_timeout) {
  Tables tables;
  ONEBOT_TRY(database, Database::open(path, Database::Access::write, busy_timeout));
  tables.database_ = std::move(database);
  // FULL: a commit has reached the disk. The limit gives the space of a burst back.
  ONEBOT_CHECK(
      tables.database_.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                           "PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 33554432"));
  ONEBOT_CHECK(check_schema(tables.database_, path));
  ONEBOT_CHECK(create_number_tables(tables.database_));  // a file of an earlier version has none
  ONEBOT_CHECK(tables.prepare());
  ONEBOT_CHECK(tables.read_state());
  return tables;
}

Status Tables::prepare() {
  const std::pair<Statement*, std::string_view> statements[] = {
      {&add_event_, "INSERT INTO events VALUES (?, ?, ?)"},
      {&add_seen_, "INSERT INTO seen (at, hashes) VALUES (?, ?)"},
      {&set_record_, "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?)"},
      {&forget_record_, "DELETE FROM records WHERE bot = ? AND kind = ? AND key = ?"},
      {&set_cursor_, "INSERT OR REPLACE INTO cursors VALUES (?, ?, ?)"},
      {&forget_cursor_, "DELETE FROM cursors WHERE consumer = ?"},
      {&set_state_, "INSERT OR REPLACE INTO state VALUES ('event_bytes', ?), ('at', ?), ('wall', ?)"},
  };
  for (const auto& [statement, sql] : statements) {
    ONEBOT_TRY(prepared, database_.prepare(sql));
    *statement = std::move(prepared);
  }
  ONEBOT_TRY(numbers, NumberWriter::open(database_));
  numbers_ = std::move(numbers);
  return {};
}

// A file of an earlier version has the bytes counted once, and no clock: it is as if the last event was the last
// commit.
Status Tables::read_state() {
  ONEBOT_TRY(counted, database_.integer("SELECT count(*) FROM state WHERE name = 'event_bytes'"));
  ONEBOT_TRY(bytes,
             database_.integer(counted > 0 ? std::string("SELECT value FROM state WHERE name = 'event_bytes'")
                                           : fmt::format("SELECT sum(length(json) + {}) FROM events", kEventCost)));
  event_bytes_ = static_cast<std::uint64_t>(bytes);
  ONEBOT_TRY(at, database_.integer("SELECT value FROM state WHERE name = 'at'"));
  ONEBOT_TRY(wall, database_.integer("SELECT value FROM state WHERE name = 'wall'"));
  ONEBOT_TRY(last, database_.integer("SELECT at FROM events ORDER BY seq DESC LIMIT 1"));
  kept_clock_ = at > 0 ? LogClock::Kept{at, wall} : LogClock::Kept{last, last};
  return {};
}

Result<Start> Tables::start(std::int64_t now) {
  ONEBOT_CHECK(database_.run(
      fmt::format("DELETE FROM cursors WHERE at < {}", now - std::chrono::milliseconds(kIdleFor).count())));
  ONEBOT_TRY(kept, database_.integer("SELECT value FROM state WHERE name = 'next'"));
  ONEBOT_TRY(last, database_.integer("SELECT max(seq) FROM events"));
  ONEBOT_TRY(last_at, database_.integer("SELECT at FROM events ORDER BY seq DESC LIMIT 1"));
  ONEBOT_TRY(seen, read_seen(now));
  Start start{{.next = static_cast<Seq>(std::max({std::int64_t{1}, kept, last + 1})), .seen = std::move(seen)},
              last_at};

  ONEBOT_TRY(cursors, database_.prepare("SELECT consumer, next FROM cursors"));
  for (;;) {
    ONEBOT_TRY(row, cursors.step());
    if (!row) return start;
    start.earlier.places.emplace(cursors.bytes(0), std::min(static_cast<Seq>(cursors.integer(1)), start.earlier.next));
  }
}

// The newest ones, oldest first.
Result<std::vector<std::uint64_t>> Tables::read_seen(std::int64_t now) {
  std::vector<std::uint64_t> hashes;
  ONEBOT_TRY(seen, database_.prepare("SELECT hashes FROM seen WHERE at >= ? ORDER BY id DESC"));
  seen.bind(1, now - std::chrono::milliseconds(onebot::kSeenFor).count());
  while (hashes.size() < onebot::kSeenBound) {
    ONEBOT_TRY(row, seen.step());
    if (!row) break;
    const std::string_view bytes = seen.bytes(0);
    const std::size_t at = hashes.size(), more = bytes.size() / sizeof(std::uint64_t);
    if (more == 0) continue;  // of a damaged file
    hashes.resize(at + more);
    std::memcpy(hashes.data() + at, bytes.data(), more * sizeof(std::uint64_t));
    std::reverse(hashes.begin() + static_cast<std::ptrdiff_t>(at), hashes.end());
  }
  std::ranges::reverse(hashes);
  return hashes;
}

Status Tables::in_transaction(auto&& steps) {
  ONEBOT_CHECK(database_.run("BEGIN IMMEDIATE"));
  Status done = steps();
  if (done) done = database_.run("COMMIT");
  // Some errors have rolled back already. What remains is undone; its own error would say nothing new.
  if (!done && database_.in_transaction()) (void)database_.run("ROLLBACK");
  return done;
}

Status Tables::commit(const Batch& batch) {
  const std::uint64_t bytes = event_bytes_ + bytes_of(batch);
  const auto write_all = [&]() -> Status {
    ONEBOT_CHECK(write(batch));
    ONEBOT_CHECK(numbers_.write(batch.numbers, batch.at));
    return write_state(batch, bytes);
  };
  ONEBOT_CHECK(in_transaction(write_all));
  event_bytes_ = bytes;
  return {};
}

Status Tables::write_state(const Batch& batch, std::uint64_t event_bytes) {
  set_state_.bind(1, static_cast<std::int64_t>(event_bytes));
  set_state_.bind(2, batch.at);
  set_state_.bind(3, batch.wall);
  return set_state_.execute();
}

Status Tables::write(const Batch& batch) {
  for (const auto& event : batch.events) {
    add_event_.bind(1, static_cast<std::int64_t>(event.seq));
    add_event_.bind(2, event.at);
    add_event_.bind_blob(3, event.json);
    ONEBOT_CHECK(add_event_.execute());
  }
  if (!batch.seen.empty()) {
    add_seen_.bind(1, batch.at);
    add_seen_.bind_blob(2, raw_bytes(batch.seen));
    ONEBOT_CHECK(add_seen_.execute());
  }
  for (const auto& [consumer, next] : batch.cursors) {
    Statement& statement = next == 0 ? forget_cursor_ : set_cursor_;
    statement.bind_text(1, consumer);
    if (next != 0) {
      statement.bind(2, static_cast<std::int64_t>(next));
      statement.bind(3, batch.at);
    }
    ONEBOT_CHECK(statement.execute());
  }
  return write_records(batch);
}

Status Tables::write_records(const Batch& batch) {
  for (const auto& [key, record] : batch.records) {
    Statement& statement = record.value.empty() ? forget_record_ : set_record_;
    statement.bind_text(1, key.bot);
    statement.bind_text(2, key.kind);
    statement.bind_text(3, key.key);
    if (!record.value.empty()) {
      statement.bind_text(4, record.value);
      statement.bind(5, record.at);
    }
    ONEBOT_CHECK(statement.execute());
  }
  return {};
}

Result<Tables::Cleaned> Tables::clean(std::int64_t now, const Retention& retention) {
  Cleaned cleaned;
  ONEBOT_TRY(portion, events_to_forget(database_, now - retention.age.count(), event_bytes_, retention.size));
  if (portion.last > 0) {
    ONEBOT_TRY(lost, losses_of(database_, portion));
    const std::uint64_t left = event_bytes_ - std::min(event_bytes_, portion.bytes);
    ONEBOT_CHECK(in_transaction([&] { return forget_events(database_, portion, left); }));
    event_bytes_ = left;
    cleaned.lost = std::move(lost);
  }
  ONEBOT_TRY(more_seen, clean_seen(database_, now));
  ONEBOT_TRY(more_records, clean_records(database_, now));
  ONEBOT_TRY(messages, clean_messages(now, retention));
  ONEBOT_TRY(more_beside, clean_beside_messages(now, retention));
  cleaned.more = portion.full || more_seen || more_records || messages.more || more_beside;
  cleaned.messages = std::move(messages.messages);
  return cleaned;
}

Result<NumberCleaner::Portion> Tables::clean_messages(std::int64_t now, const Retention& retention) {
  const KeptFor kept{std::max(retention.age, retention.messages_age), retention.messages_per_bot};
  ONEBOT_TRY(portion, number_cleaner_.to_forget(database_, now, kept));
  if (!portion.messages.empty()) {
    ONEBOT_CHECK(in_transaction([&] { return NumberCleaner::forget(database_, portion); }));
  }
  return portion;
}

Result<bool> Tables::clean_beside_messages(std::int64_t now, const Retention& retention) {
  ONEBOT_TRY(tokens, token_cleaner_.clean(database_, now, std::max(retention.age, retention.messages_age),
                                          retention.messages_per_bot));
  ONEBOT_TRY(roster, roster_cleaner_.clean(database_, retention.roster_per_bot));
  return tokens || roster;
}

}  // namespace bridge::journal
