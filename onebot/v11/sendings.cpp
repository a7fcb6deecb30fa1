#include "onebot/v11/sendings.h"

#include "onebot/v11/forwards.h"
#include "onebot/v11/logged_event.h"
#include "onebot/v11/request_params.h"
#include "onebot/v11/segments.h"

#include <fmt/format.h>

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

Status file_private(Asked& asked, const Fields& params, const Here& here) {
  return person(asked, with_file(params), here);
}

Status file_group(Asked& asked, const Fields& params, const Here& here) {
  return group(asked, with_file(params), here);
}

}  // namespace sending
}  // namespace onebot::v11
