#include "onebot/v11/action_answers.h"

#include "onebot/json_write.h"
#include "onebot/params.h"
#include "onebot/standard.h"
#include "onebot/v11/logged_event.h"
#include "onebot/v11/results.h"
#include "onebot/v11/segments.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace onebot::v11::told {
namespace {

std::vector<Fields> objects_of(const ActionResult& result) {
  std::vector<Fields> objects;
  if (!result) return objects;
  for (const Value& item : list_of(*result)) objects.push_back(fields_of(item));
  return objects;
}

// What somebody is called, by what was just told, else by what was told before.
std::string name_of(const Fields& fields, const Native& who, const Here& here) {
  for (const std::string_view member : {"user_name", "user_displayname"}) {
    if (const auto name = text_of(fields, member); !name.empty()) return std::string(name);
  }
  std::string name = here.scope.ids.name(who);
  return name.empty() ? id_text(here.scope, who) : name;
}

std::string own_name(const Fields& fields, const Here& here) {
  if (const auto name = text_of(fields, "user_name"); !name.empty()) return std::string(name);
  return here.name();
}

Native person(const Fields& fields, const Native& fallback, const Here& here) {
  const std::string_view id = text_of(fields, "user_id");
  return id.empty() ? fallback : Native{Kind::user, here.scope.platform(), std::string(id)};
}

// Where somebody's picture is, when the platform says so: it is not where consumers look for that of a number.
Fields with_avatar(Fields out, const Fields& fields) {
  const std::string_view avatar = extra_text_of(fields, "avatar");
  if (!avatar.empty()) out.push_back({"avatar", avatar});
  return out;
}

Fields member_fields(const Fields& fields, const Native& who, const Asked& asked, const Here& here) {
  const bool self = is_self(here.scope, who);
  const std::string name = self ? own_name(fields, here) : name_of(fields, who, here);
  const std::string_view told = extra_text_of(fields, "role");
  const bool known_role = told == "owner" || told == "admin";
  return with_avatar({{"group_id", id_value(here.scope, asked.place)},
                      {"user_id", id_value(here.scope, who, text_of(fields, "user_name"))},
                      {"nickname", name},
                      {"card", text_of(fields, "user_displayname")},
                      {"sex", "unknown"},
                      {"age", 0},
                      {"area", ""},
                      {"join_time", extra_count_of(fields, "join_time")},
                      {"last_sent_time", extra_count_of(fields, "last_sent_time")},
                      {"level", ""},
                      {"role", known_role ? told : "member"},
                      {"unfriendly", false},
                      {"title", ""},
                      {"title_expire_time", 0},
                      {"card_changeable", false},
                      {"shut_up_timestamp", 0}},
                     fields);
}

Fields group_fields(const Fields& fields, const Native& place, const Here& here) {
  constexpr std::int64_t kMostMembers = 2'000;  // 0 would say that the bot is not there any more
  std::string_view told = text_of(fields, "group_name");
  if (told.empty()) told = text_of(fields, "channel_name");
  const Value id = id_value(here.scope, place, told);
  const std::int64_t most = extra_count_of(fields, "max_member_count");
  return {{"group_id", id},
          {"group_name", here.scope.ids.name(place)},
          {"member_count", extra_count_of(fields, "member_count")},
          {"max_member_count", most > 0 ? most : kMostMembers},
          {"group_memo", ""},
          {"group_create_time", 0},
          {"group_level", 0}};
}

// --- what the roster says, as a platform would ---

Fields as_told(const RosterRow& row) {
  return {{"user_id", row.key.user},
          {"user_name", row.name},
          {"user_displayname", row.card},
          {"roster.role", row.role},
          {"roster.last_sent_time", row.last_seen}};
}

RosterKey key_in(const Native& place, const Here& here) { return {here.scope.bot, place.kind, place.id, ""}; }

std::vector<Fields> people_in(const RosterKey& place, const Here& here) {
  std::vector<Fields> people;
  if (!here.roster) return people;
  for (const RosterRow& row : here.roster->people(place)) people.push_back(as_told(row));
  return people;
}

// Who is listed, by the platform or else by what events said.
std::vector<Fields> listed(const ActionResult& result, const RosterKey& place, const Here& here) {
  return result ? objects_of(result) : people_in(place, here);
}

// Of somebody in a place whom the platform tells nothing of.
Fields remembered(const Asked& asked, const Here& here) {
  RosterKey key = key_in(asked.place, here);
  key.user = asked.user.id;
  const auto row = here.roster ? here.roster->find(key) : std::nullopt;
  return row ? as_told(*row) : Fields();
}

// A place that the roster has, with its members and the bot.
Fields place_told(const RosterRow& row, const Here& here) {
  const auto members = static_cast<std::int64_t>(here.roster->people(row.key).size());
  return {{"group_name", row.name}, {"roster.member_count", members + 1}};
}

const Fields& told_of(const ActionResult& result) {
  static const Value kNothing;
  return fields_of(result ? *result : kNothing);
}

}  // namespace

