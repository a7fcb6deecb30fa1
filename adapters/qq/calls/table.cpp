#include "adapters/qq/calls/table.h"

#include "adapters/qq/calls/bodies.h"
#include "adapters/qq/calls/panels.h"

namespace qq {
namespace {

using onebot::action;
using onebot::Retcode;
using onebot::ValueKind;

constexpr std::size_t kMostPages = 250;
constexpr onebot::Paging kAfterLast{.query = "after", .first = "0", .most_pages = kMostPages};
constexpr onebot::Paging kByCursor{.query = "cursor", .next = "next_cursor", .most_pages = kMostPages};

// clang-format off
constexpr onebot::CallRow kCalls[] = {
    // The bridge's own code, see actions.cpp.
    action("send_message").by_hand(),
    action("delete_message").by_hand(),
    action("get_self_info").by_hand(),
    action("get_user_info").by_hand(),
    action("get_friend_list").by_hand(),
    action("get_group_list").by_hand(),
    action("qq.get_reply_credits").by_hand(),
    action("qq.send_typing").by_hand(),
    action("qq.send_stream").by_hand(),
    action("qq.call_api").by_hand(),

    // Guilds.
    action("get_guild_info").get("/guilds/{guild_id}").tells("guild_id", "id").tells("guild_name", "name"),
    action("get_guild_list").get("/users/@me/guilds").asks("limit=100").lists("guilds", "id").pages(kAfterLast)
        .tells("guild_id", "id").tells("guild_name", "name"),
    action("get_guild_member_info").get("/guilds/{guild_id}/members/{user_id}")
        .tells("user_id", "user.id|{user_id}").tells("user_name", "user.username").tells("user_displayname", "nick")
        .tells("user_remark", ""),
    action("get_guild_member_list").get("/guilds/{guild_id}/members").asks("limit=400").lists("", "user.id")
        .pages(kAfterLast)
        .tells("user_id", "user.id").tells("user_name", "user.username").tells("user_displayname", "nick")
        .tells("user_remark", ""),

    // Channels. QQ names one without its guild, and its members are those of the guild.
    action("get_channel_info").get("/channels/{channel_id}").confirms("guild_id", Retcode::unknown_channel)
        .tells("channel_id", "id").tells("channel_name", "name"),
    // Every channel that is listed can be seen, and QQ tells of no other kind of being in one: joined_only changes
    // nothing.
    action("get_channel_list").get("/guilds/{guild_id}/channels").lists("channels", "id")
        .tells("channel_id", "id").tells("channel_name", "name"),
    action("set_channel_name").patch("/channels/{channel_id}").ignores("guild_id").sends("name", "channel_name"),
    action("get_channel_member_info").get("/guilds/{guild_id}/members/{user_id}").ignores("channel_id")
        .tells("user_id", "user.id|{user_id}").tells("user_name", "user.username").tells("user_displayname", "nick")
        .tells("user_remark", ""),

    // Groups.
    action("get_group_info").get("/v2/groups/{group_id}/info")
        .tells("group_id", "group_openid|{group_id}").tells("group_name"),
    action("get_group_member_info").get("/v2/groups/{group_id}/members/{user_id}")
        .tells("user_id", "member_openid|{user_id}").tells("user_name", "username").tells("user_displayname", "")
        .tells("user_remark", ""),
    action("get_group_member_list").get("/v2/groups/{group_id}/members").lists("members", "member_openid")
        .pages(kByCursor)
        .tells("user_id", "member_openid").tells("user_name", "username").tells("user_displayname", "")
        .tells("user_remark", ""),

    // What the standard has no word for.
    action("qq.get_bot_state").needs("group_id").get("/v2/groups/{group_id}/bot_state").tells_all(),
    // What the platform asks of a bot's settings (data.type 2001 and 2002) is answered with data.
    action("qq.ack_interaction").needs("interaction_id").may("code", ValueKind::whole).may("data", ValueKind::object)
        .put("/interactions/{interaction_id}").puts("interaction_id", bare_interaction_id)
        .sends("code", interaction_code).sends("data"),
    action("qq.add_reaction").needs("channel_id").needs("message_id").needs("emoji_type").needs("emoji_id")
        .put("/channels/{channel_id}/messages/{message_id}/reactions/{emoji_type}/{emoji_id}"),
    action("qq.remove_reaction").needs("channel_id").needs("message_id").needs("emoji_type").needs("emoji_id")
        .del("/channels/{channel_id}/messages/{message_id}/reactions/{emoji_type}/{emoji_id}"),
    action("qq.set_group_ban").needs("group_id").needs("user_id").needs("duration", ValueKind::whole)
        .post("/v2/groups/{group_id}/restrict_chat_setting").sends("members", banned_members),
    action("qq.kick_group_member").needs("group_id").needs("user_id").may("blacklist", ValueKind::flag)
        .post("/v2/groups/{group_id}/batch_remove_members").sends("member_openids", kicked_members)
        .sends("add_to_member_blacklist", kick_is_for_good).tells_all(),
    // The word is "op" here, though the events call it an action.
    action("qq.handle_group_join_request").needs("group_id").needs("user_id").needs("request_id", ValueKind::text)
        .needs("approve", ValueKind::flag).may("reason", ValueKind::text)
        .post("/v2/groups/{group_id}/approval_join_request/{user_id}").sends("op", join_answer)
        .sends("join_request_id", "request_id").sends("reject_reason", "reason"),
    action("qq.kick_guild_member").needs("guild_id").needs("user_id").may("blacklist", ValueKind::flag)
        .del("/guilds/{guild_id}/members/{user_id}").sends("add_blacklist", "blacklist"),
    action("qq.guild_mute").needs("guild_id").needs("duration", ValueKind::whole)
        .patch("/guilds/{guild_id}/mute").sends("mute_seconds", mute_seconds),
    action("qq.guild_member_mute").needs("guild_id").needs("user_id").needs("duration", ValueKind::whole)
        .patch("/guilds/{guild_id}/members/{user_id}/mute").sends("mute_seconds", mute_seconds),

    // Panels of commands: what a chat offers above its input. One of everybody in such chats, or of some of them.
    action("qq.get_panel_list").needs("scope", ValueKind::text).get("/v2/panels").asks("scope", panel_scope)
        .asks("limit=50").lists("records", "panel_id").pages(kByCursor)
        .tells("panel_id").tells("scope").tells("target_type").tells("panel", "panel", as_it_is)
        .tells("created_at").tells("updated_at").tells("version", "version", as_it_is),
    action("qq.get_panel").needs("panel_id").get("/v2/panels/{panel_id}").tells_all(),
    action("qq.create_panel").needs("scope", ValueKind::text).needs("panel", ValueKind::object)
        .may("target_type", ValueKind::text).may("user_openids", ValueKind::list).may("group_openids", ValueKind::list)
        .post("/v2/panels").sends("scope", panel_scope).sends("target_type", panel_target_type)
        .sends("user_openids", panel_users).sends("group_openids", panel_groups).sends("panel", panel).tells_all(),
    action("qq.set_panel").needs("panel_id").needs("panel", ValueKind::object)
        .put("/v2/panels/{panel_id}").sends("panel", panel).tells_all(),
    action("qq.delete_panel").needs("panel_id").del("/v2/panels/{panel_id}"),
    action("qq.set_panel_targets").needs("panel_id").needs("op", ValueKind::text)
        .may("user_openids", ValueKind::list).may("group_openids", ValueKind::list)
        .put("/v2/panels/{panel_id}/target").sends("op", panel_op)
        .sends("user_openids", panel_users).sends("group_openids", panel_groups),
};
// clang-format on
static_assert(onebot::conform(kCalls, "qq"));

constexpr onebot::CallTable kTable{.rows = kCalls};

}  // namespace

const onebot::CallTable& calls() { return kTable; }

const std::vector<std::string_view>& offered_actions() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const onebot::CallRow& row : kCalls) all.push_back(row.name);
    return all;
  }();
  return names;
}

}  // namespace qq
