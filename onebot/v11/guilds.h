// Guilds and their channels in the dialect that links with channels = "guild" speak: ids are natives, as texts. Links
// with other options are told that there are none, or which option it takes.

#pragma once

#include "onebot/v11/action_row.h"

namespace onebot::v11::guilds {

// Who the bot is there; nothing, and no guilds, where channels are groups.
Status profile(Asked& asked, const Fields& params, const Here& here);
Status list(Asked& asked, const Fields& params, const Here& here);
// Of "guild_id". unsupported_action: channels are something else on this link.
Status guild(Asked& asked, const Fields& params, const Here& here);
Status member(Asked& asked, const Fields& params, const Here& here);
// A message of a channel, by its native id. Known without asking anybody.
Status message(Asked& asked, const Fields& params, const Here& here);

ActionResult profile_told(ActionResult result, const Asked& asked, const Here& here);
ActionResult list_told(ActionResult result, const Asked& asked, const Here& here);
ActionResult meta_told(ActionResult result, const Asked& asked, const Here& here);
ActionResult channels_told(ActionResult result, const Asked& asked, const Here& here);
ActionResult members_told(ActionResult result, const Asked& asked, const Here& here);
ActionResult member_told(ActionResult result, const Asked& asked, const Here& here);
// Of what was sent to a channel: a text where ids are natives.
ActionResult sent_told(ActionResult result, const Asked& asked, const Here& here);

}  // namespace onebot::v11::guilds