ActionResult message_id(ActionResult result, const Asked& asked, const Here& here) {
  const Value data = result ? *result : result.error().data;
  const Fields& fields = fields_of(data);
  if (!result && text_of(fields, "message_id").empty()) return result;
  const Value* time = find(fields, "time");
  const auto* seconds = time ? std::get_if<double>(time) : nullptr;
  const Native& chat = asked.place.id.empty() ? asked.user : asked.place;
  const Value* message = find(asked.action.params, "message");
  const auto self = here.scope.ids.native(Space::user, here.scope.self_id);
  const Number number = here.scope.messages.number({.bot = here.scope.bot,
                                                    .native = std::string(text_of(fields, "message_id")),
                                                    .chat_kind = chat.kind,
                                                    .chat = chat.id,
                                                    .sender = self ? self->id : "",
                                                    .at = seconds ? static_cast<std::int64_t>(*seconds) : 0,
                                                    .body = message ? json::write(*message) : asked.body});
  here.scope.messages.alias(here.scope.bot, extra_text_of(fields, "ref_idx"), number);
  Value told = Fields{{"message_id", number}};
  if (result) return told;
  result.error().data = std::move(told);
  return result;
}

ActionResult forward_id(ActionResult result, const Asked& asked, const Here& here) {
  result = message_id(std::move(result), asked, here);
  auto* fields = result ? std::get_if<Fields>(&*result) : nullptr;
  if (!fields) return result;
  const std::string number = fmt::to_string(integer_of(fields->front().value).value_or(0));
  fields->insert(fields->end(), {{"forward_id", number}, {"res_id", ""}});
  return result;
}

// Of the file that was sent: its token.
ActionResult file_id(ActionResult result, const Asked& asked, const Here& here) {
  result = message_id(std::move(result), asked, here);
  auto* fields = result ? std::get_if<Fields>(&*result) : nullptr;
  const Value* message = find(asked.action.params, "message");
  const auto* segments = message ? std::get_if<List>(message) : nullptr;
  if (!fields || !segments || segments->empty()) return result;
  const Value* data = find(fields_of(segments->front()), "data");
  const std::string_view id = data ? text_of(fields_of(*data), "file_id") : std::string_view();
  const std::string_view name = asked.uploads.empty() ? std::string_view() : std::string_view(asked.uploads[0].name);
  const std::string token = id.empty() ? std::string() : media_token(id, name, "", "bin");
  static_cast<void>(here.scope.media.address({.token = token, .file_id = id, .bot = here.scope.bot}));  // it is kept
  fields->insert(fields->begin(), {"file_id", token});
  return result;
}

// What only some platforms have, and nobody misses elsewhere.
ActionResult done_if_any(ActionResult result, const Asked&, const Here&) {
  const bool absent = !result && result.error().code == Retcode::unsupported_action;
  return result || absent ? Value() : std::move(result);
}

ActionResult login(ActionResult result, const Asked&, const Here& here) {
  return Fields{{"user_id", here.scope.self_id}, {"nickname", own_name(told_of(result), here)}};
}

ActionResult stranger(ActionResult result, const Asked& asked, const Here& here) {
  const Fields& fields = told_of(result);
  return with_avatar({{"user_id", id_value(here.scope, asked.user, text_of(fields, "user_name"))},
                      {"nickname", name_of(fields, asked.user, here)},
                      {"sex", "unknown"},
                      {"age", 0}},
                     fields);
}

