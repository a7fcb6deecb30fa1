// What a QQ message says, as OneBot segments. Platform: autogen/event/c2c_message_create,
// group_at_message_create, group_message_create, and server-inter/channel/message/event.
//
// Order: reply or qq.forward, then text and tags as written, attachments, cards. All of it is pure; what only the
// running bot knows (its name, older messages) is filled in by events.cpp.

#pragma once

#include "adapters/qq/events/tokens.h"
#include "onebot/event.h"
#include "onebot/json.h"
#include "onebot/segment.h"

#include <string>
#include <string_view>

namespace qq {

// Of the `d` of a message event. Error: refused, naming the member that is not what QQ documents.
onebot::Result<onebot::Message> read_c2c(onebot::json::View d, const onebot::Self& self);
onebot::Result<onebot::Message> read_group(onebot::json::View d, const onebot::Self& self);
// The text no longer shows the mention of the bot that caused this delivery, so it is put back in front.
onebot::Result<onebot::Message> read_group_at(onebot::json::View d, const onebot::Self& self);
onebot::Result<onebot::Message> read_guild(onebot::json::View d, const onebot::Self& self);

// With names instead of ids where d or self_name tells them; self_name may be "".
std::string alt_message(const onebot::Message& message, onebot::json::View d, const onebot::Self& self,
                        std::string_view self_name);

// Whether the bot itself wrote it: QQ echoes a bot's messages to it where it may read everything.
bool is_own_echo(onebot::json::View d, const onebot::Self& self);

}  // namespace qq
