// OwnGuilds: the bot's own coming and going in guilds, which the platform may tell twice: GUILD_CREATE and
// GUILD_MEMBER_ADD share no id, only the guild, the bot and the minute.

#pragma once

#include "onebot/event.h"

#include <chrono>
#include <map>
#include <string>

namespace qq {

class OwnGuilds {
 public:
  static constexpr std::chrono::seconds kSpan{60};
  static constexpr std::size_t kMost = 1'000;

  // Whether this event tells what another one has told within a minute. The same event again is no such repeat: its
  // own id tells.
  bool repeats(const onebot::Event& event, std::chrono::milliseconds now);

 private:
  struct Told {
    std::string id{};
    std::chrono::milliseconds at{};
  };
  std::map<std::string, Told, std::less<>> told_{};  // by event and guild
};

}  // namespace qq
