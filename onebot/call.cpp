#include "onebot/call.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace onebot {
namespace {

constexpr std::size_t kLongestText = 4096;  // bytes, of a parameter

std::unexpected<Error> wrong(std::string_view name, std::string_view wanted) {
  return fail(Retcode::bad_param, fmt::format("\"{}\" must be {}", name, wanted));
}

bool is_number(const Value& value) {
  constexpr double kMost = 1e11;
  const auto* whole = std::get_if<std::int64_t>(&value);
  const auto* real = std::get_if<double>(&value);
  return whole || (real && *real >= 0 && *real < kMost);
}

Status check_kind(const CallRow::Param& param, const Value& value, std::size_t longest_id) {
  const auto* text = std::get_if<std::string>(&value);
  const auto check = [&](bool fits, std::string_view wanted) { return fits ? Status() : wrong(param.name, wanted); };
  switch (param.kind) {
    case ValueKind::id:  // whoever fills the path looks closer at what goes into it
      return check(text && !text->empty() && text->size() <= longest_id,
                   fmt::format("an id of 1 to {} characters", longest_id));
    case ValueKind::text:
      return check(text && text->size() <= kLongestText, "a string of at most 4096 bytes");
    case ValueKind::whole:
      return check(std::holds_alternative<std::int64_t>(value), "an integer");
    case ValueKind::number:
      return check(is_number(value), "a number, not below 0");
    case ValueKind::flag:
      return check(std::holds_alternative<bool>(value), "true or false");
    case ValueKind::object:
      return check(std::holds_alternative<Fields>(value), "an object");
    case ValueKind::list:
      return check(std::holds_alternative<List>(value), "a list");
    case ValueKind::bytes:
    case ValueKind::message:
    case ValueKind::any:
      return {};
  }
  return {};
}

Status check_params(const CallTable& table, const CallRow& row, const Fields& params) {
  for (const CallRow::Param& param : row.declared()) {
    const Value* value = find(params, param.name);
    if (value && !value->is_null()) {
      ONEBOT_CHECK(check_kind(param, *value, table.longest_id));
    } else if (param.required) {
      return fail(Retcode::bad_param, fmt::format("\"{}\" is missing", param.name));
    }
  }
  return {};
}

// Null when there is nothing to say.
Result<Value> value_of(const CallRow::Part& part, const CallInput& input) {
  if (part.make) return part.make(input);
  if (!part.constant.empty()) return Value(part.constant);
  const Value* value = find(input.params, part.param);
  return value ? *value : Value();
}

std::string as_text(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *whole);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", static_cast<std::int64_t>(*real));
  return {};
}

void add_to_body(Fields& body, std::string_view name, Value value) {
  const auto dot = name.find('.');
  if (dot == std::string_view::npos) return set(body, name, std::move(value));
  const std::string_view outer = name.substr(0, dot);
  const Value* there = find(body, outer);
  Fields inner = there && std::holds_alternative<Fields>(*there) ? std::get<Fields>(*there) : Fields();
  add_to_body(inner, name.substr(dot + 1), std::move(value));
  set(body, outer, std::move(inner));
}

Result<std::vector<CallRequest::Place>> places_of(const CallRow& row, const CallInput& input) {
  std::vector<CallRequest::Place> places;
  std::string_view feeds = row.path.feeds;
  for (std::string_view rest = row.path.path; !rest.empty();) {
    const std::string_view name = take_place(rest);
    if (name.empty()) continue;
    CallRow::Part part{.where = CallRow::Where::place, .name = name, .param = take_feed(feeds, name)};
    const std::string_view param = part.param;
    for (std::size_t i = 0; i < row.part_count; ++i) {
      if (row.parts[i].where == CallRow::Where::place && row.parts[i].name == name) part = row.parts[i];
    }
    ONEBOT_TRY(value, value_of(part, input));
    places.push_back({name, param, as_text(value)});
  }
  return places;
}

}  // namespace

const CallRow* CallTable::find(std::string_view action) const {
  const auto found = std::ranges::find(rows, action, &CallRow::name);
  return found == rows.end() ? nullptr : &*found;
}

Result<CallRequest> prepare(const CallTable& table, const CallRow& row, const CallInput& input) {
  ONEBOT_CHECK(check_params(table, row, input.params));
  CallRequest request{.method = row.method, .repeatable = row.repeatable};
  ONEBOT_TRY(places, places_of(row, input));
  request.places = std::move(places);
  ONEBOT_TRY(body, row.make_body ? row.make_body(input) : Result<Fields>(Fields()));
  for (std::size_t i = 0; i < row.part_count; ++i) {
    const CallRow::Part& part = row.parts[i];
    if (part.where == CallRow::Where::place) continue;
    ONEBOT_TRY(value, value_of(part, input));
    std::string text = part.where == CallRow::Where::query ? as_text(value) : std::string();
    if (!text.empty()) request.query.push_back({part.name, std::move(text)});
    if (part.where == CallRow::Where::body && !value.is_null()) add_to_body(body, part.name, std::move(value));
  }
  if (!body.empty()) request.body = json::write(body);
  return request;
}

}  // namespace onebot
