// Reactions to messages. Platforms differ: some know the bot's own by the emoji, in channels alone; with others each
// has an id, which is looked for among all before it is taken back.

#pragma once

#include "onebot/v11/action_row.h"

namespace onebot::v11::reactions {

// Adds "emoji_id" to "message_id", or takes it back ("set" = false). unsupported_action: not in such a chat.
Status change(Asked& asked, const Fields& params, const Here& here);
// The bot's own one among those that are there.
bool take_back(Asked& asked, const Value& told, const Here& here);
// bad_param: the bot has not reacted with that.
ActionResult changed(ActionResult result, const Asked& asked, const Here& here);

}  // namespace onebot::v11::reactions
