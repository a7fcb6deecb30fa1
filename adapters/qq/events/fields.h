// What the rows of table.cpp cannot say in their own words: fields and sub types that take a decision.
// Platform: the page of each event, see table.cpp.

#pragma once

#include "onebot/event.h"
#include "onebot/json.h"

#include <string>

namespace qq {

// All of onebot::ReadField or onebot::ReadSubType: d, the item of each(), the bot.
using onebot::Self;
using onebot::Value;
using onebot::json::View;

// Conversions of one value (onebot::Convert); null: left out.
Value integer(View);
Value if_true(View);      // left out when it says anything else
Value target_kind(View);  // of a reaction; number or enumerator -> message, thread, comment, reply
Value rich_value(View);   // title and content of a forum post, parsed
Value rich_text(View);    // the same as plain text

// Messages
Value message_index(View d, View, const Self&);
Value quoted_index(View d, View, const Self&);
Value always(View d, View, const Self&);  // true
Value to_me(View d, View, const Self&);

// Groups and interactions
std::string join_source(View d, View, const Self&);
Value join_comment(View d, View, const Self&);
std::string interaction_kind(View d, View, const Self&);

// Guilds
std::string guild_entry(View d, View, const Self&);     // join, invite
std::string guild_exit(View d, View, const Self&);      // leave, kick
std::string guild_deletion(View d, View, const Self&);  // recall, delete, "" when the author is not told
Value reacted_message(View d, View, const Self&);       // "" when something else was reacted to
Value reacted_other(View d, View, const Self&);         // left out when it was a message

}  // namespace qq
