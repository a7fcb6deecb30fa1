// What the OneBot 12 standard says each event must carry, each action take and tell, each segment hold, as data.
// Spec: interface/{meta,message,user,group,guild,file}/*-{events,actions}, interface/message/segments.

#pragma once

#include <cstddef>
#include <iterator>
#include <span>
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

// Takes the first of words, separated by one blank, from their front; "" when there is none left.
constexpr std::string_view take_word(std::string_view& words) {
  const std::string_view word = words.substr(0, words.find(' '));
  words.remove_prefix(word.size() < words.size() ? word.size() + 1 : word.size());
  return word;
}

// Whether words, separated by one blank, hold word.
constexpr bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    if (take_word(words) == word) return true;
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

// --- Actions and segments ---

// Of a parameter or a member: an id unless "name:kind" says another. Ids, like text, are strings. any: whoever reads it
// checks it.
enum class ValueKind { id, text, whole, number, flag, bytes, object, list, message, any };
inline constexpr std::string_view kKindNames[] = {"id",    "text",   "whole", "number",  "flag",
                                                  "bytes", "object", "list",  "message", "any"};  // by ValueKind

enum class AnswerShape { nothing, object, list };  // list: of objects, or of what has no fields

struct StandardAction {
  std::string_view name{};
  std::string_view needs{};     // parameters, separated by one blank
  std::string_view may_take{};  // parameters that may be missing
  AnswerShape tells = AnswerShape::nothing;
  std::string_view fields{};  // of the object, or of each in the list
};

// clang-format off
inline constexpr StandardAction kStandardActions[] = {
    {"get_latest_events",       "", "limit:whole timeout:whole", AnswerShape::list},
    {"get_supported_actions",   "", "", AnswerShape::list},
    {"get_status",              "", "", AnswerShape::object, "good bots"},
    {"get_version",             "", "", AnswerShape::object, "impl version onebot_version"},
    {"send_message",            "detail_type:text message:message", "user_id group_id guild_id channel_id", AnswerShape::object,
     "message_id time"},
    {"delete_message",          "message_id"},
    {"get_self_info",           "", "", AnswerShape::object, "user_id user_name user_displayname"},
    {"get_user_info",           "user_id", "", AnswerShape::object, "user_id user_name user_displayname user_remark"},
    {"get_friend_list",         "", "", AnswerShape::list, "user_id user_name user_displayname user_remark"},
    {"get_group_info",          "group_id", "", AnswerShape::object, "group_id group_name"},
    {"get_group_list",          "", "", AnswerShape::list, "group_id group_name"},
    {"get_group_member_info",   "group_id user_id", "", AnswerShape::object, "user_id user_name user_displayname"},
    {"get_group_member_list",   "group_id", "", AnswerShape::list, "user_id user_name user_displayname"},
    {"set_group_name",          "group_id group_name:text"},
    {"leave_group",             "group_id"},
    {"get_guild_info",          "guild_id", "", AnswerShape::object, "guild_id guild_name"},
    {"get_guild_list",          "", "", AnswerShape::list, "guild_id guild_name"},
    {"set_guild_name",          "guild_id guild_name:text"},
    {"get_guild_member_info",   "guild_id user_id", "", AnswerShape::object, "user_id user_name user_displayname"},
    {"get_guild_member_list",   "guild_id", "", AnswerShape::list, "user_id user_name user_displayname"},
    {"leave_guild",             "guild_id"},
    {"get_channel_info",        "guild_id channel_id", "", AnswerShape::object, "channel_id channel_name"},
    {"get_channel_list",        "guild_id", "joined_only:flag", AnswerShape::list, "channel_id channel_name"},
    {"set_channel_name",        "guild_id channel_id channel_name:text"},
    {"get_channel_member_info", "guild_id channel_id user_id", "", AnswerShape::object, "user_id user_name user_displayname"},
    {"get_channel_member_list", "guild_id channel_id", "", AnswerShape::list, "user_id user_name user_displayname"},
    {"leave_channel",           "guild_id channel_id"},
    {"upload_file",             "type:text name:text", "url:text headers:object path:text data:bytes sha256:text",
     AnswerShape::object, "file_id"},
    {"upload_file_fragmented",  "stage:text", "name:text total_size:whole file_id offset:whole data:bytes sha256:text",
     AnswerShape::object, "file_id"},
    {"get_file",                "file_id type:text", "", AnswerShape::object, "name"},
    {"get_file_fragmented",     "stage:text file_id", "offset:whole size:whole", AnswerShape::object, "name total_size sha256"},
};

struct StandardSegment {
  std::string_view type{};
  std::string_view holds{};     // members of its data
  std::string_view may_hold{};  // members that may be missing when it is sent
};

inline constexpr StandardSegment kStandardSegments[] = {
    {"text",     "text:text"},
    {"mention",  "user_id"},
    {"mention_all"},
    {"image",    "file_id"},
    {"voice",    "file_id"},
    {"audio",    "file_id"},
    {"video",    "file_id"},
    {"file",     "file_id"},
    {"location", "title:text content:text latitude:number longitude:number"},
    {"reply",    "message_id", "user_id"},
};
// clang-format on

// What an answer may hold beside the fields of its action: some programs read every person with one type.
inline constexpr std::string_view kExtraFields = "user_remark";

struct Named {
  std::string_view name{};
  ValueKind kind = ValueKind::id;
};

// Reads "name" or "name:kind".
constexpr Named read_named(std::string_view word) {
  const auto colon = word.find(':');
  Named named{word.substr(0, colon)};
  for (std::size_t i = 0; colon != std::string_view::npos && i < std::size(kKindNames); ++i) {
    if (kKindNames[i] == word.substr(colon + 1)) named.kind = static_cast<ValueKind>(i);
  }
  return named;
}

// One without a name when the standard has none of this name. By value: GCC 12 does not compare addresses in constant
// expressions under its sanitizers.
constexpr StandardAction standard_action(std::string_view name) {
  for (const StandardAction& action : kStandardActions) {
    if (action.name == name) return action;
  }
  return {};
}

// Whether name is in the room of this prefix: "irc.call_api" of "irc".
constexpr bool is_of(std::string_view name, std::string_view prefix) {
  return is_prefixed(name) && name.substr(0, name.find('.')) == prefix;
}

// Whether these may be the types of segments that a platform sends: the standard's, or its own with its prefix; none
// twice.
consteval bool conform_segments(std::span<const std::string_view> types, std::string_view prefix) {
  for (std::size_t i = 0; i < types.size(); ++i) {
    bool known = is_of(types[i], prefix);
    for (const StandardSegment& segment : kStandardSegments) known = known || segment.type == types[i];
    if (!known) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (types[j] == types[i]) return false;
    }
  }
  return true;
}

}  // namespace onebot
