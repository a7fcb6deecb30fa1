// Events of the log as OneBot 11 frames: zero, one or more for each. Pure: what an event says, and the numbers of ids.
//
// Every frame is one JSON object on one line whose post_type is message, notice, request or meta_event, with whole
// seconds, whole numbers up to 2^53, and neither event id nor echo: one consumer ends its process at anything else.

#pragma once

#include "onebot/json.h"
#include "onebot/v11/scope.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace onebot::v11 {

struct Frames {
  std::vector<std::string> texts{};
  bool known = true;  // false: OneBot 11 has nothing for this event, whatever the options say
};

// place: the event's number in the log; 0: it is not there.
Frames frames_of(json::View event, const Scope& scope, std::uint64_t place = 0);

struct BotStatus {
  bool online = false;  // the bot
  bool good = false;    // and the log takes events
};

// The first frame of a link. time: seconds since the epoch.
std::string lifecycle(std::int64_t time, Number self_id, std::string_view sub_type = "connect");
// interval: milliseconds until the next.
std::string heartbeat(std::int64_t time, Number self_id, BotStatus status, std::int64_t interval);

}  // namespace onebot::v11
