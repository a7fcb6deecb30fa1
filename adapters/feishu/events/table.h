// The tables of events: one sentence for each, read by events.cpp. Paths start at the "event" of a push.
// Platform: im-v1 events, application-v6/bot/events/menu, card callbacks; event-subscription of the older version.
//
// Both are written in Feishu's prefix, "_." is none: see respelled(). A name stands without its version. The Self that
// comes with a native event is an Account.

#pragma once

#include "onebot/translate.h"

#include <string_view>

namespace feishu {

extern const onebot::EventTable kEvents;        // schema 2.0, and BOSSHI's
extern const onebot::EventTable kLegacyEvents;  // schema 1.0
extern const onebot::EventTable kLegacyCards;   // a card's callback without an envelope

// What stands behind the name of an event in a private chat, where the native name is the same as for a group.
inline constexpr std::string_view kInPrivate = " p2p";
inline constexpr std::string_view kPrivateRecall = "im.message.recalled p2p",
                                  kPrivateMessage = "im.message.receive p2p", kLegacyPrivateMessage = "message p2p";
inline constexpr std::string_view kLegacyCard = "card.action.trigger", kLegacyCardType = "card.action.trigger_v1";

}  // namespace feishu
