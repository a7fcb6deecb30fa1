// Parameters of OneBot 11, read as leniently as its clients write them: numbers as texts and the reverse, flags as 1 or
// "yes", null for what is not given. Ids are looked up: numbers that nobody has ever been given go to no platform.

#pragma once

#include "onebot/result.h"
#include "onebot/v11/scope.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace onebot::v11 {

// The parameter called by the first of these names (separated by one blank) that is given; nullptr: none is.
const Value* given(const Fields& params, std::string_view names);

// bad_param: there, but none of these. nullopt: not given.
Result<std::optional<std::int64_t>> whole_param(const Fields& params, std::string_view names);
Result<std::optional<bool>> flag_param(const Fields& params, std::string_view names);
Result<std::optional<std::string>> text_param(const Fields& params, std::string_view names);
// Its text; "" when it is not given, or none.
std::string text_or_empty(const Fields& params, std::string_view names);

// A person, or a group or channel, by number or native id. bad_param: not given, or never heard of.
Result<Native> id_param(const Scope& scope, Space space, const Fields& params, std::string_view name);
// A message by its number or native id. bad_param: not given, too old or unknown, or of a bot of another link.
Result<MessageRow> known_message(const Scope& scope, const Fields& params, std::string_view names = "message_id");
// The same; bad_param also when its platform told no id, so that nothing can be done to it.
Result<MessageRow> message_param(const Scope& scope, const Fields& params, std::string_view names = "message_id");

// Who a segment or a parameter means; nullopt: never heard of.
std::optional<Native> native_of(const Scope& scope, Space space, std::string_view written);

}  // namespace onebot::v11
