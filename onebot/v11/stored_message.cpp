#include "onebot/v11/stored_message.h"

#include "onebot/json.h"
#include "onebot/v11/messages.h"
#include "onebot/v11/segments.h"

#include <fmt/format.h>

namespace onebot::v11 {
namespace {

// The row as an event of the log.
std::string event_of(const MessageRow& row, const Here& here) {
  const auto body = json::Document::parse(row.body);
  Fields event{{"time", static_cast<double>(row.at)},
               {"type", "message"},
               {"self", Fields{{"platform", here.scope.platform()}}},
               {"message", body ? body->root().value() : Value(List{})},
               {"message_id", row.native},
               {"user_id", row.sender}};
  if (row.chat_kind != Kind::user) append_place(event, {.kind = row.chat_kind, .id = row.chat});
  return json::write(event);
}

// A row with a body of its own knows better than the log, where a press is no message.
std::string text_of(const MessageRow& row, const Here& here) {
  const bool in_log = here.log && row.event != 0 && row.body.empty();
  if (auto text = in_log ? here.log->at(row.event) : std::nullopt) return *std::move(text);
  return event_of(row, here);
}

}  // namespace

bool is_remembered(const MessageRow& row, const Here& here) {
  return !row.body.empty() || (here.log && row.event != 0 && here.log->at(row.event));
}

std::string stored_body(const MessageRow& row, const Here& here) {
  const auto document = json::Document::parse(text_of(row, here));
  return document ? document->root().at("message").dump() : std::string();
}

Value stored_message(const MessageRow& row, const Here& here) {
  const Scope& scope = here.scope;
  const auto document = json::Document::parse(text_of(row, here));
  const LoggedEvent event(document ? document->root() : json::View(), row.event);
  const Native user = event.user(), group = event.group();
  const bool in_group = !group.id.empty(), own = is_self(scope, user);

  Fields out{{"time", event.time()},
             {"message_type", in_group ? "group" : "private"},
             {"message_id", row.number},
             {"message_seq", row.number},
             {"real_id", row.number}};
  if (in_group) out.push_back({"group_id", id_value(scope, group)});
  out.push_back({"user_id", id_value(scope, user)});
  out.push_back({"self_id", scope.self_id});
  Fields sender = sender_of(event, scope, in_group);
  if (own) set(sender, "nickname", here.name());
  if (user.id.empty()) set(sender, "nickname", "");
  out.push_back({"sender", std::move(sender)});
  Fields written;
  append_message(written, scope, read_message(event, scope));
  for (const std::string_view name : {"message", "raw_message", "message_format", "font"}) {
    out.push_back({std::string(name), *find(written, name)});
  }
  out.push_back({"sub_type", in_group ? "normal" : "friend"});
  return out;
}

}  // namespace onebot::v11
