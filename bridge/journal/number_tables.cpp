#include "bridge/journal/number_tables.h"

#include "bridge/journal/statements.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace bridge::journal {

using onebot::Result;
using onebot::Status;

namespace {

constexpr std::int64_t kPortion = 500;  // messages deleted at a time: about 5 ms with their indexes

constexpr std::array<std::string_view, 3> kKinds = {"user", "group", "channel"};

constexpr const char* kTables = R"sql(
CREATE TABLE IF NOT EXISTS ids (space INTEGER NOT NULL, number INTEGER NOT NULL, platform TEXT NOT NULL,
  kind TEXT NOT NULL, native TEXT NOT NULL, name TEXT NOT NULL, seen_at INTEGER NOT NULL,
  PRIMARY KEY (space, number)) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS ids_by_native ON ids (kind, platform, native);
CREATE TABLE IF NOT EXISTS id_alias (kind TEXT NOT NULL, platform TEXT NOT NULL, native TEXT NOT NULL,
  number INTEGER NOT NULL, UNIQUE (kind, platform, native, number));
CREATE INDEX IF NOT EXISTS id_alias_by_number ON id_alias (number);
CREATE TABLE IF NOT EXISTS messages (number INTEGER PRIMARY KEY, bot TEXT NOT NULL, native TEXT NOT NULL,
  chat_kind TEXT NOT NULL, chat TEXT NOT NULL, sender TEXT NOT NULL, at INTEGER NOT NULL, event INTEGER NOT NULL,
  body TEXT NOT NULL, kept_at INTEGER NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS messages_by_native ON messages (bot, native) WHERE native <> '';
CREATE INDEX IF NOT EXISTS messages_by_age ON messages (bot, kept_at);
CREATE INDEX IF NOT EXISTS messages_by_chat ON messages (chat);
CREATE TABLE IF NOT EXISTS message_alias (bot TEXT NOT NULL, native TEXT NOT NULL, number INTEGER NOT NULL,
  PRIMARY KEY (bot, native)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS message_alias_by_number ON message_alias (number);
)sql";

void bind(Statement& statement, const v11::Native& native) {
  statement.bind_text(1, name_of(native.kind));
  statement.bind_text(2, native.platform);
  statement.bind_text(3, native.id);
}

void bind(Statement& statement, const BotName& name) {
  statement.bind_text(1, name.bot);
  statement.bind_text(2, name.name);
}

// A file that somebody else wrote to may hold any text; what is no kind names nobody.
std::optional<v11::Native> native_in(const Statement& row) {
  const auto kind = kind_of(row.bytes(0));
  if (!kind) return std::nullopt;
  return v11::Native{*kind, std::string(row.bytes(1)), std::string(row.bytes(2))};
}

v11::MessageRow message_in(const Statement& row) {
  return {.number = row.integer(0),
          .bot = std::string(row.bytes(1)),
          .native = std::string(row.bytes(2)),
          .chat_kind = kind_of(row.bytes(3)).value_or(v11::Kind::user),
          .chat = std::string(row.bytes(4)),
          .sender = std::string(row.bytes(5)),
          .at = row.integer(6),
          .event = static_cast<std::uint64_t>(row.integer(7)),
          .body = std::string(row.bytes(8))};
}

std::optional<v11::Number> number_in(const Statement& row) { return row.integer(0); }

}  // namespace

std::string_view name_of(v11::Kind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }

std::optional<v11::Kind> kind_of(std::string_view name) {
  const auto place = std::ranges::find(kKinds, name);
  if (place == kKinds.end()) return std::nullopt;
  return static_cast<v11::Kind>(place - kKinds.begin());
}

Status create_number_tables(Database& database) {
  ONEBOT_CHECK(database.run(kTables));
  ONEBOT_CHECK(create_token_table(database));
  return create_roster_table(database);
}

// --- reading ---

Result<NumberReader> NumberReader::open(Database& database) {
  NumberReader made;
  ONEBOT_CHECK(prepare(
      database,
      {{&made.row_, "SELECT number, name FROM ids WHERE kind = ? AND platform = ? AND native = ?"},
       {&made.owner_, "SELECT kind, platform, native FROM ids WHERE space = ? AND number = ?"},
       {&made.named_,
        "SELECT kind, platform, native FROM id_alias WHERE (kind <> 'user') = ? AND number = ? ORDER BY rowid LIMIT 1"},
       {&made.alias_,
        "SELECT number FROM id_alias WHERE kind = ? AND platform = ? AND native = ? ORDER BY rowid DESC LIMIT 1"},
       {&made.aliases_, "SELECT kind, platform, native, number FROM id_alias"},
       {&made.message_,
        "SELECT number, bot, native, chat_kind, chat, sender, at, event, body FROM messages WHERE number = ?"},
       {&made.in_chat_,
        "SELECT number, bot, native, chat_kind, chat, sender, at, event, body FROM messages WHERE chat = ? AND "
        "number < ? AND bot = ? AND chat_kind = ? AND (event <> 0 OR body <> '') ORDER BY number DESC LIMIT ?"},
       {&made.message_number_, "SELECT number FROM messages WHERE bot = ? AND native = ? AND native <> ''"},
       {&made.message_alias_, "SELECT number FROM message_alias WHERE bot = ? AND native = ?"}}));
  ONEBOT_TRY(reserved, database.integer("SELECT value FROM state WHERE name = 'onebot11.next_message'"));
  ONEBOT_TRY(highest, database.integer("SELECT max(number) FROM messages"));
  made.reserved_ = reserved;
  made.highest_message_ = highest;
  ONEBOT_TRY(tokens, TokenReader::open(database));
  ONEBOT_TRY(roster, RosterReader::open(database));
  made.tokens_ = std::move(tokens);
  made.roster_ = std::move(roster);
  return made;
}

NumberReader::Found<v11::IdRow> NumberReader::row(const v11::Native& native) {
  bind(row_, native);
  return first<v11::IdRow>(row_, [&](const Statement& row) {
    return v11::IdRow{native, row.integer(0), std::string(row.bytes(1))};
  });
}

NumberReader::Found<v11::Native> NumberReader::owner(v11::Space space, v11::Number number) {
  owner_.bind(1, static_cast<std::int64_t>(space));
  owner_.bind(2, number);
  return first<v11::Native>(owner_, native_in);
}

NumberReader::Found<v11::Native> NumberReader::named(v11::Space space, v11::Number number) {
  named_.bind(1, static_cast<std::int64_t>(space));
  named_.bind(2, number);
  return first<v11::Native>(named_, native_in);
}

NumberReader::Found<v11::Number> NumberReader::alias(const v11::Native& native) {
  bind(alias_, native);
  return first<v11::Number>(alias_, number_in);
}

Status NumberReader::each_alias(const std::function<void(const v11::Native&, v11::Number)>& use) {
  return each(aliases_, [&use](const Statement& row) {
    if (const auto native = native_in(row)) use(*native, row.integer(3));
  });
}

NumberReader::Found<v11::MessageRow> NumberReader::message(v11::Number number) {
  message_.bind(1, number);
  return first<v11::MessageRow>(message_, message_in);
}

// An index ends with the number of its row, so the last ones of a chat are read from its end.
Result<std::vector<v11::MessageRow>> NumberReader::in_chat(const v11::Chat& chat, v11::Number below, std::size_t most) {
  std::vector<v11::MessageRow> rows;
  in_chat_.bind_text(1, chat.id);
  in_chat_.bind(2, below);
  in_chat_.bind_text(3, chat.bot);
  in_chat_.bind_text(4, name_of(chat.kind));
  in_chat_.bind(5, static_cast<std::int64_t>(most));
  ONEBOT_CHECK(each(in_chat_, [&rows](const Statement& row) { rows.push_back(message_in(row)); }));
  return rows;
}

NumberReader::Found<v11::Number> NumberReader::message_number(const BotName& native) {
  bind(message_number_, native);
  return first<v11::Number>(message_number_, number_in);
}

NumberReader::Found<v11::Number> NumberReader::message_alias(const BotName& alias) {
  bind(message_alias_, alias);
  return first<v11::Number>(message_alias_, number_in);
}

// --- writing ---

Result<NumberWriter> NumberWriter::open(Database& database) {
  NumberWriter made;
  ONEBOT_CHECK(
      prepare(database, {{&made.put_row_, "INSERT OR REPLACE INTO ids VALUES (?4, ?5, ?2, ?1, ?3, ?6, ?7)"},
                         {&made.put_alias_, "INSERT OR IGNORE INTO id_alias VALUES (?, ?, ?, ?)"},
                         {&made.put_message_, "INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
                         {&made.put_message_alias_, "INSERT OR REPLACE INTO message_alias VALUES (?, ?, ?)"},
                         {&made.reserve_, "INSERT OR REPLACE INTO state VALUES ('onebot11.next_message', ?)"}}));
  ONEBOT_TRY(tokens, TokenWriter::open(database));
  ONEBOT_TRY(roster, RosterWriter::open(database));
  made.tokens_ = std::move(tokens);
  made.roster_ = std::move(roster);
  return made;
}

Status NumberWriter::write(const NumberBatch& batch, std::int64_t at) {
  ONEBOT_CHECK(write_ids(batch, at));
  ONEBOT_CHECK(write_messages(batch, at));
  ONEBOT_CHECK(tokens_.write(batch.tokens(), at));
  ONEBOT_CHECK(roster_.write(batch.roster()));
  if (batch.reserved() == 0) return {};
  reserve_.bind(1, batch.reserved());
  return reserve_.execute();
}

// In any order: what a batch leaves gives no number to two natives.
Status NumberWriter::write_ids(const NumberBatch& batch, std::int64_t at) {
  for (const auto& [native, row] : batch.rows()) {
    bind(put_row_, native);
    put_row_.bind(4, static_cast<std::int64_t>(space_of(native.kind)));
    put_row_.bind(5, row.number);
    put_row_.bind_text(6, row.name);
    put_row_.bind(7, at);
    ONEBOT_CHECK(put_row_.execute());
  }
  for (const auto& [native, number] : batch.aliases()) {
    bind(put_alias_, native);
    put_alias_.bind(4, number);
    ONEBOT_CHECK(put_alias_.execute());
  }
  return {};
}

Status NumberWriter::write_messages(const NumberBatch& batch, std::int64_t at) {
  for (const auto& [number, row] : batch.messages()) {
    put_message_.bind(1, number);
    put_message_.bind_text(2, row.bot);
    put_message_.bind_text(3, row.native);
    put_message_.bind_text(4, name_of(row.chat_kind));
    put_message_.bind_text(5, row.chat);
    put_message_.bind_text(6, row.sender);
    put_message_.bind(7, row.at);
    put_message_.bind(8, static_cast<std::int64_t>(row.event));
    put_message_.bind_text(9, row.body);
    put_message_.bind(10, at);
    ONEBOT_CHECK(put_message_.execute());
  }
  for (const auto& [alias, number] : batch.message_aliases()) {
    bind(put_message_alias_, alias);
    put_message_alias_.bind(3, number);
    ONEBOT_CHECK(put_message_alias_.execute());
  }
  return {};
}

// --- forgetting ---

// After the last comes the first.
Status NumberCleaner::choose_bot(Database& database) {
  if (again_) return {};
  ONEBOT_TRY(next, database.prepare("SELECT bot FROM messages WHERE bot > ? ORDER BY bot LIMIT 1"));
  const std::string last = std::exchange(bot_, {});
  next.bind_text(1, last);
  ONEBOT_TRY(row, next.step());
  if (row) bot_ = next.bytes(0);
  return {};
}

Result<NumberCleaner::Portion> NumberCleaner::to_forget(Database& database, std::int64_t now, const KeptFor& kept) {
  Portion portion;
  ONEBOT_CHECK(choose_bot(database));
  ONEBOT_TRY(old, database.prepare("SELECT number FROM messages WHERE bot = ?1 AND kept_at < ?2 AND "
                                   "kept_at < (SELECT kept_at FROM messages WHERE bot = ?1 "
                                   "ORDER BY kept_at DESC LIMIT 1 OFFSET ?3) ORDER BY kept_at LIMIT ?4"));
  old.bind_text(1, bot_);
  old.bind(2, now - kept.age.count());
  old.bind(3, kept.last - 1);
  old.bind(4, kPortion);
  for (;;) {
    ONEBOT_TRY(row, old.step());
    if (!row) break;
    portion.messages.push_back(old.integer(0));
  }
  portion.more = again_ = portion.messages.size() == kPortion;
  return portion;
}

Status NumberCleaner::forget(Database& database, const Portion& portion) {
  const std::string numbers = fmt::format("{}", fmt::join(portion.messages, ","));
  ONEBOT_CHECK(database.run(fmt::format("DELETE FROM message_alias WHERE number IN ({})", numbers)));
  return database.run(fmt::format("DELETE FROM messages WHERE number IN ({})", numbers));
}

}  // namespace bridge::journal
