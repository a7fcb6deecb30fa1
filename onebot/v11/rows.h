// Rows: what OneBot 11's numbers stand for, and the interfaces to whoever keeps that over restarts.
//
// A row that is put is committed together with the event that is being read then, so no number costs a write of its own
// and none is told before it is safe. Numbers of people and groups are never forgotten, those of messages with the log,
// tokens of files with the messages, people that were seen where with the oldest of very many.
// Loop thread only.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onebot::v11 {

using Number = std::int64_t;

// What a number names. Groups and channels share their numbers' space.
enum class Kind { user, group, channel };
enum class Space { user, group };

constexpr Space space_of(Kind kind) { return kind == Kind::user ? Space::user : Space::group; }

// A person or a place as its platform names it. A channel is "<guild_id>/<channel_id>".
struct Native {
  Kind kind = Kind::user;
  std::string platform{};  // as in the configuration
  std::string id{};
  bool operator==(const Native&) const = default;
  auto operator<=>(const Native&) const = default;
};

struct IdRow {
  Native native{};
  Number number = 0;
  std::string name{};  // the last one told; "" when none was
};

class IdRows {
 public:
  virtual ~IdRows() = default;
  // The row of a native, or else the one its alias leads to.
  virtual std::optional<IdRow> find(const Native& native) const = 0;
  // The row with this number, or else what an alias says it names.
  virtual std::optional<IdRow> find(Space space, Number number) const = 0;
  virtual void put(const IdRow& row) = 0;  // replaces the row of the same native
  // This native is also called by this number, and this number also names it.
  virtual void put_alias(const Native& native, Number number) = 0;
};

struct MessageRow {
  Number number = 0;
  std::string bot{};     // "platform/app_id"
  std::string native{};  // "" when the platform told none
  Kind chat_kind = Kind::user;
  std::string chat{};       // the native id of the other person, group or channel; "" while it is not known
  std::string sender{};     // native; "" while it is not known
  std::int64_t at = 0;      // seconds since the epoch; 0 while it is not known
  std::uint64_t event = 0;  // its place in the log; 0: it is not there
  std::string body{};       // OneBot 12 segments as JSON, of what is not in the log
};

// Messages of one chat, of one bot.
struct Chat {
  std::string bot{};  // "platform/app_id"
  Kind kind = Kind::user;
  std::string id{};  // native
};

class MessageRows {
 public:
  virtual ~MessageRows() = default;
  // Aliases come first: what a quote's index turned out to name counts more than the stranger it was taken for.
  virtual std::optional<MessageRow> find(std::string_view bot, std::string_view native) const = 0;
  virtual std::optional<MessageRow> find(Number number) const = 0;
  // Those of a chat that are in the log or have a body: the last `most` with a number below this one, the last first.
  virtual std::vector<MessageRow> in_chat(const Chat& chat, Number below, std::size_t most) const = 0;
  virtual void put(const MessageRow& row) = 0;  // replaces the row of the same number
  virtual void put_alias(std::string_view bot, std::string_view alias, Number number) = 0;
};

// How far numbers of messages have been given away.
class Reserve {
 public:
  virtual ~Reserve() = default;
  virtual Number reserved() const = 0;  // the first number that no run has taken yet; 0: none has taken any
  virtual void reserve(Number end) = 0;
};

// A file that applications were told of under a token.
struct TokenRow {
  std::string token{};
  std::string bot{};      // "platform/app_id", whose events carried it
  std::string file_id{};  // in OneBot 12
};

class TokenRows {
 public:
  virtual ~TokenRows() = default;
  virtual std::optional<TokenRow> find(std::string_view token) const = 0;
  virtual void put(const TokenRow& row) = 0;  // replaces the row of the same token, and is as young as a new one
};

// Somebody in a place, a place itself, or somebody in a private chat; of one bot. What "" says depends on what is
// asked.
struct RosterKey {
  std::string bot{};        // "platform/app_id"
  Kind kind = Kind::group;  // of the place; user: private chats
  std::string place{};      // native; "" in private chats
  std::string user{};       // native; "": the place itself
  bool operator==(const RosterKey&) const = default;
};

struct RosterRow {
  RosterKey key{};
  std::string name{}, card{}, role{};          // "" when it was not told
  std::int64_t first_seen = 0, last_seen = 0;  // seconds since the epoch
};

// What a store does to a row that it has already.
inline void renew(RosterRow& row, const RosterRow& news) {
  if (!news.name.empty()) row.name = news.name;
  if (!news.card.empty()) row.card = news.card;
  if (!news.role.empty()) row.role = news.role;
  row.last_seen = std::max(row.last_seen, news.last_seen);
}

// Whether forgetting the one is forgetting the other, too.
inline bool forgets(const RosterKey& forgotten, const RosterKey& key) {
  if (forgotten.bot != key.bot || forgotten.kind != key.kind) return false;
  if (!forgotten.user.empty() && forgotten.user != key.user) return false;
  return forgotten.place.ends_with('/') ? key.place.starts_with(forgotten.place) : key.place == forgotten.place;
}

class RosterRows {
 public:
  virtual ~RosterRows() = default;
  virtual std::optional<RosterRow> find(const RosterKey& key) const = 0;
  // The groups and channels of a bot.
  virtual std::vector<RosterRow> places(std::string_view bot) const = 0;
  // Who is in the key's place, or in private chats when its kind is user.
  virtual std::vector<RosterRow> people(const RosterKey& place) const = 0;
  // What it does not tell stays as it was, and so does first_seen.
  virtual void put(const RosterRow& row) = 0;
  // user "": the place and everybody in it. A channel that ends in "/": all channels of that guild.
  virtual void forget(const RosterKey& key) = 0;
};

// All that one store keeps. What was put is found at once; whoever must not tell it before it is safe appends a draft
// with nothing but `committed` to the store (onebot/store.h).
struct Rows {
  IdRows& ids;
  MessageRows& messages;
  Reserve& reserve;
  TokenRows& tokens;
  RosterRows& roster;
};

}  // namespace onebot::v11
