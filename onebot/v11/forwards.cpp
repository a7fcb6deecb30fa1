#include "onebot/v11/forwards.h"

#include "onebot/v11/request_params.h"
#include "onebot/v11/stored_message.h"

#include <fmt/format.h>

#include <utility>

namespace onebot::v11 {
namespace {

Value text_segment(std::string text) { return Fields{{"type", "text"}, {"data", Fields{{"text", std::move(text)}}}}; }

struct Node {
  std::string name{};
  Value content{};
};

Result<Node> stored_node(const Fields& node, const Here& here) {
  ONEBOT_TRY(row, known_message(here.scope, node, "id"));
  const Value stored = stored_message(row, here);
  const auto& fields = std::get<Fields>(stored);
  const auto& sender = std::get<Fields>(*find(fields, "sender"));
  return Node{std::string(text_of(sender, "nickname")), *find(fields, "message")};
}

Result<Node> read_node(const Value& item, const Here& here) {
  const auto* object = std::get_if<Fields>(&item);
  const Value* data = object ? find(*object, "data") : nullptr;
  const auto* node = data ? std::get_if<Fields>(data) : nullptr;
  if (!node) return fail(Retcode::bad_param, "\"messages\" holds what is no node");
  const Value* content = given(*node, "content");
  if (!content) return stored_node(*node, here);
  ONEBOT_TRY(name, text_param(*node, "nickname name"));
  ONEBOT_TRY(who, text_param(*node, "user_id uin"));
  return Node{name && !name->empty() ? *name : who.value_or(""), *content};
}

void append(List& message, Node node) {
  message.push_back(text_segment(fmt::format("{}{}:\n", message.empty() ? "" : "\n\n", node.name)));
  if (auto* list = std::get_if<List>(&node.content)) {
    message.insert(message.end(), list->begin(), list->end());
  } else {
    message.push_back(std::move(node.content));
  }
}

}  // namespace

Result<Fields> with_one_message(const Fields& params, const Here& here) {
  const Value* messages = given(params, "messages message");
  const auto* nodes = messages ? std::get_if<List>(messages) : nullptr;
  if (!nodes || nodes->empty()) return fail(Retcode::bad_param, "\"messages\" is missing");
  if (nodes->size() > kMostNodes) {
    return fail(Retcode::bad_param, fmt::format("\"messages\" has more than {} nodes", kMostNodes));
  }
  List message;
  for (const Value& item : *nodes) {
    ONEBOT_TRY(node, read_node(item, here));
    append(message, std::move(node));
  }
  Fields out = params;
  set(out, "message", std::move(message));
  return out;
}

}  // namespace onebot::v11
