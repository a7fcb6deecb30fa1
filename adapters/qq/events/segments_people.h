// Who a message mentions, and which of them is the bot. Platform: autogen/event/group_message_create.
//
// A mention stands in the list `mentions`, in a tag of the text, or in both: QQ takes some tags out of the text.

#pragma once

#include "onebot/event.h"
#include "onebot/json.h"
#include "onebot/segment.h"

#include <string>
#include <string_view>

namespace qq {

bool mentions_everyone(onebot::json::View d);

// Who is mentioned by that id; a missing view when d does not say.
onebot::json::View mentioned(onebot::json::View d, std::string_view id);

// In a group the bot has an id of its own, which only the mentions tell. A missing view: not mentioned by name.
onebot::json::View mention_of_self(onebot::json::View d, const onebot::Self& self);

bool is_self(onebot::json::View d, const onebot::Self& self, std::string_view id);
// The same for many ids of one message. own: mention_of_self.
bool names_self(onebot::json::View own, const onebot::Self& self, std::string_view id);

// Of one of those mentioned; "" when it is not told. A mention can be without any id.
std::string person_id(onebot::json::View mention);
std::string person_name(onebot::json::View mention);

// The mention of the person whom QQ calls by that id.
onebot::Segment mention_segment(onebot::json::View d, std::string_view id);

// QQ takes the mention of the bot out of the text that it sends under the name of a mention.
enum class Taken { nothing, mention_of_self };
// Who is in `mentions` and not among the segments that the text became, each once: the bot in front. Without an id it
// is the text "@name", unless a tag has shown it.
onebot::Message untagged_mentions(onebot::json::View d, const onebot::Self& self, const onebot::Message& shown,
                                  Taken taken);
// What is in `mentions` and names nobody.
void append_unknown_mentions(onebot::Message& message, onebot::json::View d, const onebot::Self& self);

}  // namespace qq
