#include "adapters/feishu/events/table.h"

#include "adapters/feishu/account.h"
#include "adapters/feishu/events/fields.h"
#include "adapters/feishu/events/native.h"
#include "adapters/feishu/events/redaction.h"
#include "adapters/feishu/events/segments.h"
#include "onebot/conform.h"

#include <array>

namespace feishu {
namespace {

using onebot::Event;
using onebot::EventRule;
using onebot::on;

// --- what several rows have in common ---

consteval EventRule message_fields(const EventRule& rule) {
  return rule.take("message_id", "message.message_id")
      .field("user_id", sender)
      .take("feishu.chat_id", "message.chat_id")
      .take("feishu.chat_type", "message.chat_type")
      .take("feishu.message_type", "message.message_type|message.msg_type")
      .take("feishu.root_id", "message.root_id")
      .take("feishu.parent_id", "message.parent_id")
      .take("feishu.thread_id", "message.thread_id")
      .take("feishu.sender_type", "sender.sender_type")
      .take("feishu.open_id", "sender.sender_id.open_id")
      .take("feishu.union_id", "sender.sender_id.union_id")
      .take("feishu.user_id", "sender.sender_id.user_id")
      .take("feishu.tenant_key", "sender.tenant_key")
      .at("message.create_time")
      .once("message", "message.message_id")
      .own_echo("", "sender.sender_id|sender.id|sender")
      .written_by("sender.sender_id", "");
}

consteval EventRule group_message(const EventRule& rule) {
  return message_fields(rule.message("group", read_message).take("group_id", "message.chat_id"));
}

consteval EventRule legacy_message_fields(const EventRule& rule) {
  return rule.take("message_id", "open_message_id")
      .field("user_id", legacy_sender)
      .take("feishu.chat_id", "open_chat_id")
      .take("feishu.message_type", "msg_type")
      .take("feishu.root_id", "root_id")
      .take("feishu.parent_id", "parent_id")
      .take("feishu.user_id", "employee_id")
      .take("feishu.union_id", "union_id")
      .take("feishu.tenant_key", "tenant_key")
      .once("message", "open_message_id")
      .own_echo("", "open_id");
}

consteval EventRule legacy_group_message(const EventRule& rule) {
  return legacy_message_fields(rule.message("group", read_legacy_message).take("group_id", "open_chat_id"));
}

// The group of a member event of schema 2.0 and who acted.
consteval EventRule group_fields(const EventRule& rule) {
  return rule.take("group_id", "chat_id")
      .field("operator_id", operator_id)
      .take("feishu.group_name", "name")
      .extra("feishu.external", "external")
      .in(Chat::with_other_members, "chat_id");
}

consteval EventRule user_in_group(const EventRule& rule) {
  return group_fields(rule.field("user_id", listed_user).take("feishu.user_name", "$.name"));
}

consteval EventRule legacy_own_fields(const EventRule& rule) {
  return rule.take("group_id", "open_chat_id")
      .self("user_id")
      .field("operator_id", legacy_operator)
      .take("feishu.group_name", "chat_name")
      .in(Chat::with_other_members, "open_chat_id");
}

consteval EventRule legacy_user_in_group(const EventRule& rule) {
  return rule.take("group_id", "chat_id")
      .field("user_id", legacy_listed_user)
      .field("operator_id", acting)
      .take("feishu.user_name", "$.name")
      .in(Chat::with_other_members, "chat_id");
}

consteval EventRule reaction_fields(const EventRule& rule) {
  return rule.take("message_id", "message_id")
      .take("_.emoji_type", "reaction_type.emoji_type|reaction_type")
      .take("_.operator_type", "operator_type")
      .field("user_id", reactor)
      .field("_.group_id", reaction_group)
      .field("feishu.chat_id", reaction_chat)
      .at("action_time")
      .in(Chat::of_message, "message_id")
      .own_echo("", "app_id");
}

consteval EventRule card_fields(const EventRule& rule) {
  return rule.extra("_.action", "action")
      .take("_.token", "token")
      .keep("_.host", "host")
      .field("_.group_id", card_group)
      .receipt_now();
}

consteval EventRule meeting_fields(const EventRule& rule) {
  return rule.field("user_id", meeting_operator).extra("_.meeting", "meeting");
}

consteval EventRule recording_fields(const EventRule& rule) {
  return rule.take("_.unique_key", "unique_key")
      .take("_.source", "source")
      .extra("_.transcript_items", "transcript_items")
      .take("_.object_type", "object_type")
      .take("_.object_id", "object_id");
}

consteval EventRule approval_fields(const EventRule& rule) {
  return rule.take("_.approval_code", "approval_code")
      .take("_.instance_code", "instance_code")
      .take("_.external_id", "external_id")
      .take("_.status", "status")
      .at("operate_time");
}

consteval EventRule course_fields(const EventRule& rule) {
  return rule.field("user_id", learner)
      .take("_.course_id", "course_id")
      .extra("_.learning_state", "learning_state")
      .extra("_.enroll_type", "enroll_type")
      .extra("_.learning_duration", "learning_duration");
}

// What nobody has described, but something here has to act on.
consteval EventRule raw(const EventRule& rule) { return rule.notice("feishu.raw_event").field("_.event_json", whole); }

// --- the tables ---

constexpr std::array kRules = {
    message_fields(on("im.message.receive").when("message.chat_type", "p2p").message("private", read_message)),
    group_message(on("im.message.receive").when("message.chat_type", "group"))
        .shows_self("message.mentions", "sender.sender_id.open_id"),
    group_message(on("im.message.receive").when("message.chat_type", "topic_group")),
    group_message(on("im.message.receive")).in(Chat::of_unknown_kind, "message.chat_id"),
    message_fields(on(kPrivateMessage).message("private", read_message)),
    on("im.message.recalled")
        .notice("group_message_delete")
        .sub(recall_kind)
        .take("group_id", "chat_id")
        .take("message_id", "message_id")
        .field("user_id", recalled_author)
        .field("operator_id", recall_operator)
        .take("feishu.recall_type", "recall_type")
        .at("recall_time")
        .in(Chat::of_unknown_kind, "chat_id"),
    on(kPrivateRecall)
        .notice("private_message_delete")
        .take("message_id", "message_id")
        .field("user_id", recalled_author)
        .take("feishu.chat_id", "chat_id")
        .take("feishu.recall_type", "recall_type")
        .at("recall_time"),
    on("im.message.message_read")
        .notice("feishu.message_read")
        .field("user_id", reader)
        .extra("_.message_ids", "message_id_list")
        .at("reader.read_time"),
    reaction_fields(on("im.message.reaction.created").notice("feishu.message_reaction", "created")),
    reaction_fields(on("im.message.reaction.deleted").notice("feishu.message_reaction", "deleted")),

    group_fields(on("im.chat.member.bot.added").notice("group_member_increase", "invite").self("user_id")),
    group_fields(on("im.chat.member.bot.deleted").notice("group_member_decrease").sub(own_leave_kind).self("user_id")),
    user_in_group(on("im.chat.member.user.added").each("users").notice("group_member_increase").sub(join_kind)),
    user_in_group(on("im.chat.member.user.deleted").each("users").notice("group_member_decrease").sub(leave_kind)),
    user_in_group(
        on("im.chat.member.user.withdrawn").each("users").notice("group_member_decrease", "feishu.withdrawn")),
    group_fields(on("im.chat.disbanded").notice("group_member_decrease", "feishu.disbanded").self("user_id")),
    on("im.chat.updated")
        .notice("feishu.group_updated")
        .take("group_id", "chat_id")
        .field("operator_id", operator_id)
        .extra("_.before", "before_change")
        .extra("_.after", "after_change")
        .extra("_.moderator_list", "moderator_list"),
    on("im.chat.access_event.bot_p2p_chat_entered")
        .notice("feishu.p2p_chat_entered")
        .field("user_id", operator_id)
        .keep("_.last_message_id", "last_message_id")
        .field("_.last_message_time", last_message_time)
        .take("feishu.chat_id", "chat_id"),

    on("application.bot.menu")
        .notice("feishu.bot_menu")
        .field("user_id", menu_operator)
        .keep("_.event_key", "event_key")
        .take("feishu.user_name", "operator.operator_name")
        .at("timestamp"),
    card_fields(on("card.action.trigger")
                    .notice("feishu.card_action")
                    .field("user_id", card_operator)
                    .take("message_id", "context.open_message_id|open_message_id")
                    .take("feishu.chat_id", "context.open_chat_id|open_chat_id")
                    .in(Chat::of_unknown_kind, "context.open_chat_id|open_chat_id")),
    raw(on("url.preview.get")).receipt_now(),

    on("vc.bot.meeting_invited")
        .notice("feishu.meeting_invited")
        .field("user_id", inviter)
        .take("feishu.user_name", "inviter.user_name")
        .take("_.call_id", "call_id")
        .extra("_.meeting", "meeting")
        .at("invite_time"),
    on("vc.bot.meeting_started").notice("feishu.meeting_started").extra("_.meeting", "meeting"),
    on("vc.bot.meeting_ended").notice("feishu.meeting_ended").extra("_.meeting", "meeting"),
    on("vc.bot.meeting_activity").notice("feishu.meeting_activity").extra("_.items", "meeting_activity_items"),
    meeting_fields(on("vc.meeting.participant_meeting_started").notice("feishu.participant_meeting", "started")),
    meeting_fields(on("vc.meeting.participant_meeting_joined").notice("feishu.participant_meeting", "joined")),
    meeting_fields(on("vc.meeting.participant_meeting_ended").notice("feishu.participant_meeting", "ended")),
    recording_fields(on("vc.recording.recording_started").notice("feishu.recording", "started")),
    recording_fields(
        on("vc.recording.recording_transcript_generated").notice("feishu.recording", "transcript_generated")),
    recording_fields(on("vc.recording.recording_ended").notice("feishu.recording", "ended")),
    on("vc.note.generated")
        .notice("feishu.note_generated")
        .take("_.note_id", "note_id")
        .extra("_.subscriber_ids", "subscriber_ids"),
    on("minutes.minute.generated")
        .notice("feishu.minutes_generated")
        .take("_.minute_token", "minute_token")
        .extra("_.minute_source", "minute_source")
        .extra("_.subscriber_ids", "subscriber_ids"),
    approval_fields(on("approval.instance.status_changed").notice("feishu.approval", "instance"))
        .field("user_id", applicant),
    approval_fields(on("approval.task.status_changed").notice("feishu.approval", "task"))
        .field("user_id", assignee)
        .take("_.task_id", "task_id")
        .take("_.task_external_id", "task_external_id"),
    on("auth.user_access_token.revoked")
        .notice("feishu.user_access_token_revoked")
        .field("user_id", card_actor)
        .take("_.revoke_token_type", "revoke_token_type")
        .take("_.revoke_reason", "revoke_reason"),
    on("task.task.update_user_access")
        .notice("feishu.task_updated")
        .take("_.task_guid", "task_guid")
        .extra("_.event_types", "event_types"),
    course_fields(on("elearning.course_registration.created").notice("feishu.course_registration", "created")),
    course_fields(on("elearning.course_registration.updated").notice("feishu.course_registration", "updated")),
    course_fields(on("elearning.course_registration.deleted").notice("feishu.course_registration", "deleted")),

    raw(on("app_status_change")).stopped_by("status", "stop"),
    raw(on("app_uninstalled")).stopped_by("status", ""),
};

constexpr std::array kLegacyRules = {
    legacy_message_fields(on("message").when("chat_type", "private").message("private", read_legacy_message)),
    legacy_group_message(on("message").when("chat_type", "group")),
    legacy_group_message(on("message")).in(Chat::of_unknown_kind, "open_chat_id"),
    legacy_message_fields(on(kLegacyPrivateMessage).message("private", read_legacy_message)),
    on("message_read")
        .notice("feishu.message_read")
        .field("user_id", legacy_actor)
        .extra("_.message_ids", "open_message_ids|message_id_list"),
    legacy_own_fields(on("add_bot").notice("group_member_increase", "invite")),
    legacy_own_fields(on("remove_bot").notice("group_member_decrease", "kick")),
    on("p2p_chat_create")
        .notice("friend_increase")
        .field("user_id", friend_id)
        .field("feishu.operator_id", acting)
        .take("feishu.chat_id", "chat_id")
        .take("feishu.user_name", "user.name"),
    legacy_user_in_group(on("add_user_to_chat").each("users").notice("group_member_increase").sub(legacy_join_kind)),
    legacy_user_in_group(
        on("remove_user_from_chat").each("users").notice("group_member_decrease").sub(legacy_leave_kind)),
    legacy_user_in_group(
        on("revoke_add_user_from_chat").each("users").notice("group_member_decrease", "feishu.withdrawn")),
    on("chat_disband")
        .notice("group_member_decrease", "feishu.disbanded")
        .take("group_id", "chat_id")
        .self("user_id")
        .field("operator_id", acting)
        .in(Chat::with_other_members, "chat_id"),
    on("group_setting_update")
        .notice("feishu.group_updated")
        .take("group_id", "chat_id")
        .field("operator_id", acting)
        .extra("_.before", "before_change")
        .extra("_.after", "after_change"),
    raw(on("app_status_change")).stopped_by("status", "stop"),
    raw(on("app_uninstalled")).stopped_by("status", ""),
    on("app_ticket").ignored(),  // a credential of store apps, none of an application's business
};

constexpr std::array kCardRules = {
    card_fields(on(kLegacyCard)
                    .notice("feishu.card_action")
                    .field("user_id", card_actor)
                    .take("message_id", "open_message_id")
                    .take("feishu.chat_id", "open_chat_id")
                    .in(Chat::of_unknown_kind, "open_chat_id")),
};

// "_" stands for the prefix of the dialect.
static_assert(onebot::conform(kRules, "feishu _"));
static_assert(onebot::conform(kLegacyRules, "feishu _"));
static_assert(onebot::conform(kCardRules, "feishu _"));

const Native& native_in(const onebot::Native& native) { return static_cast<const Native&>(native); }

// An event that has no row: what it says, as text.
Event unknown(const onebot::Native& native, const Self& self) {
  Event event{.type = "notice", .detail_type = "feishu.raw_event", .self = self};
  event.fields.push_back({"_.event_json", as_told(native.payload, static_cast<const Account&>(self))});
  return event;
}

void complete(Event& event, const onebot::Native& native, const Self& self) {
  const auto& account = static_cast<const Account&>(self);
  event.detail_type = respelled(event.detail_type, account);
  event.sub_type = respelled(event.sub_type, account);
  for (onebot::Field& field : event.fields) field.name = respelled(field.name, account);
  event.fields.push_back({account.extension("event_type"), native_in(native).type});
  if (event.type == "message") event.alt_message = alt_message(event.message, account);
}

}  // namespace

constinit const onebot::EventTable kEvents = {
    .rules = kRules,
    .envelope = {.id = "header.event_id",
                 .name = "header.event_type",
                 .time = "header.create_time",
                 .payload = "event"},
    .complete = complete,
    .unknown = unknown,
};
constinit const onebot::EventTable kLegacyEvents = {
    .rules = kLegacyRules,
    .envelope = {.id = "uuid", .name = "event.type", .time = "ts", .payload = "event"},
    .complete = complete,
    .unknown = unknown,
};
constinit const onebot::EventTable kLegacyCards = {
    .rules = kCardRules,
    .complete = complete,
};

}  // namespace feishu
