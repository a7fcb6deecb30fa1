#include "adapters/qq/events/unknown.h"

#include <algorithm>
#include <string>

namespace qq {

using onebot::json::View;

namespace {

bool holds_nothing(View node) {
  if (node.is_object()) {
    bool empty = true;
    node.members([&empty](std::string_view, View) { empty = false; });
    return empty;
  }
  return node.is_null() || (node.is_array() && node.size() == 0) || (node.is_string() && node.str().empty());
}

constexpr std::size_t kDeepest = 24;

std::size_t depth_of(View node) {
  std::size_t deepest = 0;
  for (std::size_t i = 0; i < node.size(); ++i) deepest = std::max(deepest, depth_of(node[i]));
  node.members([&deepest](std::string_view, View member) { deepest = std::max(deepest, depth_of(member)); });
  return deepest + 1;
}

bool is_scalar(View node) { return !node.is_object() && !node.is_array(); }

bool fits(View node, Member::Kind kind) {
  switch (kind) {
    case Member::Kind::string:
      return node.is_string();
    case Member::Kind::text:
      return node.is_string() || node.is_number();
    case Member::Kind::object:
      return node.is_object();
    case Member::Kind::list:
      return node.is_array();
  }
  return false;
}

}  // namespace

onebot::Value kept(View node) { return depth_of(node) > kDeepest ? onebot::Value(node.dump()) : node.value(); }

void append_unknown(onebot::Message& message, std::string_view name, View node) {
  if (!holds_nothing(node)) message.push_back({"qq.unknown", {{"name", name}, {"node", kept(node)}}});
}

onebot::Fields unknown_members(View object, std::span<const Member> known, Scalars unnamed) {
  onebot::Fields members;
  object.members([&](std::string_view name, View value) {
    const auto member = std::ranges::find(known, name, &Member::name);
    const bool is_named = member != known.end();
    if (holds_nothing(value) || (is_named && fits(value, member->kind))) return;
    if (!is_named && unnamed == Scalars::left_out && is_scalar(value)) return;
    members.push_back({std::string(name), kept(value)});
  });
  return members;
}

}  // namespace qq
