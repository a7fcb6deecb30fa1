// Intents: which events a gateway session asks for, as bits, and how the set shrinks when the platform refuses it.
// Platform: dev-prepare/event-emit/payload (intents).

#pragma once

#include "onebot/result.h"
#include "onebot/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qq {

struct Intent {
  int bit = 0;
  std::string_view name{};
  bool by_default = false;  // asked for when the configuration names none
};

inline constexpr Intent kIntents[] = {
    {0, "GUILDS", true},
    {1, "GUILD_MEMBERS", true},
    {9, "GUILD_MESSAGES", false},  // private-domain bots only
    {10, "GUILD_MESSAGE_REACTIONS", false},
    {12, "DIRECT_MESSAGE", true},
    {18, "OPEN_FORUM_EVENT", false},
    {19, "AUDIO_OR_LIVE_CHANNEL_MEMBER", false},
    {23, "ENTER_AIO", false},  // undocumented
    {24, "GROUP_MEMBER_EVENT", true},
    {25, "GROUP_AND_C2C_EVENT", true},
    {26, "INTERACTION", true},
    {27, "MESSAGE_AUDIT", true},
    {28, "FORUMS_EVENT", false},  // private-domain bots only
    {29, "AUDIO_ACTION", false},
    {30, "PUBLIC_GUILD_MESSAGES", true},
};

// What is asked for now. The platform does not say which bit it minds, so a refusal is answered by a guess.
struct Intents {
  std::uint32_t bits = 0;
  bool swapped = false;  // GUILD_MESSAGES and PUBLIC_GUILD_MESSAGES were already tried for each other
  bool operator==(const Intents&) const = default;
};

std::uint32_t default_intents();
// The configuration's list of names; an unknown one is bad_param naming it and what is allowed. Empty: the default.
onebot::Result<std::uint32_t> read_intents(const onebot::List& names);
// The next set to try after a refusal; nullopt when nothing is left to give up.
std::optional<Intents> reduced(Intents refused);
// "GUILDS GUILD_MEMBERS"; bits without a name as "bit 5".
std::string intent_names(std::uint32_t bits);

}  // namespace qq
