// Events of type message: what somebody wrote, and what somebody pressed where the application wants it as a message.

#pragma once

#include "onebot/segment.h"
#include "onebot/v11/logged_event.h"
#include "onebot/v11/scope.h"

#include <optional>
#include <string>

namespace onebot::v11 {

// The frame of an event of type message; nullopt: there is none, since it is the bot's own, or its chat is not wanted.
std::optional<std::string> message_frame(const LoggedEvent& event, const Scope& scope);
// message, message_format, raw_message, font.
void append_message(Fields& frame, const Scope& scope, const Message& message);
Fields sender_of(const LoggedEvent& event, const Scope& scope, bool in_group);

// A message of somebody who wrote nothing: of the event's user in its place. native: what names it, never repeated.
std::string spoken_frame(const LoggedEvent& event, const Scope& scope, const std::string& native,
                         const Message& message);

}  // namespace onebot::v11
