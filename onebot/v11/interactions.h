// What somebody pressed: buttons, cards, menus. A notice of its own, or a message of whoever pressed.

#pragma once

#include "onebot/v11/logged_event.h"
#include "onebot/v11/scope.h"

#include <optional>
#include <string>

namespace onebot::v11 {

// nullopt: the options want none.
std::optional<std::string> interaction_frame(const LoggedEvent& event, const Scope& scope);

}  // namespace onebot::v11
