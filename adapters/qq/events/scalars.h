// Scalars: numbers and truths that QQ writes as text here and there.

#pragma once

#include "onebot/json.h"

#include <cstdint>
#include <optional>

namespace qq {

// A whole number, or a text that spells one.
std::optional<std::int64_t> whole(onebot::json::View number);
// true, 1, or a text that says one of them.
bool is_true(onebot::json::View truth);

}  // namespace qq
