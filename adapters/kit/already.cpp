#include "adapters/kit/already.h"

#include "onebot/value.h"

#include <algorithm>
#include <cstdint>

namespace kit {

bool is_so_already(std::span<const Already> rows, std::string_view action, const onebot::Error& failure,
                   std::string_view code_at) {
  const auto* data = std::get_if<onebot::Fields>(&failure.data);
  const onebot::Value* value = data ? onebot::find(*data, code_at) : nullptr;
  const auto* code = value ? std::get_if<std::int64_t>(value) : nullptr;
  return code &&
         std::ranges::any_of(rows, [&](const Already& row) { return row.action == action && row.code == *code; });
}

}  // namespace kit
