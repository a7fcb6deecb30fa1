// The fields of events that take a decision or a memory. The Self they get is an Account.

#pragma once

#include "onebot/json.h"
#include "onebot/value.h"

#include <string>

namespace onebot {
struct Self;
}

namespace feishu {

using onebot::Self;
using onebot::Value;
using onebot::json::View;

// People. "item" is one of a list of users.
Value sender(View native, View item, const Self& self);  // "sender.sender_id", or what stands for it
Value legacy_sender(View native, View item, const Self& self);
Value reader(View native, View item, const Self& self);
Value operator_id(View native, View item, const Self& self);         // "operator_id": an object
Value menu_operator(View native, View item, const Self& self);       // "operator.operator_id"
Value acting(View native, View item, const Self& self);              // "operator": the ids themselves
Value legacy_operator(View native, View item, const Self& self);     // "operator_open_id" and its like
Value legacy_actor(View native, View item, const Self& self);        // the event's own "open_id" and its like
Value card_actor(View native, View item, const Self& self);          // the event's own "open_id" and its like
Value card_operator(View native, View item, const Self& self);       // "operator", or else the event's own
Value friend_id(View native, View item, const Self& self);           // "user"
Value listed_user(View native, View item, const Self& self);         // item "user_id": an object, or its own ids
Value legacy_listed_user(View native, View item, const Self& self);  // the item's own ids
Value reactor(View native, View item, const Self& self);             // a person, or an app
Value inviter(View native, View item, const Self& self);             // "inviter.id"
Value meeting_operator(View native, View item, const Self& self);    // "operator.id"
Value learner(View native, View item, const Self& self);             // "learner.user_id"
Value applicant(View native, View item, const Self& self);           // "start_user"
Value assignee(View native, View item, const Self& self);            // "assigned_user"

// What the memory knows; "" or nothing when it does not.
Value recalled_author(View native, View item, const Self& self);
Value recall_operator(View native, View item, const Self& self);
Value reaction_chat(View native, View item, const Self& self);
Value reaction_group(View native, View item, const Self& self);
Value card_group(View native, View item, const Self& self);

Value last_message_time(View native, View item, const Self& self);
Value whole(View native, View item, const Self& self);  // all of it, as JSON text

// Sub types.
std::string recall_kind(View native, View item, const Self& self);
std::string join_kind(View native, View item, const Self& self);
std::string leave_kind(View native, View item, const Self& self);
std::string own_leave_kind(View native, View item, const Self& self);
std::string legacy_join_kind(View native, View item, const Self& self);
std::string legacy_leave_kind(View native, View item, const Self& self);

}  // namespace feishu
