// Signposts: each listener of one OneBot learns where the other one is spoken, to tell whoever comes to the wrong one.

#pragma once

#include "bridge/config/config.h"

namespace bridge::config {

// The address of the first section of each way. Ways that connect to somebody need none.
void set_signposts(onebot::connect::Methods& onebot12, OneBot11& onebot11);

}  // namespace bridge::config
