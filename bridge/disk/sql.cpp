#include "bridge/disk/sql.h"

#include <fmt/format.h>
#include <sqlite3.h>

namespace bridge::journal {

using onebot::Result;
using onebot::Retcode;
using onebot::Status;

namespace {

std::unexpected<onebot::Error> failed(sqlite3* database) {
  const char* file = sqlite3_db_filename(database, "main");
  return onebot::fail(Retcode::database_error,
                      fmt::format("{}: {}", file ? file : "journal", sqlite3_errmsg(database)));
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

void Statement::bind(int place, std::int64_t number) { sqlite3_bind_int64(statement_.get(), place, number); }

void Statement::bind_text(int place, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), place, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::bind_blob(int place, std::string_view bytes) {
  sqlite3_bind_blob64(statement_.get(), place, bytes.data(), bytes.size(), SQLITE_STATIC);
}

Result<bool> Statement::step() {
  switch (sqlite3_step(statement_.get())) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      return failed(sqlite3_db_handle(statement_.get()));
  }
}

Status Statement::execute() {
  Result<bool> row = step();
  while (row && *row) row = step();
  reset();
  if (!row) return std::unexpected(std::move(row).error());
  return {};
}

// The error of the last step, which sqlite3_reset repeats, has been reported by step().
void Statement::reset() { sqlite3_reset(statement_.get()); }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::string_view Statement::bytes(int column) const {
  const auto* begin = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  if (!begin) return {};
  return {begin, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Result<Database> Database::open(const std::string& path, Access access, std::chrono::milliseconds busy_timeout) {
  Database made;
  sqlite3* handle = nullptr;
  const int flags = access == Access::write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, nullptr);
  made.database_.reset(handle);
  if (code != SQLITE_OK) {
    return onebot::fail(Retcode::database_error,
                        fmt::format("{}: {}", path, handle ? sqlite3_errmsg(handle) : "out of memory"));
  }
  sqlite3_busy_timeout(handle, static_cast<int>(busy_timeout.count()));
  return made;
}

Status Database::run(const std::string& sql) {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return failed(database_.get());
  }
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  Statement made;
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return failed(database_.get());
  made.statement_.reset(statement);
  return made;
}

Result<std::int64_t> Database::integer(std::string_view sql) {
  ONEBOT_TRY(statement, prepare(sql));
  ONEBOT_TRY(row, statement.step());
  return row ? statement.integer(0) : 0;
}

bool Database::damaged() const { return sqlite3_errcode(database_.get()) == SQLITE_CORRUPT; }

bool Database::cannot_read() const { return sqlite3_errcode(database_.get()) == SQLITE_IOERR; }

bool Database::in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

std::int64_t Database::changes() const { return sqlite3_changes64(database_.get()); }

}  // namespace bridge::journal
