// The [limits] section: what bounds those who connect to us.

#pragma once

#include "bridge/config/section.h"
#include "bridge/net/limits.h"

namespace bridge::config {

// node: nullptr when there is none.
net::ServerLimits read_limits(const Node* node, Findings& findings);

}  // namespace bridge::config
