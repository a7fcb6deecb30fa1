// Who a message mentions, and which of them is the bot. Platform: autogen/event/group_message_create.

#pragma once

#include "onebot/event.h"
#include "onebot/json.h"

#include <string_view>

namespace qq {

bool mentions_everyone(onebot::json::View d);

// Who is mentioned by that id; a missing view when d does not say.
onebot::json::View mentioned(onebot::json::View d, std::string_view id);

// In a group the bot has an id of its own, which only the mentions tell. A missing view: not mentioned by name.
onebot::json::View mention_of_self(onebot::json::View d, const onebot::Self& self);

bool is_self(onebot::json::View d, const onebot::Self& self, std::string_view id);

}  // namespace qq
