// What results of OneBot 12 actions hold, read without asking for their shape: what is not there is empty.

#pragma once

#include "onebot/value.h"

#include <cstdint>
#include <string_view>

namespace onebot::v11 {

// The fields of an object, the items of a list; none for anything else. Both live as long as the value.
const Fields& fields_of(const Value& value);
const List& list_of(const Value& value);

// What a platform adds, by its name behind the prefix; nullptr, "" and 0: it adds none.
const Value* extra_of(const Fields& fields, std::string_view name);
std::string_view extra_text_of(const Fields& fields, std::string_view name);
std::int64_t extra_count_of(const Fields& fields, std::string_view name);

}  // namespace onebot::v11
