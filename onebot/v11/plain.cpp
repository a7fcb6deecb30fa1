#include "onebot/v11/plain.h"

#include "onebot/json_write.h"
#include "onebot/v11/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace onebot::v11 {
namespace {

Value plain_number(double number) {
  if (std::floor(number) == number && std::abs(number) <= static_cast<double>(kMostExact)) {
    return static_cast<std::int64_t>(number);
  }
  const std::string text = fmt::to_string(number);
  return text.find_first_of("en") == std::string::npos ? Value(number) : Value(text);
}

// Names that a reader puts in front of all others.
bool is_index(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
}

bool keeps_its_order(const Fields& fields) {
  std::set<std::string_view> names;
  return std::ranges::all_of(
      fields, [&](const Field& field) { return !is_index(field.name) && names.insert(field.name).second; });
}

}  // namespace

Value plain(Value value) {
  if (const auto* number = std::get_if<double>(&value)) return plain_number(*number);
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return fmt::to_string(*number);
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return *number > kMostExact || *number < -kMostExact ? Value(fmt::to_string(*number)) : value;
  }
  if (auto* list = std::get_if<List>(&value)) {
    for (Value& item : *list) item = plain(std::move(item));
  } else if (auto* fields = std::get_if<Fields>(&value)) {
    if (!keeps_its_order(*fields)) return json::write(*fields);
    for (Field& field : *fields) {
      if (field.name == "guild_id") field.name = "guild";
      field.value = plain(std::move(field.value));
    }
  }
  return value;
}

}  // namespace onebot::v11
