#include "onebot/v11/notices.h"

#include "onebot/json_write.h"
#include "onebot/v11/frame.h"
#include "onebot/v11/interactions.h"
#include "onebot/v11/notice_members.h"
#include "onebot/v11/plain.h"

#include <algorithm>
#include <array>
#include <utility>

namespace onebot::v11 {
namespace {

constexpr std::string_view kMember = "group_id user_id operator_id";
constexpr std::string_view kRecall = "group_id user_id operator_id message_id";
constexpr std::string_view kLike = "group_id user_id message_id likes is_add";
constexpr std::string_view kReaction = "@guild_id @channel_id @user_id @message_id current_reactions";

constexpr std::array kRows = {
    // friends
    on("friend_increase").notice("friend_add").with("user_id"),
    on("friend_decrease").extended(),
    on("private_message_delete").notice("friend_recall").with("user_id:chat message_id").user_acts().not_own(),

    // messages taken back; the same in channels, unless these have a dialect
    on("group_message_delete", "recall").notice("group_recall").with(kRecall).user_acts().not_own(),
    on("group_message_delete").notice("group_recall").with(kRecall).not_own(),
    on("channel_message_delete")
        .when(When::dialect)
        .notice("guild_channel_recall")
        .with("@guild_id @channel_id @operator_id @user_id @message_id")
        .not_own(),
    on("channel_message_delete", "recall").notice("group_recall").with(kRecall).user_acts().not_own(),
    on("channel_message_delete").notice("group_recall").with(kRecall).not_own(),

    // members
    on("group_member_increase", "invite").notice("group_increase", "invite").with(kMember),
    on("group_member_increase", "join").notice("group_increase", "approve").with(kMember).user_acts(),
    on("group_member_increase").notice("group_increase", "approve").with(kMember),
    on("group_member_decrease", "leave").notice("group_decrease", "leave").with(kMember).user_acts(),
    on("group_member_decrease").when(When::self).notice("group_decrease", "kick_me").with(kMember),
    on("group_member_decrease", "kick").notice("group_decrease", "kick").with(kMember),
    on("group_member_decrease", "*.withdrawn").notice("group_decrease", "kick").with(kMember),
    on("group_member_decrease", "*.disbanded").notice("group_decrease", "kick").with(kMember),
    on("group_member_decrease").notice("group_decrease", "leave").with(kMember),
    on("guild_member_increase").extended(),
    on("guild_member_decrease").extended(),
    on("*.guild_member_update").extended(),
    on("channel_member_increase").extended(),
    on("channel_member_decrease").extended(),

    // reactions
    on("*.message_reaction", "created").when(When::group).notice("group_msg_emoji_like").with(kLike).adding(),
    on("*.message_reaction", "deleted").when(When::group).notice("group_msg_emoji_like").with(kLike),
    on("*.message_reaction").extended(),
    on("*.reaction_add").when(When::dialect).notice("message_reactions_updated").with(kReaction),
    on("*.reaction_remove").when(When::dialect).notice("message_reactions_updated").with(kReaction),
    on("*.reaction_add").when(When::message).notice("group_msg_emoji_like").with(kLike).adding(),
    on("*.reaction_remove").when(When::message).notice("group_msg_emoji_like").with(kLike),
    on("*.reaction_add").extended(),
    on("*.reaction_remove").extended(),

    // groups, guilds and channels themselves
    on("*.group_updated")
        .when(When::named)
        .notice("notify", "group_name")
        .with("group_id user_id:actor operator_id name_new"),
    on("*.group_updated").extended(),
    on("*.guild_update").extended(),
    on("channel_create").when(When::dialect).notice("channel_created").with("channel_info"),
    on("channel_delete").when(When::dialect).notice("channel_destroyed").with("channel_info"),
    on("*.channel_update").when(When::dialect).notice("channel_updated").with("old_info new_info"),
    on("channel_create").extended(),
    on("channel_delete").extended(),
    on("*.channel_update").extended(),

    // who asks to come in
    on("*.group_join_request")
        .when(When::undecided)
        .request("group", "add")
        .with("group_id user_id comment flag invitor_id"),
    on("*.group_join_request").extended(),

    // what was pressed
    on("*.interaction").press(),
    on("*.card_action").press(),
    on("*.bot_menu").press(),

    // what OneBot 11 has no name for
    on("*.private_push_reject").extended(),
    on("*.private_push_receive").extended(),
    on("*.group_push_reject").extended(),
    on("*.group_push_receive").extended(),
    on("*.subscribe_message_status").extended(),
    on("*.enter_aio").extended(),
    on("*.p2p_chat_entered").extended(),
    on("*.message_read").extended(),
    on("*.audio_*").extended(),
    on("*.message_audit_*").extended(),
    on("*.forum_*").extended(),
    on("*.open_forum_*").extended(),
};

consteval bool conform() {
  bool fine = reach_all(kRows);
  for (const NoticeRow& row : kRows) {
    fine = fine && is_known(row);
    each_word(row.members, [&](std::string_view word) { fine = fine && is_member(word); });
  }
  return fine;
}
static_assert(conform(), "a row that is never reached, an event that no consumer knows, or a member without a reader");

bool is_so(When condition, const Notice& notice) {
  const LoggedEvent& event = notice.event;
  switch (condition) {
    case When::always:
      return true;
    case When::self:
      return is_self(notice.scope, event.user());
    case When::group:
      return !place(notice).id.empty();
    case When::message:
      return !event.text("message_id").empty();
    case When::named:
      return event.view().at("after.name").is_string();
    case When::undecided:
      return event.extra("auto_approved_strategy_id").empty();
    case When::dialect:
      return notice.scope.options.channels == Channels::guild;
  }
  return false;
}

std::string with_members(const Notice& notice) {
  const bool request = notice.row.becomes == NoticeRow::Becomes::request;
  Fields out = frame(notice.event.time(), notice.scope.self_id, request ? "request" : "notice");
  out.push_back({request ? "request_type" : "notice_type", notice.row.type});
  if (!notice.row.sub_type.empty()) out.push_back({"sub_type", notice.row.sub_type});
  each_word(notice.row.members, [&](std::string_view word) { append_member(out, word, notice); });
  if (notice.row.condition != When::dialect) {
    const bool acted = has_word(notice.row.members, "user_id:actor");
    append_natives(out, notice.scope, acted ? actor(notice) : subject(notice), place(notice),
                   notice.event.text("message_id"));
  }
  return json::write(out);
}

// Dots of a name as "_".
std::string joined(std::string_view name) {
  std::string out(name);
  std::ranges::replace(out, '.', '_');
  return out;
}

// Members of an event that stand in a frame of their own accord.
constexpr std::string_view kTop = "id time type detail_type sub_type self user_id group_id operator_id message_id";

std::string under_its_own_name(const Notice& notice) {
  const LoggedEvent& event = notice.event;
  const Native group = event.group();
  Fields out = frame(event.time(), notice.scope.self_id, "notice");
  out.push_back({"notice_type", joined(event.detail())});
  out.push_back({"sub_type", joined(without_prefix(event.sub()))});
  const auto told = [&](std::string_view name) { return event.view().at(name).is_string(); };
  if (told("user_id")) append_member(out, "user_id", notice);
  if (!group.id.empty()) append_member(out, "group_id", notice);
  if (told("operator_id")) append_member(out, "operator_id", notice);
  if (!event.text("message_id").empty()) append_member(out, "message_id", notice);
  Fields data;
  event.view().members([&](std::string_view name, json::View value) {
    if (!has_word(kTop, name)) data.push_back({std::string(name), value.value()});
  });
  out.push_back({"data", plain(std::move(data))});
  append_natives(out, notice.scope, event.user(), group, event.text("message_id"));
  return json::write(out);
}

}  // namespace

std::span<const NoticeRow> notice_rows() { return kRows; }

const NoticeRow* row_for(const LoggedEvent& event, const Scope& scope) {
  const auto* row = std::ranges::find_if(kRows, [&](const NoticeRow& r) {
    return fits(r.detail, event.detail()) && fits(r.sub, event.sub()) && is_so(r.condition, {r, event, scope});
  });
  return row == kRows.end() ? nullptr : row;
}

std::optional<std::string> notice_frame(const NoticeRow& row, const LoggedEvent& event, const Scope& scope) {
  const Notice notice{row, event, scope};
  switch (row.becomes) {
    case NoticeRow::Becomes::press:
      return interaction_frame(event, scope);
    case NoticeRow::Becomes::extended:
      if (!scope.options.extended_notices) return std::nullopt;
      return under_its_own_name(notice);
    default:
      if (row.quiet && is_self(scope, actor(notice))) return std::nullopt;
      return with_members(notice);
  }
}

}  // namespace onebot::v11
