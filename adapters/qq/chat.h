// Chat: where a bot may speak, and what the four kinds of it are called.
// Platform: server-inter/message/send-receive/send, server-inter/channel/message/dms.

#pragma once

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
std::string_view scene(Chat::Kind kind);                                        // "c2c", "group", "channel", "dm"
std::optional<Chat::Kind> kind_of_scene(std::string_view name);                 // the reverse
std::string_view described(Chat::Kind kind);                                    // "user", "group", ... in a sentence
std::string chat_key(const Chat& chat);                                         // "group:OPENID"
std::optional<Chat> read_chat_key(std::string_view key);                        // the reverse
std::string chat_path(const Chat& chat);                                        // "/v2/users/X", "/channels/X"
std::string messages_path(const Chat& chat, std::string_view message_id = {});  // "/v2/users/X/messages", or one of it

}  // namespace qq
