// What every frame begins and ends with.

#pragma once

#include "onebot/v11/logged_event.h"
#include "onebot/v11/scope.h"

#include <string>
#include <string_view>

namespace onebot::v11 {

// time, self_id, post_type.
Fields frame(std::int64_t time, Number self_id, std::string_view post_type);
// In number mode the natives beside their numbers, for logs and for plugins of one platform. Those of the bot itself
// and empty ones are left out.
void append_natives(Fields& frame, const Scope& scope, const Native& user, const Native& group,
                    std::string_view message);

// The number of a message that an event speaks of; "" is 0.
Number message_number(const LoggedEvent& event, const Scope& scope, std::string_view native);

}  // namespace onebot::v11
