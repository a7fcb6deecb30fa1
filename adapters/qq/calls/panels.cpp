#include "adapters/qq/calls/panels.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace qq {

using onebot::CallInput;
using onebot::fail;
using onebot::Fields;
using onebot::find;
using onebot::List;
using onebot::Result;
using onebot::Retcode;
using onebot::Status;
using onebot::text_of;
using onebot::Value;

namespace {

constexpr std::size_t kMostItems = 20, kMostTargets = 20, kLongestName = 14, kLongestDesc = 30, kLongestRemark = 255;
constexpr std::array<std::string_view, 4> kScopes = {"c2c", "group", "channel", "dm"};
constexpr std::array<std::string_view, 2> kTargetTypes = {"all", "specific"}, kTypes = {"command", "link"},
                                          kOps = {"add", "del"};

std::unexpected<onebot::Error> wrong(std::string_view what, std::string_view wanted) {
  return fail(Retcode::bad_param, fmt::format("{} must be {}", what, wanted));
}

Status check_word(std::string_view what, std::string_view word, std::span<const std::string_view> words) {
  if (std::ranges::find(words, word) != words.end()) return {};
  return wrong(what, fmt::format("one of {}", fmt::join(words, ", ")));
}

// Code points.
std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

struct Text {
  std::string_view name{};
  std::size_t least = 0, most = 0;  // characters
};

Status check_text(const Fields& fields, Text rule, std::string_view where) {
  const Value* value = find(fields, rule.name);
  const bool is_there = value && !value->is_null();
  const auto* text = is_there ? std::get_if<std::string>(value) : nullptr;
  const std::size_t characters = text ? length(*text) : 0;
  if ((!is_there || text) && characters >= rule.least && characters <= rule.most) return {};
  return wrong(fmt::format("{}\"{}\"", where, rule.name),
               fmt::format("a string of {} to {} characters", rule.least, rule.most));
}

Status check_item(const Value& value, std::size_t number) {
  const std::string where = fmt::format("\"panel\": item {}: ", number);
  const auto* item = std::get_if<Fields>(&value);
  if (!item) return wrong(fmt::format("\"panel\": item {}", number), "an object");
  ONEBOT_CHECK(check_word(where + "\"type\"", text_of(*item, "type"), kTypes));
  ONEBOT_CHECK(check_text(*item, {"name", 1, kLongestName}, where));
  ONEBOT_CHECK(check_text(*item, {"desc", 0, kLongestDesc}, where));
  if (text_of(*item, "type") != "link" || text_of(*item, "link").starts_with("https://")) return {};
  return wrong(where + "\"link\"", "an address that begins with https://");
}

// Whom a panel is for is told only of some, and only of the kind that the scope has.
Status check_targets(const CallInput& input, std::string_view name, std::string_view scope) {
  const std::string_view own_scope = text_of(input.params, "scope"), type = text_of(input.params, "target_type");
  if (own_scope.empty() || (own_scope == scope && type == "specific")) return {};
  return fail(Retcode::bad_param,
              fmt::format("\"{}\" is for panels of the scope {} with target_type specific", name, scope));
}

// scope: to which these belong. A panel's own, once it is made, only the platform knows.
Result<Value> targets(const CallInput& input, std::string_view name, std::string_view scope) {
  const Value* value = find(input.params, name);
  if (!value || value->is_null()) return Value();
  ONEBOT_CHECK(check_targets(input, name, scope));
  const auto& list = std::get<List>(*value);
  const auto is_id = [](const Value& one) {
    const auto* id = std::get_if<std::string>(&one);
    return id && !id->empty();
  };
  if (list.empty() || list.size() > kMostTargets || !std::ranges::all_of(list, is_id)) {
    return wrong(fmt::format("\"{}\"", name), fmt::format("a list of 1 to {} ids", kMostTargets));
  }
  return *value;
}

}  // namespace

Result<Value> panel(const CallInput& input) {
  const auto& fields = std::get<Fields>(*find(input.params, "panel"));
  const Value* value = find(fields, "items");
  const auto* items = value ? std::get_if<List>(value) : nullptr;
  if (!items || items->empty() || items->size() > kMostItems) {
    return wrong("\"panel\": \"items\"", fmt::format("a list of 1 to {} items", kMostItems));
  }
  for (std::size_t i = 0; i < items->size(); ++i) ONEBOT_CHECK(check_item((*items)[i], i + 1));
  ONEBOT_CHECK(check_text(fields, {"remark", 0, kLongestRemark}, "\"panel\": "));
  return Value(fields);
}

Result<Value> panel_scope(const CallInput& input) {
  const std::string_view scope = text_of(input.params, "scope");
  ONEBOT_CHECK(check_word("\"scope\"", scope, kScopes));
  return Value(scope);
}

Result<Value> panel_target_type(const CallInput& input) {
  const std::string_view scope = text_of(input.params, "scope"), type = text_of(input.params, "target_type");
  if (type.empty()) return Value("all");
  ONEBOT_CHECK(check_word("\"target_type\"", type, kTargetTypes));
  if (type == "specific" && scope != "c2c" && scope != "group") {
    return wrong("\"target_type\"", fmt::format("all: a panel of the scope {} is everybody's", scope));
  }
  const std::string_view who = scope == "c2c" ? "user_openids" : "group_openids";
  if (type == "specific" && !find(input.params, who)) {
    return fail(Retcode::bad_param, fmt::format("\"{}\" is missing: target_type specific says whose panel it is", who));
  }
  return Value(type);
}

Result<Value> panel_users(const CallInput& input) { return targets(input, "user_openids", "c2c"); }
Result<Value> panel_groups(const CallInput& input) { return targets(input, "group_openids", "group"); }

Result<Value> panel_op(const CallInput& input) {
  const std::string_view op = text_of(input.params, "op");
  ONEBOT_CHECK(check_word("\"op\"", op, kOps));
  const bool users = find(input.params, "user_openids"), groups = find(input.params, "group_openids");
  if (users == groups) {
    return fail(Retcode::bad_param,
                "one of \"user_openids\" and \"group_openids\" must be there, as the panel's scope is");
  }
  return Value(op);
}

Value as_it_is(onebot::json::View member, const CallInput&) { return member.value(); }

}  // namespace qq
