// Rows: what OneBot 11's numbers stand for, and the interfaces to whoever keeps that over restarts.
//
// A row that is put is committed together with the event that is being read then, so no number costs a write of its own
// and none is told before it is safe. Numbers of people and groups are never forgotten, those of messages with the log.
// Loop thread only.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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

class MessageRows {
 public:
  virtual ~MessageRows() = default;
  // Aliases come first: what a quote's index turned out to name counts more than the stranger it was taken for.
  virtual std::optional<MessageRow> find(std::string_view bot, std::string_view native) const = 0;
  virtual std::optional<MessageRow> find(Number number) const = 0;
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

// All that one store keeps. What was put is found at once; whoever must not tell it before it is safe appends a draft
// with nothing but `committed` to the store (onebot/store.h).
struct Rows {
  IdRows& ids;
  MessageRows& messages;
  Reserve& reserve;
};

}  // namespace onebot::v11
