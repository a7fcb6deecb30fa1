#include "onebot/v11/notice_members.h"

#include "onebot/v11/frame.h"

#include <fmt/format.h>

#include <optional>
#include <string>

namespace onebot::v11 {
namespace {

std::optional<MessageRow> message_of(const Notice& notice) {
  const std::string_view native = notice.event.text("message_id");
  if (native.empty()) return std::nullopt;
  return notice.scope.messages.find(notice.scope.bot, native);
}

Native user(const Notice& notice, std::string id) {
  return {Kind::user, std::string(notice.event.platform()), std::move(id)};
}

Fields channel(const Notice& notice, std::string name) {
  const Value type = extra(notice.event.view(), "channel_type").value();
  return {{"owner_guild_id", notice.event.text("guild_id")},
          {"channel_id", notice.event.text("channel_id")},
          {"channel_type", type.is_null() ? Value(0) : type},
          {"channel_name", std::move(name)}};
}

}  // namespace

namespace member {

Value user_id(const Notice& notice) {
  const bool told = !notice.event.text("user_id").empty();
  return id_value(notice.scope, subject(notice), told ? notice.event.extra("username user_name") : "");
}

Value actor_id(const Notice& notice) { return id_value(notice.scope, actor(notice)); }

// The other person of a private chat.
Value chat_id(const Notice& notice) {
  const auto message = message_of(notice);
  const bool known = message && message->chat_kind == Kind::user && !message->chat.empty();
  return id_value(notice.scope, known ? user(notice, message->chat) : notice.event.user());
}

Value group_id(const Notice& notice) {
  std::string name(notice.event.text("after.name"));
  if (name.empty()) name = notice.event.extra("group_name channel_name");
  return id_value(notice.scope, place(notice), name);
}

Value message_id(const Notice& notice) {
  return message_number(notice.event, notice.scope, notice.event.text("message_id"));
}

Value likes(const Notice& notice) {
  std::string emoji(notice.event.text("emoji_type"));
  if (emoji.empty()) emoji = notice.event.extra("emoji_id");
  return List{Fields{{"emoji_id", emoji}, {"count", 1}}};
}

Value is_add(const Notice& notice) { return notice.row.adds; }
Value name_new(const Notice& notice) { return notice.event.text("after.name"); }
Value comment(const Notice& notice) { return notice.event.extra("comment"); }

// Complete in itself, so that it can be answered after a restart and elsewhere.
Value flag(const Notice& notice) {
  const LoggedEvent& event = notice.event;
  return fmt::format("{}:join:{}:{}:{}", event.platform(), event.text("group_id"), event.text("user_id"),
                     event.extra("request_id"));
}

Value invitor_id(const Notice& notice) {
  return id_value(notice.scope, user(notice, notice.event.extra("invitor_id")));
}

Value none(const Notice&) { return List{}; }

Value channel_info(const Notice& notice) { return channel(notice, notice.event.extra("channel_name")); }
// What it was called is not told.
Value old_info(const Notice& notice) { return channel(notice, ""); }

}  // namespace member

Native subject(const Notice& notice) {
  Native told = notice.event.user();
  if (!told.id.empty()) return told;
  const auto message = message_of(notice);
  return message ? user(notice, message->sender) : told;
}

Native actor(const Notice& notice) {
  const Native told = notice.event.user("operator_id");
  return told.id.empty() && notice.row.acts ? subject(notice) : told;
}

Native place(const Notice& notice) {
  Native told = notice.event.group();
  if (!told.id.empty()) return told;
  const auto message = message_of(notice);
  if (!message || message->chat_kind == Kind::user) return told;
  return {message->chat_kind, std::string(notice.event.platform()), message->chat};
}

void append_member(Fields& frame, std::string_view word, const Notice& notice) {
  if (word.starts_with('@')) {
    frame.push_back({std::string(word.substr(1)), notice.event.text(word.substr(1))});
    return;
  }
  for (const Member& member : kMembers) {
    if (member.word == word) frame.push_back({std::string(word.substr(0, word.find(':'))), member.read(notice)});
  }
}

}  // namespace onebot::v11
