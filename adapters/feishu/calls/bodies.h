// What calls ask for beyond a parameter under another name: ids by their kinds, cards, edited messages.
// Platform: im-v1 "message/update", "message/forward", "message/list", "message/urgent_app", chat-members.

#pragma once

#include "adapters/feishu/account.h"
#include "onebot/call.h"

namespace feishu {

// The Self of every call here is an Account.
const Account& account_in(const onebot::CallInput& input);

onebot::Result<onebot::Value> id_type(const onebot::CallInput& input);  // as configured
onebot::Result<onebot::Value> person_id(const onebot::CallInput& input);
onebot::Result<onebot::Value> person_id_type(const onebot::CallInput& input);
// Whom a forwarded message goes to: group_id, else user_id.
onebot::Result<onebot::Value> receiver_id(const onebot::CallInput& input);
onebot::Result<onebot::Value> receiver_id_type(const onebot::CallInput& input);
// Where a history is: thread_id, else group_id.
onebot::Result<onebot::Value> container_id(const onebot::CallInput& input);
onebot::Result<onebot::Value> container_type(const onebot::CallInput& input);
// How cards are to be shown in messages that are read: as the parameter says, or else whole.
onebot::Result<onebot::Value> card_form(const onebot::CallInput& input);
// Lets a call be asked for again without being done again.
onebot::Result<onebot::Value> new_uuid(const onebot::CallInput& input);
onebot::Result<onebot::Value> own_apps(const onebot::CallInput& input);
onebot::Result<onebot::Value> urged_users(const onebot::CallInput& input);  // 1 to 200
// A card, given as an object or as JSON text: as text, as an object.
onebot::Result<onebot::Value> card_text(const onebot::CallInput& input);
onebot::Result<onebot::Value> card_object(const onebot::CallInput& input);
onebot::Result<onebot::Fields> edited_message(const onebot::CallInput& input);

}  // namespace feishu
