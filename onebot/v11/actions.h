// Actions of OneBot 11 as actions of OneBot 12, and the results of these as OneBot 11 tells them: a table of rows
// (action_row.h). What no platform of a bot can do fails; a pretended success would hide a lost ban.

#pragma once

#include "onebot/v11/action_row.h"

#include <span>

namespace onebot::v11 {

std::span<const ActionRow> action_rows();

// bad_param: a parameter is wrong, or means nobody. unsupported_action: nobody here does that.
Result<Asked> ask_for(const Request& request, const Here& here);
// Whether it takes a second question, which is asked.action then. Once at most.
bool asks_on(Asked& asked, const ActionResult& told, const Here& here);
// The result of what was asked for, or of what is known.
ActionResult answer_of(ActionResult result, const Asked& asked, const Here& here);

}  // namespace onebot::v11
