#include "onebot/v11/scope.h"

#include <fmt/format.h>

namespace onebot::v11 {

bool is_self(const Scope& scope, const Native& native) {
  return native.kind == Kind::user && !native.id.empty() && scope.ids.number(native) == scope.self_id;
}

Value id_value(const Scope& scope, const Native& native, std::string_view name) {
  const Number number = scope.ids.number(native, name);
  const bool self = native.kind == Kind::user && number != 0 && number == scope.self_id;
  if (scope.options.ids == Ids::string && !self) return native.id;
  return number;
}

std::string id_text(const Scope& scope, const Native& native, std::string_view name) {
  if (native.id.empty()) return {};
  const Value value = id_value(scope, native, name);
  const auto* text = std::get_if<std::string>(&value);
  return text ? *text : fmt::to_string(std::get<std::int64_t>(value));
}

}  // namespace onebot::v11
