// Composing: a OneBot message as the QQ messages it takes, checked whole before anything is sent.
// Platform: server-inter/message/type, .../trans/text-chain, server-inter/channel/message/format.

#pragma once

#include "adapters/qq/chat.h"
#include "adapters/qq/replies.h"
#include "onebot/result.h"
#include "onebot/segment.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qq {

enum class FileType { image = 1, video = 2, voice = 3, file = 4 };  // as the platform numbers them

struct Attached {
  FileType type = FileType::image;
  std::string file_id{};
};

// One QQ message: text, or one file with text beside it, or one thing of QQ's own.
struct Part {
  std::string content{};
  std::optional<Attached> attached{};
  onebot::Fields own{};  // "markdown", "keyboard", "ark", "embed" as the platform takes them
};

struct Composed {
  std::vector<Part> parts{};
  std::string reply_to{};  // message id; "" = none
};

inline constexpr std::size_t kMostParts = 10;  // QQ messages that one message may take

// Types of segments that some chat takes.
std::span<const std::string_view> sendable();

// Errors: 10005 naming a segment QQ has no use for in this chat, 10006 for unusable data, 10007 when nothing but
// mentions is left to say to a single user, 10003 when there is nothing to send or it takes too many messages.
onebot::Result<Composed> compose(const onebot::Message& message, Chat::Kind kind);

struct Envelope {
  std::optional<Answer> answer{};
  std::string index{};      // of the message quoted, in a guild its id; "" = no quote
  std::string file_info{};  // of the attached file, once it is uploaded; "" in a guild
};
// The body of POST .../messages.
onebot::Fields message_body(const Part& part, Chat::Kind kind, const Envelope& envelope);

}  // namespace qq
