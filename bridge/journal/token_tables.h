// What is in the journal's file of the tokens of files. Everything here blocks.
//
//   tokens(token, bot, file_id, kept_at)      kept_at: ms since the epoch, of the log
//
// They go as messages do: kept so long, and the last ones of each bot; but never more than very many of one bot.

#pragma once

#include "bridge/disk/sql.h"
#include "onebot/result.h"
#include "onebot/v11/rows.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace bridge::journal {

namespace v11 = onebot::v11;

onebot::Status create_token_table(Database& database);

class TokenReader {
 public:
  static onebot::Result<TokenReader> open(Database& database);  // which outlives it
  onebot::Result<std::optional<v11::TokenRow>> find(std::string_view token);

 private:
  Statement find_;
};

class TokenWriter {
 public:
  static onebot::Result<TokenWriter> open(Database& database);  // which outlives it
  // Inside a transaction.
  onebot::Status write(const std::map<std::string, v11::TokenRow, std::less<>>& rows, std::int64_t at);

 private:
  Statement put_;
};

class TokenCleaner {
 public:
  static constexpr std::int64_t kMost = 500'000;  // of one bot

  // Deletes a small portion of one bot, one bot after the other; whether there is more of it. Of one bot, what is older
  // than `age` and not among the `last`.
  onebot::Result<bool> clean(Database& database, std::int64_t now, std::chrono::milliseconds age, std::int64_t last);

 private:
  std::string bot_{};
  bool again_ = false;  // the same bot
};

}  // namespace bridge::journal
