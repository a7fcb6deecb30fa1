// Parameters of an action, read and checked. Spec: connect/data-protocol/basic-types.
//
// A parameter that is missing, null, or of another type is 10003 and named in the error. Members nobody reads are
// ignored: applications leave their own options among the parameters.

#pragma once

#include "onebot/result.h"
#include "onebot/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace onebot {

Result<std::string> string_param(const Fields& params, std::string_view name);
Result<std::int64_t> integer_param(const Fields& params, std::string_view name);  // 100.0 counts, "100" does not
Result<double> number_param(const Fields& params, std::string_view name);         // integers count
Result<bool> bool_param(const Fields& params, std::string_view name);
Result<std::string> bytes_param(const Fields& params, std::string_view name);  // Bytes, or Base64 text of them
Result<Fields> object_param(const Fields& params, std::string_view name);

// The same for a parameter that may be missing or null: nullopt then.
//   ONEBOT_TRY(limit, optional_param(integer_param, params, "limit"));
template <class T>
Result<std::optional<T>> optional_param(Result<T> (*read)(const Fields&, std::string_view), const Fields& params,
                                        std::string_view name) {
  const Value* value = find(params, name);
  if (!value || value->is_null()) return std::nullopt;
  ONEBOT_TRY(result, read(params, name));
  return std::optional<T>(std::move(result));
}

// The integer a value is: any width, and a double without a fraction as far as doubles are exact.
std::optional<std::int64_t> integer_of(const Value& value);

}  // namespace onebot
