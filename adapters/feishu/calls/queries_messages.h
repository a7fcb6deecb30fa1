// Queries, the part about messages that are there already: reading, editing, forwarding, reactions, cards, pins.
// Platform: im-v1/message, im-v1/message-reaction, im-v1/pin, interactive/v1/card/update.

#pragma once

#include "adapters/feishu/calls/queries.h"
#include "onebot/result.h"

namespace feishu {

onebot::Result<Query> get_message(const Asked& asked);
onebot::Result<Query> get_merge_forward(const Asked& asked);  // the message and those inside it
onebot::Result<Query> get_history(const Asked& asked);        // one page of a group, a chat or a thread
onebot::Result<Query> edit_message(const Asked& asked);
onebot::Result<Query> forward_message(const Asked& asked);
onebot::Result<Query> update_card(const Asked& asked);
onebot::Result<Query> update_card_by_token(const Asked& asked);
onebot::Result<Query> add_reaction(const Asked& asked);
onebot::Result<Query> delete_reaction(const Asked& asked);
onebot::Result<Query> get_reactions(const Asked& asked);
onebot::Result<Query> get_read_users(const Asked& asked);
onebot::Result<Query> urge_message(const Asked& asked);
onebot::Result<Query> pin_message(const Asked& asked);
onebot::Result<Query> unpin_message(const Asked& asked);
onebot::Result<Query> get_pins(const Asked& asked);

}  // namespace feishu