ActionResult friends(ActionResult result, const Asked&, const Here& here) {
  List list;
  for (const Fields& fields : listed(result, {here.scope.bot, Kind::user, "", ""}, here)) {
    const Native who = person(fields, {}, here);
    if (who.id.empty()) continue;
    list.push_back(Fields{{"user_id", id_value(here.scope, who, text_of(fields, "user_name"))},
                          {"nickname", name_of(fields, who, here)},
                          {"remark", text_of(fields, "user_remark")}});
  }
  return list;
}

ActionResult group(ActionResult result, const Asked& asked, const Here& here) {
  Fields fields = told_of(result);
  const bool counts = extra_count_of(fields, "member_count") == 0 && here.roster;
  if (counts) {
    const std::size_t members = here.roster->people(key_in(asked.place, here)).size();
    if (members > 0) fields.insert(fields.begin(), {"roster.member_count", static_cast<std::int64_t>(members) + 1});
  }
  return group_fields(fields, asked.place, here);
}

// Channels are listed beside groups where they are groups to applications; no platform lists both.
ActionResult groups(ActionResult result, const Asked&, const Here& here) {
  List list;
  for (const Fields& fields : objects_of(result)) {
    const std::string_view id = text_of(fields, "group_id");
    if (!id.empty()) list.push_back(group_fields(fields, {Kind::group, here.scope.platform(), std::string(id)}, here));
  }
  const bool channels = here.scope.options.channels == Channels::group;
  for (const RosterRow& row : here.roster ? here.roster->places(here.scope.bot) : std::vector<RosterRow>()) {
    const bool wanted = row.key.kind == Kind::channel ? channels : !result;
    const Native place{row.key.kind, here.scope.platform(), row.key.place};
    if (wanted) list.push_back(group_fields(place_told(row, here), place, here));
  }
  return list;
}

ActionResult member(ActionResult result, const Asked& asked, const Here& here) {
  return member_fields(result ? told_of(result) : remembered(asked, here), asked.user, asked, here);
}

ActionResult members(ActionResult result, const Asked& asked, const Here& here) {
  List list;
  bool has_self = false;
  for (const Fields& fields : listed(result, key_in(asked.place, here), here)) {
    const Native who = person(fields, {}, here);
    if (who.id.empty()) continue;
    has_self = has_self || is_self(here.scope, who);
    list.push_back(member_fields(fields, who, asked, here));
  }
  const auto self = here.scope.ids.native(Space::user, here.scope.self_id);
  if (!has_self && self) list.push_back(member_fields({}, *self, asked, here));
  return list;
}

ActionResult own(ActionResult result, const Asked&, const Here& here) {
  auto* fields = result ? std::get_if<Fields>(&*result) : nullptr;
  if (!fields) return result;
  Fields natives;
  for (Field& field : *fields) {
    const bool person = has_word("user_id operator_id", field.name);
    if (!person && field.name != "group_id") continue;
    const auto* id = std::get_if<std::string>(&field.value);
    if (!id) continue;
    natives.push_back({fmt::format("real_{}", field.name), *id});
    const Native native{person ? Kind::user : Kind::group, here.scope.platform(), *id};
    field.value = id_value(here.scope, native);
  }
  fields->insert(fields->end(), natives.begin(), natives.end());
  return result;
}

Error with_numbers(Error error, const Asked& asked, const Here& here) {
  constexpr std::size_t kShortest = 6;  // of a text that is nothing else
  const auto replace = [&](const std::string& native, const std::string& number) {
    if (native.size() < kShortest || native == number) return;
    for (auto at = error.message.find(native); at != std::string::npos; at = error.message.find(native, at)) {
      error.message.replace(at, native.size(), number);
      at += number.size();
    }
  };
  replace(asked.message.native, fmt::to_string(asked.message.number));
  for (const Native& native : {asked.place, asked.user}) {
    if (!native.id.empty()) replace(native.id, id_text(here.scope, native));
  }
  return error;
}

}  // namespace onebot::v11::told
