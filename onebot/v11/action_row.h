// ActionRow: one line of the table of actions, which reads as a sentence:
//
//   ask("set_group_kick").in_group("*.kick_group_member").in_channel("*.kick_guild_member").user()
//       .flag("blacklist", "reject_add_request", false)
//
// The first words say which OneBot 12 action it becomes ("*." for any platform's prefix; the first of several that the
// platform has), then which parameters go along: who, where, which message, and those that are called otherwise here.
// What a row cannot say is a named function.

#pragma once

#include "onebot/v11/abilities.h"
#include "onebot/v11/requests.h"
#include "onebot/v11/rows.h"
#include "onebot/v11/scope.h"
#include "onebot/v11/sent_message.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onebot::v11 {

// The log, as far as it goes back.
class LoggedEvents {
 public:
  virtual ~LoggedEvents() = default;
  // The JSON of an event; nullopt: it is not there any more.
  virtual std::optional<std::string> at(std::uint64_t place) const = 0;
};

// Files that OneBot 11 knows under a token.
class Tokens {
 public:
  virtual ~Tokens() = default;
  // The file's id in OneBot 12; nullopt: nobody has been told such a token.
  virtual std::optional<std::string> file_id(std::string_view token) const = 0;
};

// What a request meets besides numbers.
struct Here {
  const Scope& scope;
  const Abilities& abilities;
  std::string bot_name{};  // as in the configuration; "" when it has none
  std::string version{};
  bool online = false;
  bool good = false;
  const LoggedEvents* log = nullptr;   // nullptr: nothing but what rows say is known
  const RosterRows* roster = nullptr;  // nullptr: nobody knows who was seen where
  const Tokens* tokens = nullptr;      // nullptr: no file has one

  std::string name() const { return bot_name.empty() ? "onebridge" : bot_name; }  // of the bot, never ""
};

struct ActionRow;

// What a request becomes.
struct Asked {
  const ActionRow* row = nullptr;
  std::optional<ActionResult> known{};  // the answer, without asking anybody
  Action action{};                      // otherwise what OneBot 12 is asked for
  std::vector<Upload> uploads{};        // to be done before, into the segments of its "message"
  std::string told{};                   // beside an answer that is ok
  Native user{}, place{};               // whom and where it is about
  MessageRow message{};
  std::string file{};             // its token
  std::string body{};             // of a message that goes out as it is: OneBot 12 segments as JSON
  std::optional<Value> before{};  // what was told first, when it takes two questions
  bool anew = false;              // an answer that was kept is too old
};

// Whether there is something to ask now that this was told: it is the action then.
using AskOn = bool (*)(Asked&, const Value& told, const Here&);
using MakeAction = Status (*)(Asked&, const Fields& params, const Here&);
// Failures, too: some questions are answered from memory then.
using ReadAnswer = ActionResult (*)(ActionResult, const Asked&, const Here&);

struct ActionRow {
  struct Param {
    enum class Kind { none, flag, whole, text };
    Kind kind = Kind::none;
    std::string_view to{}, from{};  // from: the names it is given by, separated by one blank
    std::int64_t fallback = 0;
    std::int64_t most = std::numeric_limits<std::int64_t>::max();
  };

  std::string_view name{};
  std::string_view anywhere{}, group{}, channel{};  // OneBot 12 actions, separated by one blank
  bool needs_place = false, needs_user = false, needs_message = false;
  std::array<Param, 3> params{};
  std::size_t count = 0;
  MakeAction make = nullptr;  // after the parameters
  bool is_coded = false;      // it has one
  AskOn next = nullptr;
  ReadAnswer read = nullptr;  // nullptr: there is nothing to tell
  bool is_kept = false;       // the platform's answer holds for a while (kept_answers.h)

  consteval ActionRow calls(std::string_view actions) const;
  consteval ActionRow in_group(std::string_view actions) const;
  consteval ActionRow in_channel(std::string_view actions) const;
  consteval ActionRow user() const;
  consteval ActionRow message() const;
  consteval ActionRow flag(std::string_view to, std::string_view from, bool fallback) const;
  consteval ActionRow whole(std::string_view to, std::string_view from, std::int64_t fallback, std::int64_t most) const;
  consteval ActionRow text(std::string_view to, std::string_view from) const;
  consteval ActionRow by(MakeAction function) const;
  consteval ActionRow then(AskOn function) const;
  consteval ActionRow tells(ReadAnswer function) const;
  consteval ActionRow kept() const;

 private:
  template <class Change>
  consteval ActionRow with(Change change) const {
    ActionRow row = *this;
    change(row);
    return row;
  }
  consteval ActionRow with(Param param) const {
    return with([&](ActionRow& row) { row.params.at(row.count++) = param; });
  }
};

consteval ActionRow ask(std::string_view name) {
  ActionRow row;
  row.name = name;
  return row;
}

consteval ActionRow ActionRow::calls(std::string_view actions) const {
  return with([&](ActionRow& row) { row.anywhere = actions; });
}

consteval ActionRow ActionRow::in_group(std::string_view actions) const {
  return with([&](ActionRow& row) { row.group = actions, row.needs_place = true; });
}

consteval ActionRow ActionRow::in_channel(std::string_view actions) const {
  return with([&](ActionRow& row) { row.channel = actions, row.needs_place = true; });
}

consteval ActionRow ActionRow::user() const {
  return with([](ActionRow& row) { row.needs_user = true; });
}

consteval ActionRow ActionRow::message() const {
  return with([](ActionRow& row) { row.needs_message = true; });
}

consteval ActionRow ActionRow::flag(std::string_view to, std::string_view from, bool fallback) const {
  return with(Param{.kind = Param::Kind::flag, .to = to, .from = from, .fallback = fallback});
}

consteval ActionRow ActionRow::whole(std::string_view to, std::string_view from, std::int64_t fallback,
                                     std::int64_t most) const {
  return with(Param{.kind = Param::Kind::whole, .to = to, .from = from, .fallback = fallback, .most = most});
}

consteval ActionRow ActionRow::text(std::string_view to, std::string_view from) const {
  return with(Param{.kind = Param::Kind::text, .to = to, .from = from});
}

consteval ActionRow ActionRow::by(MakeAction function) const {
  return with([&](ActionRow& row) { row.make = function, row.is_coded = true; });
}

consteval ActionRow ActionRow::then(AskOn function) const {
  return with([&](ActionRow& row) { row.next = function; });
}

consteval ActionRow ActionRow::tells(ReadAnswer function) const {
  return with([&](ActionRow& row) { row.read = function; });
}

consteval ActionRow ActionRow::kept() const {
  return with([](ActionRow& row) { row.is_kept = true; });
}

}  // namespace onebot::v11
