// The [files] section.

#pragma once

#include "bridge/config_section.h"
#include "bridge/files_limits.h"

namespace bridge::config {

// node: nullptr when there is none.
FileLimits read_files(const Node* node, Findings& findings);

}  // namespace bridge::config
