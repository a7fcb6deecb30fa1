// The table of calls.h: one row for each action.

#include "adapters/qq/calls/calls.h"

#include <fmt/format.h>

#include <array>
#include <ctime>

namespace qq {
namespace {

using onebot::Fields;
using onebot::List;
using onebot::Result;
using onebot::Retcode;
using onebot::Value;
using Answer = CallRule::Answer;
using Kind = Param::Kind;
using Paging = CallRule::Paging;

constexpr Param kGuild[] = {{"guild_id"}};
// joined_only: every channel that is listed can be seen, and QQ tells of no other kind of being in one.
constexpr Param kChannels[] = {{"guild_id"}, {"joined_only", Kind::flag, false}};
constexpr Param kChannel[] = {{"guild_id"}, {"channel_id"}};
constexpr Param kChannelName[] = {{"guild_id"}, {"channel_id"}, {"channel_name", Kind::text, true, "name"}};
constexpr Param kGuildMember[] = {{"guild_id"}, {"user_id"}};
constexpr Param kChannelMember[] = {{"guild_id"}, {"channel_id"}, {"user_id"}};
constexpr Param kGroup[] = {{"group_id"}};
constexpr Param kGroupMember[] = {{"group_id"}, {"user_id"}};
constexpr Param kReaction[] = {{"channel_id"}, {"message_id"}, {"emoji_type", Kind::path}, {"emoji_id", Kind::path}};
constexpr Param kAck[] = {{"interaction_id"}, {"code", Kind::number, false}};
constexpr Param kBan[] = {{"group_id"}, {"user_id"}, {"duration", Kind::number}};
constexpr Param kKick[] = {{"group_id"}, {"user_id"}, {"blacklist", Kind::flag, false}};
constexpr Param kGuildKick[] = {{"guild_id"}, {"user_id"}, {"blacklist", Kind::flag, false, "add_blacklist"}};
constexpr Param kMute[] = {{"guild_id"}, {"duration", Kind::number}};
constexpr Param kMemberMute[] = {{"guild_id"}, {"user_id"}, {"duration", Kind::number}};
constexpr Param kJoin[] = {
    {"group_id"}, {"user_id"}, {"request_id", Kind::text}, {"approve", Kind::flag}, {"reason", Kind::text, false}};

constexpr Taken kGuildFields[] = {{"guild_id", "id"}, {"guild_name", "name"}};
constexpr Taken kChannelFields[] = {{"channel_id", "id"}, {"channel_name", "name"}};
constexpr Taken kMemberFields[] = {{"user_id", "user.id", "user_id"},
                                   {"user_name", "user.username"},
                                   {"user_displayname", "nick"},
                                   {"user_remark", ""}};
constexpr Taken kGroupFields[] = {{"group_id", "group_openid", "group_id"}, {"group_name", "group_name"}};
constexpr Taken kGroupMemberFields[] = {
    {"user_id", "member_openid", "user_id"}, {"user_name", "username"}, {"user_displayname", ""}, {"user_remark", ""}};

std::int64_t whole(const Fields& params, std::string_view name) {
  const Value* value = onebot::find(params, name);
  const auto* number = value ? std::get_if<std::int64_t>(value) : nullptr;
  return number ? *number : 0;
}

bool is_set(const Fields& params, std::string_view name) {
  const Value* value = onebot::find(params, name);
  return value && std::holds_alternative<bool>(*value) && std::get<bool>(*value);
}

Result<std::int64_t> duration(const Fields& params) {
  constexpr std::int64_t kMost = 30 * 86'400;
  const std::int64_t seconds = whole(params, "duration");
  if (seconds >= 0 && seconds <= kMost) return seconds;
  return onebot::fail(Retcode::bad_param, fmt::format("\"duration\" must be 0 to {} seconds", kMost));
}

std::string rfc3339(double wall) {
  const std::time_t time = static_cast<std::time_t>(wall);
  std::tm parts{};
  gmtime_r(&time, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

Result<Fields> ack_body(const Fields& params, double) {
  constexpr std::int64_t kMost = 5;
  const std::int64_t code = whole(params, "code");
  if (code < 0 || code > kMost) return onebot::fail(Retcode::bad_param, "\"code\" must be 0 to 5");
  return Fields{{"code", code}};
}

Result<Fields> ban_body(const Fields& params, double wall) {
  ONEBOT_TRY(seconds, duration(params));
  Fields member{{"op", seconds > 0 ? "add" : "del"}, {"member_openid", onebot::text_of(params, "user_id")}};
  if (seconds > 0) member.push_back({"mute_expire_at", rfc3339(wall + static_cast<double>(seconds))});
  return Fields{{"members", List{std::move(member)}}};
}

Result<Fields> kick_body(const Fields& params, double) {
  return Fields{{"member_openids", List{Value(onebot::text_of(params, "user_id"))}},
                {"add_to_member_blacklist", is_set(params, "blacklist")}};
}

Result<Fields> mute_body(const Fields& params, double) {
  ONEBOT_TRY(seconds, duration(params));
  return Fields{{"mute_seconds", fmt::format("{}", seconds)}};
}

// The word is "op" here, though the events call it an action.
Result<Fields> join_body(const Fields& params, double) {
  Fields body{{"op", is_set(params, "approve") ? "approve" : "decline"},
              {"join_request_id", onebot::text_of(params, "request_id")}};
  if (onebot::find(params, "reason")) body.push_back({"reject_reason", onebot::text_of(params, "reason")});
  return body;
}

// clang-format off
constexpr CallRule kRules[] = {
    {.action = "get_guild_info", .method = "GET", .path = "/guilds/{guild_id}", .params = kGuild,
     .answer = Answer::object, .fields = kGuildFields},
    {.action = "get_guild_list", .method = "GET", .path = "/users/@me/guilds?limit=100",
     .answer = Answer::list, .fields = kGuildFields, .paging = Paging::after_last, .list = "guilds", .id = "id"},
    {.action = "get_guild_member_info", .method = "GET", .path = "/guilds/{guild_id}/members/{user_id}",
     .params = kGuildMember, .answer = Answer::object, .fields = kMemberFields},
    {.action = "get_guild_member_list", .method = "GET", .path = "/guilds/{guild_id}/members?limit=400",
     .params = kGuild, .answer = Answer::list, .fields = kMemberFields, .paging = Paging::after_last, .id = "user.id"},
    {.action = "get_channel_info", .method = "GET", .path = "/channels/{channel_id}", .params = kChannel,
     .answer = Answer::object, .fields = kChannelFields, .same = "guild_id"},
    {.action = "get_channel_list", .method = "GET", .path = "/guilds/{guild_id}/channels", .params = kChannels,
     .answer = Answer::list, .fields = kChannelFields, .list = "channels", .id = "id"},
    {.action = "set_channel_name", .method = "PATCH", .path = "/channels/{channel_id}", .params = kChannelName},
    {.action = "get_channel_member_info", .method = "GET", .path = "/guilds/{guild_id}/members/{user_id}",
     .params = kChannelMember, .answer = Answer::object, .fields = kMemberFields},
    {.action = "get_group_info", .method = "GET", .path = "/v2/groups/{group_id}/info", .params = kGroup,
     .answer = Answer::object, .fields = kGroupFields},
    {.action = "get_group_member_info", .method = "GET", .path = "/v2/groups/{group_id}/members/{user_id}",
     .params = kGroupMember, .answer = Answer::object, .fields = kGroupMemberFields},
    {.action = "get_group_member_list", .method = "GET", .path = "/v2/groups/{group_id}/members", .params = kGroup,
     .answer = Answer::list, .fields = kGroupMemberFields, .paging = Paging::next_cursor, .list = "members",
     .id = "member_openid"},

    {.action = "qq.get_bot_state", .method = "GET", .path = "/v2/groups/{group_id}/bot_state", .params = kGroup,
     .answer = Answer::whole},
    {.action = "qq.ack_interaction", .method = "PUT", .path = "/interactions/{interaction_id}", .params = kAck,
     .body = ack_body},
    {.action = "qq.add_reaction", .method = "PUT",
     .path = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_type}/{emoji_id}", .params = kReaction},
    {.action = "qq.remove_reaction", .method = "DELETE",
     .path = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_type}/{emoji_id}", .params = kReaction},
    {.action = "qq.set_group_ban", .method = "POST", .path = "/v2/groups/{group_id}/restrict_chat_setting",
     .params = kBan, .body = ban_body},
    {.action = "qq.kick_group_member", .method = "POST", .path = "/v2/groups/{group_id}/batch_remove_members",
     .params = kKick, .answer = Answer::whole, .body = kick_body},
    {.action = "qq.handle_group_join_request", .method = "POST",
     .path = "/v2/groups/{group_id}/approval_join_request/{user_id}", .params = kJoin, .body = join_body},
    {.action = "qq.kick_guild_member", .method = "DELETE", .path = "/guilds/{guild_id}/members/{user_id}",
     .params = kGuildKick},
    {.action = "qq.guild_mute", .method = "PATCH", .path = "/guilds/{guild_id}/mute", .params = kMute,
     .body = mute_body},
    {.action = "qq.guild_member_mute", .method = "PATCH", .path = "/guilds/{guild_id}/members/{user_id}/mute",
     .params = kMemberMute, .body = mute_body},
};
// clang-format on

}  // namespace

std::span<const CallRule> call_rules() { return kRules; }

}  // namespace qq
