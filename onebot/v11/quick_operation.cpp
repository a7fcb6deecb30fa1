#include "onebot/v11/quick_operation.h"

#include "onebot/standard.h"
#include "onebot/v11/at.h"
#include "onebot/v11/request_params.h"

#include <utility>

namespace onebot::v11 {
namespace {

bool is_set(const Fields& operation, std::string_view name) {
  const auto flag = flag_param(operation, name);
  return flag && flag->value_or(false);
}

// Takes members over under their names; what is not there stays away.
Fields members(const Fields& from, std::string_view names) {
  Fields out;
  while (!names.empty()) {
    const std::string_view name = take_word(names);
    if (const Value* value = given(from, name)) out.push_back({std::string(name), *value});
  }
  return out;
}

Value segment_of(std::string_view type, std::string_view member, std::string_view text) {
  return Fields{{"type", type}, {"data", Fields{{std::string(member), text}}}};
}

// The reply as a list, behind a mention of whom it answers.
Value behind_mention(const Value& reply, const Fields& context, bool plain) {
  List list{segment_of("at", kAtWho, text_or_empty(context, "user_id")), segment_of("text", "text", " ")};
  const auto* text = std::get_if<std::string>(&reply);
  if (const auto* items = std::get_if<List>(&reply)) {
    list.insert(list.end(), items->begin(), items->end());
  } else {
    list.push_back(text && plain ? segment_of("text", "text", *text) : reply);
  }
  return list;
}

bool says_something(const Value* reply) {
  if (!reply || std::holds_alternative<bool>(*reply)) return false;
  const auto* text = std::get_if<std::string>(reply);
  const auto* list = std::get_if<List>(reply);
  return !(text && text->empty()) && !(list && list->empty());
}

Request reply_to(const Fields& context, const Fields& operation, bool at_sender) {
  const bool in_group = text_or_empty(context, "message_type") == "group";
  const Value& reply = *given(operation, "reply");
  const auto told = flag_param(operation, "at_sender");
  const bool mentions = in_group && (told ? told->value_or(at_sender) : at_sender);
  Fields params = members(context, "message_type");
  const Fields where = members(context, in_group ? "group_id" : "user_id guild_id channel_id");
  params.insert(params.end(), where.begin(), where.end());
  const bool plain = is_set(operation, "auto_escape");
  params.push_back({"message", mentions ? behind_mention(reply, context, plain) : reply});
  if (plain && !mentions) params.push_back({"auto_escape", true});
  return request_of("send_msg", std::move(params));
}

std::vector<Request> to_message(const Fields& context, const Fields& operation, bool at_sender) {
  std::vector<Request> requests;
  if (says_something(given(operation, "reply"))) requests.push_back(reply_to(context, operation, at_sender));
  if (text_or_empty(context, "message_type") != "group") return requests;
  if (is_set(operation, "delete")) requests.push_back(request_of("delete_msg", members(context, "message_id")));
  const Fields member = members(context, "group_id user_id");
  if (is_set(operation, "kick")) {
    Fields params = member;
    params.push_back({"reject_add_request", is_set(operation, "reject_add_request")});
    requests.push_back(request_of("set_group_kick", std::move(params)));
  }
  if (is_set(operation, "ban")) {
    Fields params = member;
    if (const Value* duration = given(operation, "ban_duration")) params.push_back({"duration", *duration});
    requests.push_back(request_of("set_group_ban", std::move(params)));
  }
  return requests;
}

std::vector<Request> to_request(const Fields& context, const Fields& operation) {
  const auto approve = flag_param(operation, "approve");
  if (!approve || !*approve) return {};
  const bool of_group = text_or_empty(context, "request_type") == "group";
  Fields params = members(context, of_group ? "flag sub_type" : "flag");
  params.push_back({"approve", **approve});
  const Fields words = members(operation, of_group ? "reason" : "remark");
  params.insert(params.end(), words.begin(), words.end());
  return {request_of(of_group ? "set_group_add_request" : "set_friend_add_request", std::move(params))};
}

}  // namespace

std::vector<Request> quick_requests(const Fields& context, const Fields& operation, bool at_sender) {
  const std::string type = text_or_empty(context, "post_type");
  if (type == "message") return to_message(context, operation, at_sender);
  return type == "request" ? to_request(context, operation) : std::vector<Request>();
}

}  // namespace onebot::v11
