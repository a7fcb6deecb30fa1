// Options: what decides the bytes of OneBot 11 frames. Links of one bot with equal options get equal frames.

#pragma once

#include <cstddef>

namespace onebot::v11 {

enum class MessageFormat { array, string };
enum class Ids { number, string };          // string: native ids, but for the bot's own and those of messages
enum class Channels { group, guild, off };  // channels of guilds as groups, in a dialect of their own, or not at all
enum class Interactions { notice, message, off };  // pressed buttons and menus

struct Options {
  MessageFormat message_format = MessageFormat::array;
  Ids ids = Ids::number;
  Channels channels = Channels::group;
  bool extended_notices = false;  // events that OneBot 11 has no name for
  Interactions interactions = Interactions::notice;
  std::size_t max_frame = 500'000;  // bytes of a message's frame: what is longer loses segments from its end
  bool operator==(const Options&) const = default;
};

}  // namespace onebot::v11
