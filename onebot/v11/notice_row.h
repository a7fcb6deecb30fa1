// NoticeRow: one line of the table of notices and requests, which reads as a sentence:
//
//   on("group_member_decrease", "leave").notice("group_decrease", "leave").with("group_id user_id
//   operator_id").user_acts()
//
// The first words say which OneBot 12 event is meant, then which OneBot 11 event it becomes and with which members, in
// the order written. "*." before a name stands for any platform's prefix, "*" behind it for whatever follows. Members
// are named by the table in notices.cpp; "@user_id" is the event's own text. conforms() is for static_assert.

#pragma once

#include "onebot/standard.h"

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace onebot::v11 {

// Calls use(word) for every word of a list that is separated by one blank.
template <class Use>
constexpr void each_word(std::string_view words, Use use) {
  while (!words.empty()) use(take_word(words));
}

// What else must be so for a row to be the one.
enum class When {
  always,
  self,       // the event's user is the bot
  group,      // the place is known
  message,    // a message is meant
  named,      // the name of the group has changed
  undecided,  // nobody has decided the request
  dialect,    // channels have a dialect of their own
};

// post_type and notice_type or request_type, and the sub_types it may have, that a consumer knows.
struct KnownEvent {
  std::string_view type{}, sub_types{};
};

inline constexpr std::array<KnownEvent, 13> kKnownEvents = {{{"friend_add", ""},
                                                             {"friend_recall", ""},
                                                             {"group_recall", ""},
                                                             {"group_increase", "approve invite"},
                                                             {"group_decrease", "leave kick kick_me"},
                                                             {"group_msg_emoji_like", ""},
                                                             {"notify", "group_name"},
                                                             {"group", "add"},
                                                             {"message_reactions_updated", ""},
                                                             {"guild_channel_recall", ""},
                                                             {"channel_created", ""},
                                                             {"channel_destroyed", ""},
                                                             {"channel_updated", ""}}};

struct NoticeRow {
  enum class Becomes { notice, request, press, extended };

  std::string_view detail{};
  std::string_view sub = "*";
  When condition = When::always;
  Becomes becomes = Becomes::extended;
  std::string_view type{}, sub_type{};
  std::string_view members{};
  bool acts = false;   // who is not told to have done it did it to himself
  bool adds = false;   // "is_add"
  bool quiet = false;  // not told when the bot did it

  consteval NoticeRow when(When what) const;
  consteval NoticeRow notice(std::string_view notice_type, std::string_view its_sub_type = "") const;
  consteval NoticeRow request(std::string_view request_type, std::string_view its_sub_type) const;
  consteval NoticeRow press() const;     // a button or a menu
  consteval NoticeRow extended() const;  // told where extended notices are wanted, under its own name
  consteval NoticeRow with(std::string_view names) const;
  consteval NoticeRow user_acts() const;
  consteval NoticeRow adding() const;
  consteval NoticeRow not_own() const;
};

consteval NoticeRow on(std::string_view detail, std::string_view sub = "*") { return {.detail = detail, .sub = sub}; }

consteval NoticeRow NoticeRow::when(When what) const {
  NoticeRow row = *this;
  row.condition = what;
  return row;
}

consteval NoticeRow NoticeRow::notice(std::string_view notice_type, std::string_view its_sub_type) const {
  NoticeRow row = *this;
  row.becomes = Becomes::notice;
  row.type = notice_type;
  row.sub_type = its_sub_type;
  return row;
}

consteval NoticeRow NoticeRow::request(std::string_view request_type, std::string_view its_sub_type) const {
  NoticeRow row = notice(request_type, its_sub_type);
  row.becomes = Becomes::request;
  return row;
}

consteval NoticeRow NoticeRow::press() const {
  NoticeRow row = *this;
  row.becomes = Becomes::press;
  return row;
}

consteval NoticeRow NoticeRow::extended() const {
  NoticeRow row = *this;
  row.becomes = Becomes::extended;
  return row;
}

consteval NoticeRow NoticeRow::with(std::string_view names) const {
  NoticeRow row = *this;
  row.members = names;
  return row;
}

consteval NoticeRow NoticeRow::user_acts() const {
  NoticeRow row = *this;
  row.acts = true;
  return row;
}

consteval NoticeRow NoticeRow::adding() const {
  NoticeRow row = *this;
  row.adds = true;
  return row;
}

consteval NoticeRow NoticeRow::not_own() const {
  NoticeRow row = *this;
  row.quiet = true;
  return row;
}

// Whether a name is what the pattern says: "*.name", "*.name_*", "*" or the name itself.
constexpr bool fits(std::string_view pattern, std::string_view name) {
  if (pattern.starts_with("*.")) {
    const auto dot = name.find('.');
    if (dot == std::string_view::npos) return false;
    pattern.remove_prefix(2);
    name.remove_prefix(dot + 1);
  }
  if (pattern.ends_with('*')) return name.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == name;
}

// Whether no row is behind one that takes everything it could take.
constexpr bool reach_all(std::span<const NoticeRow> rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = i + 1; j < rows.size(); ++j) {
      const bool all = rows[i].condition == When::always || rows[i].condition == rows[j].condition;
      if (all && fits(rows[i].detail, rows[j].detail) && fits(rows[i].sub, rows[j].sub)) return false;
    }
  }
  return true;
}

constexpr bool is_known(const NoticeRow& row) {
  if (row.becomes == NoticeRow::Becomes::press || row.becomes == NoticeRow::Becomes::extended) return row.type.empty();
  for (const KnownEvent& known : kKnownEvents) {
    if (known.type == row.type)
      return row.sub_type.empty() ? known.sub_types.empty() : has_word(known.sub_types, row.sub_type);
  }
  return false;
}

}  // namespace onebot::v11
