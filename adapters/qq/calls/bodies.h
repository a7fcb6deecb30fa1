// Members of the bodies of calls that are more than a parameter under another name.
// Platform: openapi pages of interactions, mute, and the groups' restrict_chat_setting, batch_remove_members and
// approval_join_request.

#pragma once

#include "onebot/call.h"

namespace qq {

// An event's id has the name of the event in front, "INTERACTION_CREATE:".
onebot::Result<onebot::Value> bare_interaction_id(const onebot::CallInput& input);
onebot::Result<onebot::Value> interaction_code(const onebot::CallInput& input);
onebot::Result<onebot::Value> banned_members(const onebot::CallInput& input);
onebot::Result<onebot::Value> kicked_members(const onebot::CallInput& input);
onebot::Result<onebot::Value> kick_is_for_good(const onebot::CallInput& input);
onebot::Result<onebot::Value> mute_seconds(const onebot::CallInput& input);
onebot::Result<onebot::Value> join_answer(const onebot::CallInput& input);

}  // namespace qq
