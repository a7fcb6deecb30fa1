// Rates: how often the platform lets a bot send messages. Platform: im-v1/message/create, "frequency limits": 50 in a
// second and 1000 in a minute for the app, 5 in a second to one chat or person.

#pragma once

#include "adapters/feishu/calls/paths.h"
#include "adapters/kit/pace.h"

#include <vector>

namespace feishu {

// Valid as long as paths.
std::vector<kit::Rate> rates(const OwnPaths& paths);

}  // namespace feishu
