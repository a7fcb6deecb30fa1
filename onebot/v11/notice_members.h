// The members of notices and requests, by name.

#pragma once

#include "onebot/v11/logged_event.h"
#include "onebot/v11/notice_row.h"
#include "onebot/v11/scope.h"

#include <array>
#include <string_view>

namespace onebot::v11 {

struct Notice {
  const NoticeRow& row;
  const LoggedEvent& event;
  const Scope& scope;
};

// Who the event is about: as told, else the writer of the message it is about, else nobody.
Native subject(const Notice& notice);
// Who did it; nobody where the platform does not say and the row does not either.
Native actor(const Notice& notice);
// The place, also that of the message it is about.
Native place(const Notice& notice);

struct Member {
  std::string_view word{};  // what stands behind a colon is no part of its name
  Value (*read)(const Notice&) = nullptr;
};

namespace member {
Value user_id(const Notice& notice);
Value actor_id(const Notice& notice);
Value chat_id(const Notice& notice);
Value group_id(const Notice& notice);
Value message_id(const Notice& notice);
Value likes(const Notice& notice);
Value is_add(const Notice& notice);
Value name_new(const Notice& notice);
Value comment(const Notice& notice);
Value flag(const Notice& notice);
Value invitor_id(const Notice& notice);
Value none(const Notice& notice);
Value channel_info(const Notice& notice);
Value old_info(const Notice& notice);
}  // namespace member

inline constexpr std::array<Member, 16> kMembers = {{{"user_id", member::user_id},
                                                     {"user_id:actor", member::actor_id},
                                                     {"user_id:chat", member::chat_id},
                                                     {"group_id", member::group_id},
                                                     {"operator_id", member::actor_id},
                                                     {"message_id", member::message_id},
                                                     {"likes", member::likes},
                                                     {"is_add", member::is_add},
                                                     {"name_new", member::name_new},
                                                     {"comment", member::comment},
                                                     {"flag", member::flag},
                                                     {"invitor_id", member::invitor_id},
                                                     {"current_reactions", member::none},
                                                     {"channel_info", member::channel_info},
                                                     {"old_info", member::old_info},
                                                     {"new_info", member::channel_info}}};

constexpr bool is_member(std::string_view word) {
  constexpr std::string_view kNatives = "@guild_id @channel_id @user_id @operator_id @message_id";
  if (has_word(kNatives, word)) return true;
  for (const Member& member : kMembers) {
    if (member.word == word) return true;
  }
  return false;
}

void append_member(Fields& frame, std::string_view word, const Notice& notice);

}  // namespace onebot::v11
