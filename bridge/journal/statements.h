// Statements: many prepared at once, and one asked for its first row.

#pragma once

#include "bridge/disk/sql.h"
#include "onebot/result.h"

#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

namespace bridge::journal {

struct Text {
  Statement* statement;
  std::string_view sql;
};

inline onebot::Status prepare(Database& database, std::initializer_list<Text> texts) {
  for (const auto& [statement, sql] : texts) {
    ONEBOT_TRY(prepared, database.prepare(sql));
    *statement = std::move(prepared);
  }
  return {};
}

// The row at hand, or none; the statement is free again.
template <class T>
onebot::Result<std::optional<T>> first(Statement& statement, auto&& read) {
  const onebot::Result<bool> row = statement.step();
  std::optional<T> found;
  if (row && *row) found = read(statement);
  statement.reset();
  if (!row) return std::unexpected(row.error());
  return found;
}

// use(row) of every row; the statement is free again.
onebot::Status each(Statement& statement, auto&& use) {
  for (;;) {
    const onebot::Result<bool> row = statement.step();
    if (row && *row) {
      use(statement);
      continue;
    }
    statement.reset();
    if (!row) return std::unexpected(row.error());
    return {};
  }
}

}  // namespace bridge::journal
