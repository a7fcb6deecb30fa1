#include "adapters/qq/events/scalars.h"

#include "onebot/ascii.h"

#include <cmath>

namespace qq {

std::optional<std::int64_t> whole(onebot::json::View number) {
  if (const auto integer = number.integer()) return integer;
  const auto spelled = number.number();
  if (!spelled || std::trunc(*spelled) != *spelled || std::fabs(*spelled) > 1e15) return std::nullopt;
  return static_cast<std::int64_t>(*spelled);
}

bool is_true(onebot::json::View truth) {
  return truth.boolean() || whole(truth) == 1 || onebot::ascii::lower(truth.str()) == "true";
}

}  // namespace qq
