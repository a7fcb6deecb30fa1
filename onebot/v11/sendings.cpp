#include "onebot/v11/sendings.h"

#include "onebot/v11/forwards.h"
#include "onebot/v11/logged_event.h"
#include "onebot/v11/request_params.h"
#include "onebot/v11/segments.h"
#include "onebot/v11/stored_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace onebot::v11 {

namespace {

Status send_to(Asked& asked, std::string_view detail_type, const Fields& params, const Here& here) {
  ONEBOT_TRY(sent, read_sent_message(params, here.scope, here.abilities));
  asked.told = told_of(sent);
  asked.uploads = std::move(sent.uploads);
  set(asked.action.params, "detail_type", detail_type);
  set(asked.action.params, "message", as_value(sent.message));
  return {};
}

// The parameters with a "message" of the one file they name.
Fields with_file(const Fields& params) {
  Fields data;
  for (const std::string_view name : {"file", "url", "name"}) {
    if (const Value* value = given(params, name)) data.push_back({std::string(name), *value});
  }
  Fields out = params;
  set(out, "message", as_value({{"file", std::move(data)}}));
  return out;
}

List* message_of(Fields& params) {
  const auto member = std::ranges::find(params, "message", &Field::name);
  return member == params.end() ? nullptr : std::get_if<List>(&member->value);
}

std::string_view type_of(const Value& segment) {
  const auto* object = std::get_if<Fields>(&segment);
  const Value* type = object ? find(*object, "type") : nullptr;
  const auto* text = type ? std::get_if<std::string>(type) : nullptr;
  return text ? *text : std::string_view();
}

// By the platform's own way, when it has one.
bool forwards(Asked& asked, const MessageRow& row, const Here& here) {
  const std::string_view own = here.abilities.action("*.forward_message");
  if (own.empty() || row.native.empty() || row.native.starts_with(kInvented)) return false;
  asked.action = {.name = std::string(own), .params = {{"message_id", row.native}}};
  asked.body = stored_body(row, here);
  return true;
}

// The parameters with what a message says as "message", but for what it quotes: that is not known elsewhere.
Result<Fields> with_stored(const Fields& params, const MessageRow& row, const Here& here) {
  if (!is_remembered(row, here)) {
    return fail(Retcode::bad_param, fmt::format("what message_id {} says is not known any more", row.number));
  }
  const Value stored = stored_message(row, here);
  Value message = *find(std::get<Fields>(stored), "message");
  if (auto* list = std::get_if<List>(&message)) {
    std::erase_if(*list, [](const Value& segment) { return type_of(segment) == "reply"; });
  }
  Fields out = params;
  set(out, "message", std::move(message));
  set(out, "auto_escape", false);
  return out;
}

}  // namespace

namespace sending {

Status person(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_TRY(user, id_param(here.scope, Space::user, params, "user_id"));
  asked.user = std::move(user);
  set(asked.action.params, "user_id", asked.user.id);
  return send_to(asked, "private", params, here);
}

Status group(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_TRY(place, id_param(here.scope, Space::group, params, "group_id"));
  asked.place = std::move(place);
  append_place(asked.action.params, asked.place);
  return send_to(asked, asked.place.kind == Kind::channel ? "channel" : "group", params, here);
}

Status channel(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_TRY(guild, text_param(params, "guild_id"));
  ONEBOT_TRY(channel, text_param(params, "channel_id"));
  if (!guild || !channel) return fail(Retcode::bad_param, "\"guild_id\" or \"channel_id\" is missing");
  asked.place = channel_of(here.scope.platform(), *guild, *channel);
  append_place(asked.action.params, asked.place);
  return send_to(asked, "channel", params, here);
}

Status either(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_TRY(type, text_param(params, "message_type"));
  if (type == "guild") return channel(asked, params, here);
  if (type == "private") return person(asked, params, here);
  if (type == "group" || given(params, "group_id")) return group(asked, params, here);
  if (type && !type->empty()) return fail(Retcode::bad_param, fmt::format("unknown message_type {}", *type));
  return person(asked, params, here);
}

Status forward_private(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_TRY(one, with_one_message(params, here));
  return person(asked, one, here);
}

Status forward_group(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_TRY(one, with_one_message(params, here));
  return group(asked, one, here);
}

Status forward_either(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_TRY(one, with_one_message(params, here));
  return either(asked, one, here);
}

Status again_private(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_TRY(row, known_message(here.scope, params));
  if (!forwards(asked, row, here)) {
    ONEBOT_TRY(again, with_stored(params, row, here));
    return person(asked, again, here);
  }
  ONEBOT_TRY(user, id_param(here.scope, Space::user, params, "user_id"));
  asked.user = std::move(user);
  set(asked.action.params, "user_id", asked.user.id);
  return {};
}

Status again_group(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_TRY(row, known_message(here.scope, params));
  if (!forwards(asked, row, here)) {
    ONEBOT_TRY(again, with_stored(params, row, here));
    return group(asked, again, here);
  }
  ONEBOT_TRY(place, id_param(here.scope, Space::group, params, "group_id"));
  asked.place = std::move(place);
  append_place(asked.action.params, asked.place);
  return {};
}

Status file_private(Asked& asked, const Fields& params, const Here& here) {
  return person(asked, with_file(params), here);
}

Status file_group(Asked& asked, const Fields& params, const Here& here) {
  return group(asked, with_file(params), here);
}

}  // namespace sending
bool leave_out_refused(Asked& asked, const Error& refusal) {
  List* message = message_of(asked.action.params);
  if (!message) return false;
  const auto is_refused = [&refusal](const Value& segment) {
    const std::string_view type = type_of(segment);
    if (refusal.code == Retcode::unknown_message) return type == "reply";
    return refusal.code == Retcode::unsupported_segment && refusal.message.contains(fmt::format("\"{}\"", type));
  };
  const auto first = std::ranges::find_if(*message, is_refused);
  const auto refused = std::ranges::count_if(*message, is_refused);
  if (refused == 0 || static_cast<std::size_t>(refused) == message->size()) return false;
  if (!asked.told.empty()) asked.told += "; ";
  asked.told +=
      refusal.code == Retcode::unknown_message
          ? std::string("the quote was left out: the message that it quotes is not known to the platform any more")
          : fmt::format("left out, since it cannot be sent there: {}", type_of(*first));
  std::erase_if(*message, is_refused);
  return true;
}

}  // namespace onebot::v11
