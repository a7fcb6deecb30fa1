// What calls tell beyond a member under another name: messages as the REST interface shows them, times, who did it.
// Platform: im-v1/message/get, message/list, message-reaction, pin.

#pragma once

#include "onebot/call.h"

namespace feishu {

onebot::Value time_told(onebot::json::View time, const onebot::CallInput& input);
onebot::Value person_told(onebot::json::View id, const onebot::CallInput& input);  // apps as their bots

// Of "data" with its "items".
onebot::Result<onebot::Value> first_message(onebot::json::View data, const onebot::CallInput& input);
onebot::Result<onebot::Value> all_messages(onebot::json::View data, const onebot::CallInput& input);
onebot::Result<onebot::Value> page_of_messages(onebot::json::View data, const onebot::CallInput& input);

// The bot, as get_self_info tells of it: the platform's lists have people only.
onebot::Result<onebot::Value> bot_itself(const onebot::CallInput& input);

}  // namespace feishu
