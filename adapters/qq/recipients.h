// Recipients: which chat the parameters of an action name.

#pragma once

#include "adapters/qq/chat.h"
#include "adapters/qq/people.h"
#include "onebot/result.h"
#include "onebot/value.h"

#include <optional>
#include <string>
#include <string_view>

namespace qq {

struct Recipient {
  Chat chat{};          // of a guild's user that nobody has written to yet, openid is ""
  std::string user{};   // of direct messages in a guild: whom
  std::string guild{};  // the channel's; of direct messages: one that both are in
};

// 32 hexadecimal digits: a user's id, of private messages.
bool is_openid(std::string_view id);

// Whom a message goes to, by detail_type. The guild of direct messages is the one named, or the last that the user was
// seen in. Error: bad_param, unsupported_param, unknown_user.
onebot::Result<Recipient> read_recipient(const onebot::Fields& params, const People& people);

// The chat that is named without a detail_type; nullopt: none is, or one that is not open. Error: bad_param.
onebot::Result<std::optional<Chat>> read_chat(const onebot::Fields& params, const People& people);

}  // namespace qq
