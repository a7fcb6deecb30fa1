#include "adapters/feishu/calls/bodies.h"

#include "adapters/feishu/messages/compose.h"
#include "adapters/feishu/target.h"
#include "onebot/crypto.h"
#include "onebot/json_write.h"
#include "onebot/segment.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace feishu {

using onebot::CallInput;
using onebot::fail;
using onebot::Fields;
using onebot::List;
using onebot::Result;
using onebot::Retcode;
using onebot::Value;

namespace {

constexpr std::size_t kMostUrged = 200;

bool has(const CallInput& input, std::string_view param) {
  const Value* value = onebot::find(input.params, param);
  return value && !value->is_null();
}

Result<Target> receiver(const CallInput& input) {
  if (has(input, "group_id")) return Target{"chat_id", std::string(onebot::text_of(input.params, "group_id"))};
  if (has(input, "user_id")) return person(onebot::text_of(input.params, "user_id"), account_in(input));
  return fail(Retcode::bad_param, "\"user_id\" is missing, and \"group_id\" too");
}

Result<std::string> card(const CallInput& input) {
  const Value* value = onebot::find(input.params, "card");
  const auto* object = value ? std::get_if<Fields>(value) : nullptr;
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  std::string card = object ? onebot::json::write(*object) : text ? *text : std::string();
  const auto parsed = onebot::json::Document::parse(card);
  if (!parsed || !parsed->root().is_object() || card.size() > kMostCard) {
    return fail(Retcode::bad_param, "card: must be an object or the JSON text of one, of 30 KB at most");
  }
  return card;
}

}  // namespace

const Account& account_in(const CallInput& input) { return static_cast<const Account&>(input.self); }

Result<Value> id_type(const CallInput& input) {
  return Value(kIdTypeNames[static_cast<std::size_t>(account_in(input).id_type)]);
}

Result<Value> person_id(const CallInput& input) {
  return Value(person(onebot::text_of(input.params, "user_id"), account_in(input)).id);
}

Result<Value> person_id_type(const CallInput& input) {
  return Value(person(onebot::text_of(input.params, "user_id"), account_in(input)).id_type);
}

Result<Value> receiver_id(const CallInput& input) {
  ONEBOT_TRY(target, receiver(input));
  return Value(std::move(target.id));
}

Result<Value> receiver_id_type(const CallInput& input) {
  ONEBOT_TRY(target, receiver(input));
  return Value(std::move(target.id_type));
}

Result<Value> container_id(const CallInput& input) {
  const std::string_view param = has(input, "thread_id") ? "thread_id" : "group_id";
  if (!has(input, param)) return fail(Retcode::bad_param, "\"group_id\" is missing, and \"thread_id\" too");
  return Value(onebot::text_of(input.params, param));
}

Result<Value> container_type(const CallInput& input) { return Value(has(input, "thread_id") ? "thread" : "chat"); }

Result<Value> card_form(const CallInput& input) {
  const bool told = has(input, "card_msg_content_type");
  return Value(told ? onebot::text_of(input.params, "card_msg_content_type") : "user_card_content");
}

Result<Value> new_uuid(const CallInput&) { return Value(onebot::crypto::uuid()); }

Result<Value> own_apps(const CallInput& input) { return Value(List{account_in(input).app_id}); }

Result<Value> urged_users(const CallInput& input) {
  const Value* users = onebot::find(input.params, "user_ids");
  const auto* list = users ? std::get_if<List>(users) : nullptr;
  const auto is_id = [](const Value& item) { return std::holds_alternative<std::string>(item); };
  const bool fits = list && !list->empty() && list->size() <= kMostUrged;
  if (fits && std::ranges::all_of(*list, is_id)) return Value(*list);
  return fail(Retcode::bad_param, fmt::format("\"user_ids\" must be a list of 1 to {} ids", kMostUrged));
}

Result<Value> card_text(const CallInput& input) {
  ONEBOT_TRY(text, card(input));
  return Value(std::move(text));
}

Result<Value> card_object(const CallInput& input) {
  ONEBOT_TRY(text, card(input));
  ONEBOT_TRY(document, onebot::json::Document::parse(text));
  return document.root().value();
}

Result<Fields> edited_message(const CallInput& input) {
  ONEBOT_TRY(message, onebot::read_message_param(input.params));
  ONEBOT_TRY(composed, compose(message, account_in(input).dialect(), {.images = false, .files = false}));
  const Outgoing& first = composed.messages.front();
  const auto edits = [](const Outgoing& part) { return part.msg_type == "text" || part.msg_type == "post"; };
  const bool can = std::ranges::all_of(composed.messages, edits);
  if (can && composed.messages.size() > 1) return fail(Retcode::bad_param, "message: is too long for one message");
  if (!can) return fail(Retcode::bad_param, "message: only text and posts can take the place of another message");
  return Fields{{"msg_type", first.msg_type}, {"content", onebot::json::write(first.content)}};
}

}  // namespace feishu
