// NoticeRow: one line of the table of notices and requests, which reads as a sentence:
//
//   on("group_member_decrease", "leave")
//       .notice("group_decrease", "leave")
//       .with("group_id user_id operator_id")
//       .user_acts()
//
// The first words say which OneBot 12 event is meant, then which OneBot 11 event it becomes and with which members, in
// the order written. "*." before a name stands for any platform's prefix, "*" behind it for whatever follows. Members
// are named by the table in notices.cpp; "@user_id" is the event's own text. conforms() is for static_assert.

#pragma once

#include "onebot/standard.h"
#include "onebot/v11/logged_event.h"

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

 private:
  template <class Change>
  consteval NoticeRow changed(Change change) const {
    NoticeRow row = *this;
    change(row);
    return row;
  }
  consteval NoticeRow known(Becomes what, std::string_view its_type, std::string_view its_sub_type) const {
    return changed([&](NoticeRow& row) { row.becomes = what, row.type = its_type, row.sub_type = its_sub_type; });
  }
};

consteval NoticeRow on(std::string_view detail, std::string_view sub = "*") { return {.detail = detail, .sub = sub}; }

consteval NoticeRow NoticeRow::when(When what) const {
  return changed([&](NoticeRow& row) { row.condition = what; });
}

consteval NoticeRow NoticeRow::notice(std::string_view notice_type, std::string_view its_sub_type) const {
  return known(Becomes::notice, notice_type, its_sub_type);
}

consteval NoticeRow NoticeRow::request(std::string_view request_type, std::string_view its_sub_type) const {
  return known(Becomes::request, request_type, its_sub_type);
}

consteval NoticeRow NoticeRow::press() const {
  return changed([](NoticeRow& row) { row.becomes = Becomes::press; });
}

consteval NoticeRow NoticeRow::extended() const {
  return changed([](NoticeRow& row) { row.becomes = Becomes::extended; });
}

consteval NoticeRow NoticeRow::with(std::string_view names) const {
  return changed([&](NoticeRow& row) { row.members = names; });
}

consteval NoticeRow NoticeRow::user_acts() const {
  return changed([](NoticeRow& row) { row.acts = true; });
}

consteval NoticeRow NoticeRow::adding() const {
  return changed([](NoticeRow& row) { row.adds = true; });
}

consteval NoticeRow NoticeRow::not_own() const {
  return changed([](NoticeRow& row) { row.quiet = true; });
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
