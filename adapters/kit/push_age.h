// PushAge: how old a push may be. A signature never ends, so one that was once taken down could be played back for
// ever; what is taken is therefore no older than the names of deliveries are kept.

#pragma once

#include "adapters/kit/section.h"
#include "onebot/result.h"
#include "onebot/store.h"

#include <chrono>

namespace kit {

inline constexpr std::chrono::minutes kMostAhead{5};  // a platform's clock may be of ours
inline constexpr std::chrono::milliseconds kMostPushAge = onebot::kSeenFor - kMostAhead;

// The option "push_max_age". Error: bad_param naming it, when it is less than a second, or more than is remembered.
onebot::Result<std::chrono::milliseconds> read_push_max_age(const Section& section);

// sent, wall: seconds since the epoch.
bool is_timely(double sent, double wall, std::chrono::milliseconds max_age);

}  // namespace kit
