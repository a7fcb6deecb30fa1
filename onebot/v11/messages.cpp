#include "onebot/v11/messages.h"

#include "onebot/ascii.h"
#include "onebot/json_write.h"
#include "onebot/v11/cq.h"
#include "onebot/v11/frame.h"
#include "onebot/v11/roster.h"
#include "onebot/v11/segments.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace onebot::v11 {
namespace {

constexpr std::string_view kNames = "username nick user_name";

// The last name known of somebody, and never "".
std::string nickname(const LoggedEvent& event, const Scope& scope) {
  if (std::string name = event.extra(kNames); !name.empty()) return name;
  const Native user = event.user();
  std::string name = scope.ids.name(user);
  if (!name.empty()) return name;
  return user.id.empty() ? "0" : id_text(scope, user);
}

std::string_view role(const LoggedEvent& event) {
  if (const auto told = role_by_name(event.extra("member_role")); !told.empty()) return told;
  std::vector<std::string> ids;
  const json::View roles = extra(event.view(), "roles");
  for (std::size_t i = 0; i < roles.size(); ++i) ids.push_back(roles[i].text());
  return role_by_ids(ids);
}

MessageRow row_of(const LoggedEvent& event, const Scope& scope, std::string native) {
  const Native chat = event.chat();
  return {.bot = scope.bot,
          .native = std::move(native),
          .chat_kind = chat.kind,
          .chat = chat.id,
          .sender = event.user().id,
          .at = event.time(),
          .event = event.place()};
}

// A message without an id is the same one whenever it is read.
std::string name_of(const LoggedEvent& event) {
  const std::string_view id = event.text("message_id");
  return id.empty() ? fmt::format("{}event:{}", kInvented, event.text("id")) : std::string(id);
}

// What a segment adds to a frame.
std::size_t bytes_of(const Segment& segment, const Scope& scope) {
  std::string written;
  json::append_string(written, write_cq({segment}));
  if (scope.options.message_format == MessageFormat::string) return 2 * (written.size() - 2);
  return written.size() - 2 + json::write(as_value({segment})).size() - 1;  // and a comma
}

// The message without as many of its last segments as it takes to save these bytes; a text says that it is cut.
Message shortened(Message message, std::size_t bytes, const Scope& scope) {
  Segment mark = segment::text("[…]");
  bytes += bytes_of(mark, scope) + 1;
  for (std::size_t saved = 0; !message.empty() && saved < bytes; message.pop_back()) {
    saved += bytes_of(message.back(), scope);
  }
  message.push_back(std::move(mark));
  return message;
}

// write(message), or of as much of it as fits a frame.
template <class Write>
std::string fitting(const Scope& scope, const Message& message, Write write) {
  std::string frame = write(message);
  if (frame.size() <= scope.options.max_frame) return frame;
  return write(shortened(message, frame.size() - scope.options.max_frame, scope));
}

std::string write(const LoggedEvent& event, const Scope& scope, Number number, std::string_view native,
                  const Message& message) {
  const Native user = event.user(), group = event.group();
  const bool in_group = !group.id.empty();
  Fields out = frame(event.time(), scope.self_id, "message");
  out.insert(out.end(), {{"message_type", in_group ? "group" : "private"},
                         {"sub_type", in_group ? "normal" : "friend"},
                         {"message_id", number},
                         {"message_seq", number},
                         {"real_id", number}});
  if (in_group) out.push_back({"group_id", id_value(scope, group, event.extra("group_name"))});
  out.push_back({"user_id", id_value(scope, user, event.extra(kNames))});
  if (in_group) out.push_back({"anonymous", Value()});
  append_message(out, scope, message);
  out.push_back({"sender", sender_of(event, scope, in_group)});
  if (const auto name = in_group ? scope.ids.name(group) : ""; !name.empty()) out.push_back({"group_name", name});
  append_natives(out, scope, user, group, native);
  return json::write(out);
}

// A native id that is a number every consumer holds exactly; else ours.
Number tiny_number(const LoggedEvent& event, const Scope& scope) {
  const Native user = event.user();
  const Number number = ascii::number_in<Number>(user.id).value_or(0);
  return number > 0 && number <= kMostExact ? number : scope.ids.number(user);
}

std::string guild_frame(const LoggedEvent& event, const Scope& scope, const Message& message) {
  scope.ids.number(event.user(), event.extra(kNames));
  scope.messages.number(row_of(event, scope, name_of(event)));
  Fields out = frame(event.time(), scope.self_id, "message");
  out.insert(out.end(), {{"message_type", "guild"},
                         {"sub_type", "channel"},
                         {"guild_id", event.text("guild_id")},
                         {"channel_id", event.text("channel_id")},
                         {"message_id", event.text("message_id")},
                         {"user_id", event.text("user_id")},
                         {"self_tiny_id", event.self()}});
  append_message(out, scope, message);
  out.push_back({"sender", Fields{{"user_id", tiny_number(event, scope)},
                                  {"tiny_id", event.text("user_id")},
                                  {"nickname", nickname(event, scope)}}});
  return json::write(out);
}

}  // namespace

void append_message(Fields& frame, const Scope& scope, const Message& message) {
  const bool array = scope.options.message_format == MessageFormat::array;
  const std::string written = write_cq(message);
  frame.push_back({"message", array ? as_value(message) : Value(written)});
  frame.push_back({"message_format", array ? "array" : "string"});
  frame.push_back({"raw_message", written});
  frame.push_back({"font", 0});
}

Fields sender_of(const LoggedEvent& event, const Scope& scope, bool in_group) {
  Fields sender{{"user_id", id_value(scope, event.user())}, {"nickname", nickname(event, scope)}};
  if (in_group) sender.push_back({"card", event.extra("nick")});
  sender.insert(sender.end(), {{"sex", "unknown"}, {"age", 0}});
  if (in_group) sender.insert(sender.end(), {{"area", ""}, {"level", ""}, {"role", role(event)}, {"title", ""}});
  return sender;
}

std::optional<std::string> message_frame(const LoggedEvent& event, const Scope& scope) {
  if (is_self(scope, event.user())) return std::nullopt;
  if (event.in_channel() && scope.options.channels == Channels::guild) {
    const Message natives = read_message(event, scope, SegmentIds::native);
    return fitting(scope, natives, [&](const Message& part) { return guild_frame(event, scope, part); });
  }
  const Message message = read_message(event, scope);  // what it quotes has the smaller number
  const Number number = scope.messages.number(row_of(event, scope, name_of(event)));
  scope.messages.alias(scope.bot, event.extra("msg_idx"), number);
  return fitting(scope, message,
                 [&](const Message& part) { return write(event, scope, number, event.text("message_id"), part); });
}

std::string spoken_frame(const LoggedEvent& event, const Scope& scope, const std::string& native,
                         const Message& message) {
  MessageRow row = row_of(event, scope, native);
  row.body = json::write(as_value(message));
  const Number number = scope.messages.number(std::move(row));
  return fitting(scope, message, [&](const Message& part) { return write(event, scope, number, "", part); });
}

}  // namespace onebot::v11
