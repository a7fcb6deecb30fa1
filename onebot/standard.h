// What the OneBot 12 standard says each event must carry, as data.
// Spec: interface/{message,user,group,guild}/*-events.

#pragma once

#include <string_view>

namespace onebot {

struct StandardEvent {
  std::string_view name{};
  std::string_view fields{};     // separated by one blank; besides those every event has
  std::string_view sub_types{};  // "" alone is always allowed, and so is one with a prefix
};

// clang-format off
inline constexpr StandardEvent kStandardEvents[] = {
    {"message.private",                "message_id user_id"},
    {"message.group",                  "message_id group_id user_id"},
    {"message.channel",                "message_id guild_id channel_id user_id"},
    {"notice.friend_increase",         "user_id"},
    {"notice.friend_decrease",         "user_id"},
    {"notice.private_message_delete",  "message_id user_id"},
    {"notice.group_member_increase",   "group_id user_id operator_id",                       "join invite"},
    {"notice.group_member_decrease",   "group_id user_id operator_id",                       "leave kick"},
    {"notice.group_message_delete",    "group_id message_id user_id operator_id",            "recall delete"},
    {"notice.guild_member_increase",   "guild_id user_id operator_id",                       "join invite"},
    {"notice.guild_member_decrease",   "guild_id user_id operator_id",                       "leave kick"},
    {"notice.channel_member_increase", "guild_id channel_id user_id operator_id",            "join invite"},
    {"notice.channel_member_decrease", "guild_id channel_id user_id operator_id",            "leave kick"},
    {"notice.channel_message_delete",  "guild_id channel_id message_id user_id operator_id", "recall delete"},
    {"notice.channel_create",          "guild_id channel_id operator_id"},
    {"notice.channel_delete",          "guild_id channel_id operator_id"},
};
// clang-format on

// What an extended event may take over from the standard ones without a prefix.
inline constexpr std::string_view kStandardFields = "message_id user_id group_id guild_id channel_id operator_id";

// Whether words, separated by one blank, hold word.
constexpr bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::string_view first = words.substr(0, words.find(' '));
    if (first == word) return true;
    words.remove_prefix(first.size() < words.size() ? first.size() + 1 : first.size());
  }
  return false;
}

// "prefix.name": how a name is written that the standard does not have. Spec: onebotrpc/extension. The prefix may
// not be a word of the standard itself: applications split names at dots and would find two meanings in one place.
constexpr bool is_prefixed(std::string_view name) {
  constexpr std::string_view kTaken = "id time type detail_type sub_type self message alt_message status data version";
  const auto dot = name.find('.');
  if (dot == 0 || dot == std::string_view::npos || dot + 1 == name.size()) return false;
  const std::string_view prefix = name.substr(0, dot);
  for (const char c : prefix) {
    if (c != '_' && (c < 'a' || c > 'z')) return false;
  }
  return !has_word(kTaken, prefix) && !has_word(kStandardFields, prefix);
}

}  // namespace onebot
