#include "onebot/v11/guilds.h"

#include "onebot/params.h"
#include "onebot/v11/action_answers.h"
#include "onebot/v11/request_params.h"
#include "onebot/v11/results.h"
#include "onebot/v11/stored_message.h"

#include <fmt/format.h>

#include <utility>

namespace onebot::v11::guilds {
namespace {

bool is_spoken(const Here& here) { return here.scope.options.channels == Channels::guild; }

Status check_spoken(const Here& here) {
  if (is_spoken(here)) return {};
  return fail(Retcode::unsupported_action, "channels are no guilds on this link: that takes channels = \"guild\"");
}

// What each object of a list becomes.
template <class Tell>
List each(const Value& value, Tell tell) {
  List out;
  for (const Value& item : list_of(value)) out.push_back(tell(fields_of(item)));
  return out;
}

std::string nickname(const Fields& fields) {
  const std::string_view shown = text_of(fields, "user_displayname");
  return std::string(shown.empty() ? text_of(fields, "user_name") : shown);
}

std::string_view guild_id(const Asked& asked) { return text_of(asked.action.params, "guild_id"); }

Fields guild_told(const Fields& fields) {
  return {{"guild_id", text_of(fields, "guild_id")}, {"guild_name", text_of(fields, "guild_name")}};
}

}  // namespace

Status profile(Asked& asked, const Fields&, const Here& here) {
  if (!is_spoken(here)) asked.known = Value();
  return {};
}

Status list(Asked& asked, const Fields&, const Here& here) {
  if (!is_spoken(here)) asked.known = List{};
  return {};
}

Status guild(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_CHECK(check_spoken(here));
  ONEBOT_TRY(id, text_param(params, "guild_id"));
  if (!id || id->empty()) return fail(Retcode::bad_param, "\"guild_id\" is missing");
  set(asked.action.params, "guild_id", *std::move(id));
  return {};
}

Status member(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_CHECK(guild(asked, params, here));
  ONEBOT_TRY(user, text_param(params, "user_id"));
  if (!user || user->empty()) return fail(Retcode::bad_param, "\"user_id\" is missing");
  const auto known = native_of(here.scope, Space::user, *user);
  asked.user = known ? *known : Native{Kind::user, here.scope.platform(), *user};  // a native here, all digits
  set(asked.action.params, "user_id", asked.user.id);
  return {};
}

Status message(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_CHECK(check_spoken(here));
  ONEBOT_TRY(row, known_message(here.scope, params));
  if (row.chat_kind != Kind::channel) {
    return fail(Retcode::bad_param, fmt::format("message_id {} is of no channel", row.number));
  }
  Fields place;
  append_place(place, {Kind::channel, here.scope.platform(), row.chat});
  const Value stored = stored_message(row, here);
  const Fields& fields = fields_of(stored);
  const Fields& sender = fields_of(*find(fields, "sender"));
  asked.known = Fields{
      {"guild_id", text_of(place, "guild_id")},
      {"channel_id", text_of(place, "channel_id")},
      {"channel_name", here.scope.ids.name({Kind::channel, here.scope.platform(), row.chat})},
      {"message", *find(fields, "message")},
      {"message_id", row.native},
      {"message_seq", row.number},
      {"message_source", ""},
      {"sender",
       Fields{{"user_id", *find(sender, "user_id")}, {"tiny_id", row.sender}, {"nickname", *find(sender, "nickname")}}},
      {"time", *find(fields, "time")}};
  return {};
}

ActionResult profile_told(ActionResult result, const Asked&, const Here& here) {
  const Value told = result ? *std::move(result) : Value();
  const Fields& fields = fields_of(told);
  const auto self = here.scope.ids.native(Space::user, here.scope.self_id);
  const std::string name(text_of(fields, "user_name"));
  return Fields{{"nickname", name.empty() ? here.name() : name},
                {"tiny_id", self ? self->id : ""},
                {"avatar_url", extra_text_of(fields, "avatar")}};
}

ActionResult list_told(ActionResult result, const Asked&, const Here&) {
  if (!result && result.error().code == Retcode::unsupported_action) return List{};
  if (!result) return result;
  return each(*result, [](const Fields& fields) {
    Fields guild = guild_told(fields);
    guild.push_back({"guild_display_id", ""});
    return guild;
  });
}

ActionResult meta_told(ActionResult result, const Asked&, const Here&) {
  if (!result) return result;
  const Fields& fields = fields_of(*result);
  Fields guild = guild_told(fields);
  guild.insert(guild.end(), {{"guild_profile", extra_text_of(fields, "description")},
                             {"create_time", 0},
                             {"max_member_count", extra_count_of(fields, "max_members")},
                             {"max_robot_count", 0},
                             {"max_admin_count", 0},
                             {"member_count", extra_count_of(fields, "member_count")},
                             {"owner_id", extra_text_of(fields, "owner_id")}});
  return guild;
}

ActionResult channels_told(ActionResult result, const Asked& asked, const Here&) {
  if (!result) return result;
  return each(*result, [&](const Fields& fields) {
    return Fields{{"owner_guild_id", guild_id(asked)},
                  {"channel_id", text_of(fields, "channel_id")},
                  {"channel_type", extra_count_of(fields, "channel_type")},
                  {"channel_name", text_of(fields, "channel_name")},
                  {"create_time", 0},
                  {"creator_tiny_id", ""},
                  {"talk_permission", 0},
                  {"visible_type", 0},
                  {"current_slow_mode", 0},
                  {"slow_modes", List{}}};
  });
}

// All of them at once, whatever "next_token" says.
ActionResult members_told(ActionResult result, const Asked&, const Here&) {
  if (!result) return result;
  List members = each(*result, [](const Fields& fields) {
    return Fields{{"tiny_id", text_of(fields, "user_id")},
                  {"title", ""},
                  {"nickname", nickname(fields)},
                  {"role_id", ""},
                  {"role_name", ""}};
  });
  return Fields{{"members", std::move(members)}, {"finished", true}, {"next_token", ""}};
}

ActionResult member_told(ActionResult result, const Asked& asked, const Here&) {
  if (!result) return result;
  const Fields& fields = fields_of(*result);
  return Fields{{"tiny_id", asked.user.id},
                {"nickname", nickname(fields)},
                {"avatar_url", extra_text_of(fields, "avatar")},
                {"join_time", extra_count_of(fields, "join_time")},
                {"roles", List{}}};
}

ActionResult sent_told(ActionResult result, const Asked& asked, const Here& here) {
  if (!is_spoken(here)) return told::message_id(std::move(result), asked, here);
  const Value native = result ? Value(text_of(fields_of(*result), "message_id")) : Value();
  result = told::message_id(std::move(result), asked, here);
  if (result) set(std::get<Fields>(*result), "message_id", native);
  return result;
}

}  // namespace onebot::v11::guilds
