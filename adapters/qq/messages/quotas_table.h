// Quotas, as data: how many messages the platform lets a bot send unasked, and to whom and how long each limit counts.
// Platform: server-inter/message/overview.

#pragma once

#include "adapters/qq/chat.h"
#include "onebot/result.h"
#include "onebot/value.h"

#include <string>
#include <string_view>
#include <vector>

namespace qq {

// Verified: the platform knows who runs the bot, and lets it send more.
enum class Standing { unverified, verified };

// The moments of the last minute are remembered one by one, and the channels of a day by name, so these quotas have an
// end.
inline constexpr int kMostInMinute = 1'000, kMostChannelsInDay = 100;

struct Quota {
  enum class Whose {
    chat,
    guild,  // of a guild are counted the channels that were written to
    bot,
  };
  enum class Span { second, minute, day, month };
  Chat::Kind kind = Chat::Kind::c2c;
  Whose whose = Whose::chat;
  Span span = Span::day;
  int most = 0;
};

std::string_view span_name(Quota::Span span);  // "day"

// The platform's quotas with changes to them, each "NAME NUMBER/SPAN", e.g. "group 4/month"; the number 0 lifts one.
onebot::Result<std::vector<Quota>> read_quotas(const onebot::List& changes, Standing standing);

}  // namespace qq
