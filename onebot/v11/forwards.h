// Forwards that an application makes up of nodes. No platform of a bot takes such a thing: they go out as one message,
// each node as a line with its name and what it says, with a blank line between.

#pragma once

#include "onebot/v11/action_row.h"

namespace onebot::v11 {

// Nodes of one forward.
inline constexpr std::size_t kMostNodes = 100;

// The parameters with a "message" made of their "messages". bad_param: there are none, too many, or one is no node.
Result<Fields> with_one_message(const Fields& params, const Here& here);

}  // namespace onebot::v11
