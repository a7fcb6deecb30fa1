// What is in the journal's file of OneBot 11's numbers. Everything here blocks.
//
//   ids(space, number, platform, kind, native, name, seen_at)     one row per person or place, never deleted
//   id_alias(kind, platform, native, number)                      more natives of a number, more numbers of a native
//   messages(number, bot, native, chat_kind, chat, sender, at, event, body, kept_at)
//   message_alias(bot, native, number)                            goes with its message
//   state: "onebot11.next_message"                                no run below has taken a number from here on
//   and those of token_tables.h and roster_tables.h
//
// space: 0 users, 1 groups and channels. seen_at, kept_at: ms since the epoch, of the log.

#pragma once

#include "bridge/disk/sql.h"
#include "bridge/journal/number_batch.h"
#include "bridge/journal/roster_tables.h"
#include "bridge/journal/token_tables.h"
#include "onebot/result.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bridge::journal {

std::string_view name_of(v11::Kind kind);
std::optional<v11::Kind> kind_of(std::string_view name);

onebot::Status create_number_tables(Database& database);

// Asks one thing at a time.
class NumberReader {
 public:
  template <class T>
  using Found = onebot::Result<std::optional<T>>;

  static onebot::Result<NumberReader> open(Database& database);  // which outlives it

  Found<v11::IdRow> row(const v11::Native& native);
  Found<v11::Native> owner(v11::Space space, v11::Number number);
  Found<v11::Native> named(v11::Space space, v11::Number number);  // by an alias
  Found<v11::Number> alias(const v11::Native& native);
  Found<v11::MessageRow> message(v11::Number number);
  // As MessageRows::in_chat().
  onebot::Result<std::vector<v11::MessageRow>> in_chat(const v11::Chat& chat, v11::Number below, std::size_t most);
  Found<v11::Number> message_number(const BotName& native);
  Found<v11::Number> message_alias(const BotName& alias);
  TokenReader& tokens() { return tokens_; }
  RosterReader& roster() { return roster_; }

  // At the start.
  v11::Number reserved() const { return reserved_; }
  v11::Number highest_message() const { return highest_message_; }
  // Every alias: few, so that whoever knows them need not ask for those that are none.
  onebot::Status each_alias(const std::function<void(const v11::Native&, v11::Number)>& use);

 private:
  Statement row_, owner_, named_, alias_, aliases_, message_, in_chat_, message_number_, message_alias_;
  TokenReader tokens_;
  RosterReader roster_;
  v11::Number reserved_ = 0, highest_message_ = 0;
};

class NumberWriter {
 public:
  static onebot::Result<NumberWriter> open(Database& database);  // which outlives it

  onebot::Status write(const NumberBatch& batch, std::int64_t at);  // inside a transaction

 private:
  onebot::Status write_ids(const NumberBatch& batch, std::int64_t at);
  onebot::Status write_messages(const NumberBatch& batch, std::int64_t at);

  Statement put_row_, put_alias_, put_message_, put_message_alias_, reserve_;
  TokenWriter tokens_;
  RosterWriter roster_;
};

// A message is kept for both: so long, and as one of the last of its bot.
struct KeptFor {
  std::chrono::milliseconds age{};
  std::int64_t last = 0;
};

// Which messages are too old: a small portion of one bot each time, one bot after the other.
class NumberCleaner {
 public:
  struct Portion {
    std::vector<v11::Number> messages{};
    bool more = false;  // of this bot: the next call goes on with it
  };
  onebot::Result<Portion> to_forget(Database& database, std::int64_t now, const KeptFor& kept);
  // Inside a transaction.
  static onebot::Status forget(Database& database, const Portion& portion);

 private:
  onebot::Status choose_bot(Database& database);

  std::string bot_{};
  bool again_ = false;  // the same bot
};

}  // namespace bridge::journal
