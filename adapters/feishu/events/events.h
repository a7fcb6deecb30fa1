// A push in plain text as OneBot events: the tables of table.cpp, and what holds for every row.

#pragma once

#include "adapters/feishu/account.h"
#include "adapters/feishu/events/native.h"
#include "onebot/event.h"
#include "onebot/json.h"
#include "onebot/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace feishu {

struct Translated {
  std::vector<onebot::Event> events{};
  std::size_t left_out = 0;  // of a list of people: those without any id
};
// The events of one push; none for the bot's own messages and for what the account does not want.
// An event that is not as the platform documents it becomes a notice.<prefix>.malformed, never an error.
Translated translate(const Native& native, const Account& account);
bool is_malformed(const std::vector<onebot::Event>& events);

// The same without a bot that remembers. A challenge has no events. An onebot::Translate.
// Error: bad_request, when it is no event of any shape.
onebot::Result<std::vector<onebot::Event>> translate_payload(std::string_view platform, onebot::json::View push,
                                                             const onebot::Self& self);

// The platform's own names for what a push reports; two that share one report the same thing: "event/" id, and what
// its row says, e.g. "message/" message id for a received message, whichever schema it came in.
std::vector<std::string> keys(const Native& native);

}  // namespace feishu
