// A push in plain text as OneBot events: which shape it has, the tables of events_table.cpp, and what holds for every
// row. Platform: event-subscription; protocol of the older version; card callbacks.

#pragma once

#include "adapters/feishu/account.h"
#include "onebot/adapter.h"
#include "onebot/event.h"
#include "onebot/json.h"
#include "onebot/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace feishu {

enum class Shape {
  encrypted,    // {"encrypt"}
  challenge,    // the platform tries the address
  event,        // schema 2.0, or BOSSHI's 1.0: with a header
  legacy,       // schema 1.0: "type": "event_callback"
  legacy_card,  // a card's action without an envelope
  invalid,
};
Shape shape_of(onebot::json::View push);

// What the push does not hold itself: a legacy card has neither id nor time.
struct Delivery {
  std::string id{};
  double time = 0;
};

// The name of the event as the platform wrote it, and its id; "" when there is none.
std::string event_type(onebot::json::View push);
std::string event_id(onebot::json::View push);
// Answered at once, with what the platform shall show; never repeated.
bool is_callback(onebot::json::View push);

// The events of one push; none for the bot's own messages and for what the account does not want.
// An event that is not as the platform documents it becomes a notice.<prefix>.malformed, never an error.
// Error: bad_request, when it is no event of any shape.
onebot::Result<std::vector<onebot::Event>> translate(onebot::json::View push, const Account& account,
                                                     const Delivery& delivery = {});
bool is_malformed(const std::vector<onebot::Event>& events);

// The same without a bot that remembers. A challenge has no events. An onebot::Translate.
onebot::Result<std::vector<onebot::Event>> translate_payload(std::string_view platform, onebot::json::View native,
                                                             const onebot::Self& self);

// The platform's own names for what a push reports; two that share one report the same thing: "event/" id,
// "message/" message id for a received message, whichever schema it came in.
std::vector<std::string> keys(onebot::json::View push, const Delivery& delivery = {});

// The chat of a recalled message whose kind memory does not know; "" for any other push.
std::string unknown_chat(const Memory& memory, onebot::json::View push);

// BOSSHI: the id of the bot, which a group message shows by mentioning it alone; "" when this push does not.
std::string learned_self(onebot::json::View push);

}  // namespace feishu
