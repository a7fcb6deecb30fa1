// Chat: where a bot may speak, and what the four kinds of it are called.
// Platform: server-inter/message/send-receive/send, server-inter/channel/message/dms.

#pragma once

#include "adapters/kit/request.h"

#include <optional>
#include <string>
#include <string_view>

namespace qq {

struct Chat {
  enum class Kind { c2c, group, channel, dm };
  Kind kind = Kind::c2c;
  std::string openid{};  // the user's or the group's; the channel_id; the guild_id of a guild's direct messages
  bool operator==(const Chat&) const = default;
};

bool in_guild(const Chat& chat);
std::string_view scene(Chat::Kind kind);                         // "c2c", "group", "channel", "dm"
std::optional<Chat::Kind> kind_of_scene(std::string_view name);  // the reverse
std::string_view described(Chat::Kind kind);                     // "user", "group", ... in a sentence
std::string chat_key(const Chat& chat);                          // "group:OPENID"
std::optional<Chat> read_chat_key(std::string_view key);         // the reverse
// A call to this chat: "messages", or something else that goes there.
kit::Request request_to(const Chat& chat, std::string_view method, std::string_view what);

}  // namespace qq
