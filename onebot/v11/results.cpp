#include "onebot/v11/results.h"

#include "onebot/params.h"
#include "onebot/v11/logged_event.h"

#include <algorithm>
#include <string>

namespace onebot::v11 {

const Fields& fields_of(const Value& value) {
  static const Fields kNone;
  const auto* fields = std::get_if<Fields>(&value);
  return fields ? *fields : kNone;
}

const List& list_of(const Value& value) {
  static const List kNone;
  const auto* list = std::get_if<List>(&value);
  return list ? *list : kNone;
}

const Value* extra_of(const Fields& fields, std::string_view name) {
  const auto found = std::ranges::find_if(
      fields, [&](const Field& field) { return has_prefix(field.name) && without_prefix(field.name) == name; });
  return found == fields.end() ? nullptr : &found->value;
}

std::string_view extra_text_of(const Fields& fields, std::string_view name) {
  const Value* value = extra_of(fields, name);
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

std::int64_t extra_count_of(const Fields& fields, std::string_view name) {
  const Value* value = extra_of(fields, name);
  return value ? integer_of(*value).value_or(0) : 0;
}

}  // namespace onebot::v11
