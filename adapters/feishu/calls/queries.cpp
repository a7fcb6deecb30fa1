#include "adapters/feishu/calls/queries.h"

#include "adapters/feishu/calls/queries_messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace feishu {
namespace {

using onebot::fail;
using onebot::Fields;
using onebot::List;
using onebot::Result;
using onebot::Retcode;
using onebot::Value;
using onebot::json::View;

std::string id_type(const Asked& asked) {
  return std::string(kIdTypeNames[static_cast<std::size_t>(asked.account.id_type)]);
}

// --- people ---

Fields person_fields(std::string_view user_id, std::string_view name, std::string_view displayname) {
  return {{"user_id", user_id}, {"user_name", name}, {"user_displayname", displayname}, {"user_remark", ""}};
}

Result<Query> get_user_info(const Asked& asked) {
  ONEBOT_TRY(id, id_param(asked.params, "user_id"));
  const Target person = asked.person(id);
  ApiRequest request{
      .path = asked.paths.user, .places = {{"id", person.id, "user_id"}}, .query = {{"user_id_type", person.id_type}}};
  return Query{.request = std::move(request), .read = [id](View data) -> Result<Value> {
                 const View user = data.at("user");
                 return Value(person_fields(id, user.at("name").text(), user.at("nickname").text()));
               }};
}

// --- groups ---

Value group_fields(std::string_view id, View chat) {
  return Fields{{"group_id", id}, {"group_name", chat.at("name").text()}};
}

Result<Query> get_group_info(const Asked& asked) {
  ONEBOT_TRY(id, id_param(asked.params, "group_id"));
  return Query{.request = {.path = asked.paths.chat,
                           .places = {{"id", id, "group_id"}},
                           .query = {{"user_id_type", id_type(asked)}}},
               .read = [id](View data) -> Result<Value> { return group_fields(id, data); }};
}

Result<Query> get_group_list(const Asked& asked) {
  return Query{.request = {.path = fmt::format("{}?user_id_type={}&page_size=100", asked.paths.chats, id_type(asked))},
               .item = [](View chat) { return group_fields(chat.at("chat_id").text(), chat); }};
}

Result<Query> all_members(const Asked& asked) {
  ONEBOT_TRY(id, id_param(asked.params, "group_id"));
  return Query{
      .request = {.path = asked.paths.members,
                  .places = {{"id", id, "group_id"}},
                  .query = {{"member_id_type", id_type(asked)}, {"page_size", "100"}}},
      .item =
          [](View member) { return Value(person_fields(member.at("member_id").text(), member.at("name").text(), "")); },
      .members_of = id};
}

// The platform lists people only; the bot is a member too.
Result<Query> get_group_member_list(const Asked& asked) {
  ONEBOT_TRY(query, all_members(asked));
  query.finish = [self = asked.self](List all) -> Result<Value> {
    all.push_back(self);
    return Value(std::move(all));
  };
  return query;
}

Result<Query> get_group_member_info(const Asked& asked) {
  ONEBOT_TRY(id, id_param(asked.params, "user_id"));
  ONEBOT_TRY(query, all_members(asked));
  query.recent_will_do = true;
  query.finish = [id, self = asked.self](List all) -> Result<Value> {
    all.push_back(self);
    const auto found = std::ranges::find_if(
        all, [&](const Value& member) { return onebot::text_of(std::get<Fields>(member), "user_id") == id; });
    if (found != all.end()) return std::move(*found);
    return fail(Retcode::unknown_user, "user_id: there is no such member of the group");
  };
  return query;
}

Result<Query> set_group_name(const Asked& asked) {
  ONEBOT_TRY(id, id_param(asked.params, "group_id"));
  ONEBOT_TRY(name, onebot::string_param(asked.params, "group_name"));
  return Query{.request = {.method = "PUT",
                           .path = asked.paths.chat,
                           .places = {{"id", id, "group_id"}},
                           .body = onebot::json::write(Fields{{"name", name}})}};
}

Result<Query> leave_group(const Asked& asked) {
  ONEBOT_TRY(id, id_param(asked.params, "group_id"));
  return Query{.request = {.method = "DELETE",
                           .path = asked.paths.members,
                           .places = {{"id", id, "group_id"}},
                           .query = {{"member_id_type", "app_id"}},
                           .body = onebot::json::write(Fields{{"id_list", List{asked.account.app_id}}})}};
}

constexpr QueryRow kRows[] = {
    {"get_user_info", &OwnPaths::user, get_user_info},
    {"get_group_info", &OwnPaths::chat, get_group_info},
    {"get_group_list", &OwnPaths::chats, get_group_list},
    {"get_group_member_info", &OwnPaths::members, get_group_member_info},
    {"get_group_member_list", &OwnPaths::members, get_group_member_list},
    {"set_group_name", &OwnPaths::chat, set_group_name},
    {"leave_group", &OwnPaths::members, leave_group},
    {"_.get_message", &OwnPaths::message, get_message},
    {"_.get_merge_forward", &OwnPaths::message, get_merge_forward},
    {"_.get_history", &OwnPaths::history, get_history},
    {"_.edit_message", &OwnPaths::message, edit_message},
    {"_.forward_message", &OwnPaths::forward, forward_message},
    {"_.update_card", &OwnPaths::message, update_card},
    {"_.update_card_by_token", &OwnPaths::card_update, update_card_by_token},
    {"_.add_reaction", &OwnPaths::reactions, add_reaction},
    {"_.delete_reaction", &OwnPaths::reaction, delete_reaction},
    {"_.get_reactions", &OwnPaths::reactions, get_reactions},
    {"_.get_read_users", &OwnPaths::read_users, get_read_users},
    {"_.urge_message", &OwnPaths::urgent, urge_message},
    {"_.pin_message", &OwnPaths::pins, pin_message},
    {"_.unpin_message", &OwnPaths::pin, unpin_message},
    {"_.get_pins", &OwnPaths::pins, get_pins},
};

}  // namespace

std::span<const QueryRow> queries() { return kRows; }

std::string action_name(const QueryRow& row, const Account& account) {
  constexpr std::string_view kPrefix = "_.";
  return row.action.starts_with(kPrefix) ? account.extension(row.action.substr(kPrefix.size()))
                                         : std::string(row.action);
}

}  // namespace feishu
