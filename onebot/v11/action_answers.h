// Results of OneBot 12 actions, read for OneBot 11. Questions about who and where are answered from memory when the
// platform does not: consumers that get no answer stay offline or lose a message.

#pragma once

#include "onebot/v11/action_row.h"

namespace onebot::v11::told {

ActionResult message_id(ActionResult result, const Asked& asked, const Here& here);
// The same of a forward, and of a file that went as a message.
ActionResult forward_id(ActionResult result, const Asked& asked, const Here& here);
ActionResult file_id(ActionResult result, const Asked& asked, const Here& here);
ActionResult done_if_any(ActionResult result, const Asked& asked, const Here& here);
ActionResult login(ActionResult result, const Asked& asked, const Here& here);
ActionResult stranger(ActionResult result, const Asked& asked, const Here& here);
ActionResult friends(ActionResult result, const Asked& asked, const Here& here);
ActionResult group(ActionResult result, const Asked& asked, const Here& here);
ActionResult groups(ActionResult result, const Asked& asked, const Here& here);
ActionResult member(ActionResult result, const Asked& asked, const Here& here);
ActionResult members(ActionResult result, const Asked& asked, const Here& here);
// Of an action with a prefix: ids as numbers, and the natives beside.
ActionResult own(ActionResult result, const Asked& asked, const Here& here);

// What a failure says, with numbers in the place of native ids.
Error with_numbers(Error error, const Asked& asked, const Here& here);

}  // namespace onebot::v11::told
