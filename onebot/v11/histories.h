// What was said before: the last messages of a chat, from the log; and the messages inside a forwarded one, which a
// platform is asked for.

#pragma once

#include "onebot/v11/action_row.h"

namespace onebot::v11::histories {

// Messages that are told at once, and when nobody says how many.
inline constexpr std::int64_t kMost = 100, kUsual = 20;

// "count" messages before "message_seq", or the last ones; the oldest first. Known without asking anybody.
Status of_group(Asked& asked, const Fields& params, const Here& here);
Status of_person(Asked& asked, const Fields& params, const Here& here);

// The messages inside "id". One that the bot sent is known: nodes went out as one message. bad_param: no platform of
// the bot tells what is inside.
Status forward(Asked& asked, const Fields& params, const Here& here);
ActionResult forward_told(ActionResult result, const Asked& asked, const Here& here);

}  // namespace onebot::v11::histories
