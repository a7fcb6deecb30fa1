// The times platforms write, as seconds since the epoch with fraction.
//
// 0 means "not a time": the bridge takes its own then, and so it does for anything before 1970 or behind 9999.

#pragma once

#include "onebot/json.h"

namespace onebot {

// Each as a number or as text.
double seconds(json::View);       // 1632847927, "1502199207.71"
double milliseconds(json::View);  // 1632847927599

// "2021-09-29T00:52:07.5+08:00", and as Go prints a time: "2021-09-29 00:52:07.5 +0800 CST m=+1.0".
// Without a zone it is UTC.
double iso8601(json::View);

// Whichever it is. Numbers tell by their digits before the dot: up to 11 are seconds, up to 14 milliseconds, up to 17
// microseconds, more nanoseconds.
double any_time(json::View);

}  // namespace onebot
