#include "onebot/value.h"

namespace onebot {

const Value* find(const Fields& fields, std::string_view name) {
  for (const Field& field : fields) {
    if (field.name == name) return &field.value;
  }
  return nullptr;
}

std::string_view text_of(const Fields& fields, std::string_view name) {
  const Value* value = find(fields, name);
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  return text ? std::string_view(*text) : std::string_view();
}

void set(Fields& fields, std::string_view name, Value value) {
  for (Field& field : fields) {
    if (field.name == name) {
      field.value = std::move(value);
      return;
    }
  }
  fields.push_back({std::string(name), std::move(value)});
}

}  // namespace onebot
