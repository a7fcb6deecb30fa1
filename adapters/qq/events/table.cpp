// https://bot.q.qq.com/wiki/develop/api-v2/dev-prepare/interface-framework/event-emit.html

#include "adapters/qq/events/table.h"

#include "adapters/qq/chat.h"
#include "adapters/qq/events/fields.h"
#include "adapters/qq/events/segments.h"
#include "onebot/conform.h"

// clang-format off
namespace qq {
namespace {

using onebot::EventRule;
using onebot::on;
using enum Chat::Kind;

// The same person, by the names under which QQ's events have the id.
constexpr std::string_view kPerson = "author.user_openid|author.id|author.openid|author.member_openid";
constexpr std::string_view kMember = "author.member_openid|author.id|author.user_openid";
constexpr std::string_view kFriend = "openid|user_openid|author.user_openid";
constexpr std::string_view kGroup = "group_openid|group_id";

// Rows that differ by their name alone.

consteval EventRule group_message(std::string_view t, onebot::ReadMessage read, onebot::ReadField is_to_me) {
  return on(t).message("group", read)
      .take("message_id", "id").take("group_id", kGroup)
      .take("user_id", kMember)
      .field("qq.to_me", is_to_me).take("qq.member_role", "author.member_role").take("qq.username", "author.username")
      .extra("qq.author_is_bot", "author.bot", if_true)
      .field("qq.msg_idx", message_index).field("qq.ref_msg_idx", quoted_index).extra("qq.mentions", "mentions")
      .once("message/group", "id").own_echo("id", kMember)
      .answerable(group, kGroup).written_by(kMember, "author.username");
}

consteval EventRule channel_message(std::string_view t, onebot::ReadField is_to_me) {
  return on(t).message("channel", read_guild)
      .take("message_id", "id").take("guild_id", "guild_id").take("channel_id", "channel_id")
      .take("user_id", "author.id")
      .field("qq.to_me", is_to_me).take("qq.nick", "member.nick").extra("qq.roles", "member.roles")
      .extra("qq.author_is_bot", "author.bot", if_true)
      .extra("qq.seq", "seq", integer)
      .once("message/channel", "id").own_echo("id", "author.id")
      .answerable(channel, "channel_id").written_by("author.id", "author.username", "guild_id");
}

consteval EventRule robot(EventRule rule) {
  return rule.take("group_id", kGroup).self("user_id").take("operator_id", "op_member_openid");
}

consteval EventRule group_push(EventRule rule) {
  return rule.take("group_id", kGroup).take("user_id", "op_member_openid")
      .take("operator_id", "op_member_openid");
}

consteval EventRule group_member(EventRule rule) {
  return rule.take("group_id", kGroup).take("user_id", "member_openid|user_openid").constant("operator_id", "")
      .take("qq.user_openid", "user_openid");
}

consteval EventRule interaction() {
  return on("INTERACTION_CREATE").notice("qq.interaction").sub(interaction_kind)
      .take("qq.interaction_id", "id").extra("qq.interaction_type", "data.type|type", integer)
      .take("qq.button_id", "data.resolved.button_id|data.resoloved.button_id")
      .take("qq.button_data", "data.resolved.button_data|data.resoloved.button_data")
      .take("qq.message_id", "data.resolved.message_id|data.resoloved.message_id")
      .extra("qq.resolved", "data.resolved|data.resoloved")
      .awaited("id", "data.type|type", "11 12")  // a message's button, the quick menu
      .answerable(group, kGroup).answerable(c2c, "user_openid");
}

consteval EventRule c2c_interaction(std::string_view path, std::string_view equals) {
  return interaction().when(path, equals).take("user_id", "user_openid");
}

consteval EventRule group_interaction(std::string_view path, std::string_view equals) {
  return interaction().when(path, equals).take("group_id", "group_openid").take("user_id", "group_member_openid");
}

consteval EventRule guild_interaction(std::string_view path, std::string_view equals) {
  return interaction().when(path, equals).take("guild_id", "guild_id").take("channel_id", "channel_id")
      .take("user_id", "data.resolved.user_id|data.resoloved.user_id");
}

consteval EventRule guild_event(EventRule rule) {
  return rule.take("guild_id", "id").take("operator_id", "op_user_id").take("qq.guild_name", "name");
}

consteval EventRule channel_event(EventRule rule) {
  return rule.take("guild_id", "guild_id").take("channel_id", "id").take("operator_id", "op_user_id")
      .take("qq.channel_name", "name").extra("qq.channel_type", "type", integer);
}

consteval EventRule guild_member(EventRule rule) {
  return rule.take("guild_id", "guild_id").take("user_id", "user.id").take("operator_id", "op_user_id")
      .extra("qq.user_is_bot", "user.bot", if_true);
}

consteval EventRule channel_deletion(std::string_view t) {
  return on(t).notice("channel_message_delete").sub(guild_deletion)
      .take("guild_id", "message.guild_id").take("channel_id", "message.channel_id").take("message_id", "message.id")
      .take("user_id", "message.author.id").take("operator_id", "op_user.id")
      .once("delete", "message.id");
}

consteval EventRule reaction(EventRule rule) {
  return rule.take("guild_id", "guild_id").take("channel_id", "channel_id").take("user_id", "user_id")
      .field("message_id", reacted_message).field("qq.target_id", reacted_other)
      .take("qq.target_type", "target.type", target_kind)
      .take("qq.emoji_id", "emoji.id").extra("qq.emoji_type", "emoji.type", integer);
}

consteval EventRule audit(EventRule rule) {
  return rule.take("guild_id", "guild_id").take("channel_id", "channel_id").take("message_id", "message_id")
      .take("qq.audit_id", "audit_id").at("audit_time|create_time")
      .take("qq.user_openid", "user_openid").take("qq.group_openid", "group_openid");
}

consteval EventRule forum(std::string_view t, std::string_view detail_type) {
  return on(t).notice(detail_type)
      .take("guild_id", "guild_id").take("channel_id", "channel_id").take("user_id", "author_id");
}

consteval EventRule thread(std::string_view t, std::string_view detail_type) {
  return forum(t, detail_type).at("thread_info.date_time")
      .take("qq.thread_id", "thread_info.thread_id").take("qq.title", "thread_info.title", rich_text)
      .extra("qq.content", "thread_info.content", rich_value).take("qq.text", "thread_info.content", rich_text);
}

consteval EventRule post(std::string_view t, std::string_view detail_type) {
  return forum(t, detail_type).at("post_info.date_time")
      .take("qq.thread_id", "post_info.thread_id").take("qq.post_id", "post_info.post_id")
      .extra("qq.content", "post_info.content", rich_value).take("qq.text", "post_info.content", rich_text);
}

consteval EventRule forum_reply(std::string_view t, std::string_view detail_type) {
  return forum(t, detail_type).at("reply_info.date_time")
      .take("qq.thread_id", "reply_info.thread_id").take("qq.post_id", "reply_info.post_id")
      .take("qq.reply_id", "reply_info.reply_id")
      .extra("qq.content", "reply_info.content", rich_value).take("qq.text", "reply_info.content", rich_text);
}

consteval EventRule audio(std::string_view t, std::string_view detail_type) {
  return on(t).notice(detail_type).take("guild_id", "guild_id").take("channel_id", "channel_id")
      .take("qq.audio_url", "audio_url").take("qq.text", "text");
}

// Who is in a voice channel just now; QQ has no membership of channels.
consteval EventRule presence(EventRule rule) {
  return rule.take("guild_id", "guild_id").take("channel_id", "channel_id").take("user_id", "user_id")
      .take("operator_id", "user_id").extra("qq.channel_type", "channel_type", integer).field("qq.presence", always);
}

constexpr EventRule kRules[] = {
    // The connection's own
    on("READY").ignored(), on("RESUMED").ignored(),

    // C2C and group messages
    on("C2C_MESSAGE_CREATE").message("private", read_c2c)
        .take("message_id", "id").take("user_id", kPerson)
        .take("qq.username", "author.username").take("qq.union_openid", "author.union_openid")
        .extra("qq.author_is_bot", "author.bot", if_true)
        .field("qq.msg_idx", message_index).field("qq.ref_msg_idx", quoted_index)
        .extra("qq.message_type", "message_type", integer).take("qq.scene", "message_scene.source")
        .once("message/c2c", "id").own_echo("id", "author.member_openid")
        .answerable(c2c, kPerson).written_by(kPerson, "author.username"),
    group_message("GROUP_AT_MESSAGE_CREATE", read_group_at, always),
    group_message("GROUP_MESSAGE_CREATE", read_group, to_me),

    // Guild messages. A private chat in a guild is a guild of its own, needed to answer.
    channel_message("AT_MESSAGE_CREATE", always),
    channel_message("MESSAGE_CREATE", to_me),
    on("DIRECT_MESSAGE_CREATE").message("private", read_guild, "qq.guild")
        .take("message_id", "id").take("user_id", "author.id")
        .take("qq.guild_id", "guild_id").take("qq.channel_id", "channel_id").take("qq.src_guild_id", "src_guild_id")
        .extra("qq.author_is_bot", "author.bot", if_true)
        .once("message/direct", "id").own_echo("id", "author.id")
        .answerable(dm, "guild_id").written_by("author.id", "author.username", "src_guild_id"),
    channel_deletion("MESSAGE_DELETE"),
    channel_deletion("PUBLIC_MESSAGE_DELETE"),
    on("DIRECT_MESSAGE_DELETE").notice("private_message_delete", "qq.guild")
        .take("message_id", "message.id").take("user_id", "message.author.id")
        .once("delete", "message.id"),

    // Friends, and the bot in groups
    on("FRIEND_ADD").notice("friend_increase").take("user_id", kFriend)
        .extra("qq.scene", "scene", integer).take("qq.scene_param", "scene_param")
        .take("qq.union_openid", "author.union_openid").answerable(c2c, kFriend),
    on("FRIEND_DEL").notice("friend_decrease").take("user_id", kFriend).leaves(c2c, kFriend),
    on("C2C_MSG_REJECT").notice("qq.private_push_reject").take("user_id", kFriend).refuses(c2c, kFriend),
    on("C2C_MSG_RECEIVE").notice("qq.private_push_receive").take("user_id", kFriend)
        .consents(c2c, kFriend).answerable(c2c, kFriend),
    robot(on("GROUP_ADD_ROBOT").notice("group_member_increase", "invite")).answerable(group, kGroup),
    robot(on("GROUP_DEL_ROBOT").notice("group_member_decrease", "kick")).leaves(group, kGroup),
    group_push(on("GROUP_MSG_REJECT").notice("qq.group_push_reject")).refuses(group, kGroup),
    group_push(on("GROUP_MSG_RECEIVE").notice("qq.group_push_receive"))
        .consents(group, kGroup).answerable(group, kGroup),

    // People in groups: QQ tells neither cause nor operator
    group_member(on("GROUP_MEMBER_ADD").notice("group_member_increase")).answerable(group, kGroup),
    group_member(on("GROUP_MEMBER_REMOVE").notice("group_member_decrease")),
    on("GROUP_JOIN_REQUEST").request("qq.group_join_request").sub(join_source).at("apply_at")
        .take("group_id", "group_openid").take("user_id", "member_openid")
        .take("qq.request_id", "join_request_id").take("qq.username", "username").field("qq.comment", join_comment)
        .take("qq.invitor_id", "invited_by").take("qq.risk_tips", "risk_tips").extra("qq.user_is_bot", "bot", if_true)
        .take("qq.auto_approved_strategy_id", "auto_approved.strategy_id"),

    // What people do with the bot
    on("SUBSCRIBE_MESSAGE_STATUS").when("group_openid", "").notice("qq.subscribe_message_status")
        .take("user_id", kFriend).extra("qq.result", "result"),
    on("SUBSCRIBE_MESSAGE_STATUS").notice("qq.subscribe_message_status")
        .take("group_id", "group_openid").take("user_id", kFriend).extra("qq.result", "result"),
    on("ENTER_AIO").notice("qq.enter_aio").take("user_id", kFriend).take("qq.from_source", "from_source"),
    c2c_interaction("scene", "c2c"), group_interaction("scene", "group"), guild_interaction("scene", "guild"),
    c2c_interaction("chat_type", "2"), group_interaction("chat_type", "1"), guild_interaction("chat_type", "0"),
    interaction().take("user_id", "user_openid|group_member_openid|data.resolved.user_id|data.resoloved.user_id"),

    // Guilds and their members
    guild_event(on("GUILD_CREATE").notice("guild_member_increase", "invite").self("user_id").at("joined_at")).own_twice(),
    guild_event(on("GUILD_UPDATE").notice("qq.guild_update")),
    guild_event(on("GUILD_DELETE").notice("guild_member_decrease").self("user_id")).own_twice(),
    channel_event(on("CHANNEL_CREATE").notice("channel_create")),
    channel_event(on("CHANNEL_UPDATE").notice("qq.channel_update")),
    channel_event(on("CHANNEL_DELETE").notice("channel_delete")),
    guild_member(on("GUILD_MEMBER_ADD").notice("guild_member_increase").sub(guild_entry).at("joined_at")).own_twice(),
    guild_member(on("GUILD_MEMBER_UPDATE").notice("qq.guild_member_update"))
        .take("qq.nick", "nick").extra("qq.roles", "roles"),
    guild_member(on("GUILD_MEMBER_REMOVE").notice("guild_member_decrease").sub(guild_exit)).own_twice(),

    // Reactions, and messages under review
    reaction(on("MESSAGE_REACTION_ADD").notice("qq.reaction_add")).answerable(channel, "channel_id"),
    reaction(on("MESSAGE_REACTION_REMOVE").notice("qq.reaction_remove")),
    audit(on("MESSAGE_AUDIT_PASS").notice("qq.message_audit_pass")).passes("audit_id", "message_id"),
    audit(on("MESSAGE_AUDIT_REJECT").notice("qq.message_audit_reject")).rejects("audit_id"),

    // Forums, voice channels
    thread("FORUM_THREAD_CREATE", "qq.forum_thread_create"),
    thread("FORUM_THREAD_UPDATE", "qq.forum_thread_update"),
    thread("FORUM_THREAD_DELETE", "qq.forum_thread_delete"),
    post("FORUM_POST_CREATE", "qq.forum_post_create"),
    post("FORUM_POST_DELETE", "qq.forum_post_delete"),
    forum_reply("FORUM_REPLY_CREATE", "qq.forum_reply_create"),
    forum_reply("FORUM_REPLY_DELETE", "qq.forum_reply_delete"),
    forum("FORUM_PUBLISH_AUDIT_RESULT", "qq.forum_publish_audit_result").at("date_time")
        .take("qq.task_id", "task_id").take("qq.thread_id", "thread_id").take("qq.post_id", "post_id")
        .take("qq.reply_id", "reply_id").extra("qq.audit_type", "type", integer)
        .extra("qq.result", "result", integer).take("qq.err_msg", "err_msg"),
    forum("OPEN_FORUM_THREAD_CREATE", "qq.open_forum_thread_create"),
    forum("OPEN_FORUM_THREAD_UPDATE", "qq.open_forum_thread_update"),
    forum("OPEN_FORUM_THREAD_DELETE", "qq.open_forum_thread_delete"),
    forum("OPEN_FORUM_POST_CREATE", "qq.open_forum_post_create"),
    forum("OPEN_FORUM_POST_DELETE", "qq.open_forum_post_delete"),
    forum("OPEN_FORUM_REPLY_CREATE", "qq.open_forum_reply_create"),
    forum("OPEN_FORUM_REPLY_DELETE", "qq.open_forum_reply_delete"),
    audio("AUDIO_START", "qq.audio_start"),
    audio("AUDIO_FINISH", "qq.audio_finish"),
    audio("AUDIO_ON_MIC", "qq.audio_on_mic"),
    audio("AUDIO_OFF_MIC", "qq.audio_off_mic"),
    presence(on("AUDIO_OR_LIVE_CHANNEL_MEMBER_ENTER").notice("channel_member_increase", "join")),
    presence(on("AUDIO_OR_LIVE_CHANNEL_MEMBER_EXIT").notice("channel_member_decrease", "leave")),
};
static_assert(onebot::conform(kRules, "qq"));

}  // namespace

constinit const onebot::EventTable kEvents = {
    .rules = kRules,
    .envelope = {.id = "id", .name = "t", .time = "d.timestamp", .payload = "d"},
};

}  // namespace qq
