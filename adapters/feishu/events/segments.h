// Segments: what a received message says, for schema 2.0 (BOSSHI's too) and 1.0.
// Platform: im-v1/message-content (receive); event-subscription "message" of the older version.
//
// Extended segments start with the platform's prefix: sticker, card, folder, share_chat, share_user, system,
// merge_forward, hongbao, calendar, video_chat, todo, vote, emotion, and unknown for what nobody has described.

#pragma once

#include "adapters/feishu/account.h"
#include "onebot/json.h"
#include "onebot/result.h"
#include "onebot/segment.h"

#include <string>
#include <string_view>

namespace feishu {

// "<prefix>res:<image|file>:<message id>:<key>": all that a download needs, since a key is only good together with
// its own message. "%" and ":" inside a part are percent-encoded.
std::string file_id(std::string_view kind, std::string_view message_id, std::string_view key, const Account& account);

// native: the "event" of a receive event; self: an Account. Never empty, never an error.
onebot::Result<onebot::Message> read_message(onebot::json::View native, const onebot::Self& self);
onebot::Result<onebot::Message> read_legacy_message(onebot::json::View native, const onebot::Self& self);

// Text as it is, "@name", "[file:name]", "[location:title]", else the type without its prefix in brackets.
std::string alt_message(const onebot::Message& message, const Account& account);

}  // namespace feishu
