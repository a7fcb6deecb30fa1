// Mentions: the placeholders in received text and who they stand for.
// Platform: im-v1/message/events/receive, "mentions".
//
//   placeholder = "@_user_" digit { digit } | "@_all"
//
// Digits are read to their end: "@_user_1" begins "@_user_10" too. Placeholders may touch other characters, and one
// that "mentions" does not name stays text.

#pragma once

#include "adapters/feishu/account.h"
#include "onebot/json.h"
#include "onebot/segment.h"

#include <string_view>

namespace feishu {

// The entry of "mentions" with this key; missing when there is none.
onebot::json::View find_mention(onebot::json::View mentions, std::string_view key);
// The mention segment of an entry, with the name shown for it.
onebot::Segment mention_of(onebot::json::View entry, std::string_view name, const Account& account);

// Whether a name stands for everybody.
bool is_everyone(std::string_view name);

// Appends text with its placeholders as segments. Blanks around them are kept.
void append_with_mentions(onebot::Message& message, std::string_view text, onebot::json::View mentions,
                          const Account& account);

// The text of a message of schema 1.0: mentions are <at open_id="ou_x">@name</at>.
void append_legacy_text(onebot::Message& message, std::string_view text, const Account& account);

}  // namespace feishu
