// Database, Statement: as much of SQLite as the journal needs, with a Result for every step.
// One thread at a time per Database.

#pragma once

#include "onebot/result.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace bridge::journal {

class Statement {
 public:
  // Places count from 1. Text and bytes are not copied: they stay valid until the next reset.
  void bind(int place, std::int64_t number);
  void bind_text(int place, std::string_view text);
  void bind_blob(int place, std::string_view bytes);

  onebot::Result<bool> step();  // true: a row is at hand; false: there are no more
  onebot::Status execute();     // to the end, and resets
  void reset();

  // Of the row at hand. Columns count from 0; views are valid until the next step.
  std::int64_t integer(int column) const;
  std::string_view bytes(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Database {
 public:
  enum class Access { read, write };

  // path: without links in it. Errors name the file: not there, not a database, corrupt, locked by another program.
  static onebot::Result<Database> open(const std::string& path, Access access, std::chrono::milliseconds busy_timeout);

  onebot::Status run(const std::string& sql);  // statements without results that matter
  onebot::Result<Statement> prepare(std::string_view sql);
  onebot::Result<std::int64_t> integer(std::string_view sql);  // the first column of the first row; 0: no row
  // Of the last error: the file is not what it was, or the disk does not give it.
  bool damaged() const;
  bool cannot_read() const;
  bool in_transaction() const;
  std::int64_t changes() const;  // rows of the last statement

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace bridge::journal
