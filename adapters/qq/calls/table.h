// The calls of QQ: one row for each action the bot offers, with what it asks of the platform and what it tells.
// Platform: openapi pages of users, guilds, channels, members, reactions, mute, groups, interactions.

#pragma once

#include "onebot/call.h"

#include <string_view>
#include <vector>

namespace qq {

// What is code: see Actions.
inline constexpr std::string_view kCoded[] = {
    "send_message",   "delete_message",       "get_self_info",  "get_user_info",  "get_friend_list",
    "get_group_list", "qq.get_reply_credits", "qq.send_typing", "qq.send_stream", "qq.call_api"};

const onebot::CallTable& calls();
// The names of all of them. They live as long as the program.
const std::vector<std::string_view>& offered_actions();

}  // namespace qq
