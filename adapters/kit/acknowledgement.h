// Acknowledgement: a platform is told that its delivery was taken when the events are on disk, and at its deadline that
// they are not yet, so that it sends them again instead of waiting.

#pragma once

#include "onebot/io.h"
#include "onebot/told.h"

#include <chrono>
#include <functional>

namespace kit {

enum class Stored { yes, no, late };

// For Arrival::committed. `answer` is called once, with whichever is first; not at all when the result is dropped
// before.
onebot::Told<bool> acknowledge(onebot::io::Loop& loop, std::chrono::milliseconds deadline,
                               std::move_only_function<void(Stored)> answer);

}  // namespace kit
