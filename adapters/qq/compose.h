// Composing: a OneBot message as one QQ message, checked whole before anything is sent.
// Platform: server-inter/message/type/text and .../trans/text-chain.

#pragma once

#include <optional>
#include <string>

#include "adapters/qq/replies.h"
#include "onebot/result.h"
#include "onebot/segment.h"

namespace qq {

struct Composed {
  std::string content{};
  std::string reply_to{};  // message id; "" = none
};

// Errors: 10005 naming a segment QQ has no use for in this chat, 10006 for unusable data, 10007 when nothing but
// mentions is left to say to a single user, 10003 when there is nothing to send.
onebot::Result<Composed> compose(const onebot::Message& message, Chat::Kind kind);

// The body of POST .../messages. index: of the message quoted, "" = no quote.
std::string message_body(const Composed& composed, const std::optional<Answer>& answer, std::string_view index);

// "/v2/users/X/messages", or one message of it.
std::string messages_path(const Chat& chat, std::string_view message_id = {});

}  // namespace qq
