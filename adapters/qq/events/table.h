// The table of QQ's events: one sentence for each, read by events.cpp. Paths start at the `d` of a dispatch frame.
// Platform: autogen/event/<name in lower case>, and below server-inter/channel/ for guilds.

#pragma once

#include "onebot/translate.h"

#include <span>

namespace qq {

extern const onebot::EventTable kEvents;

}  // namespace qq
