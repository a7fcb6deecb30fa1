// The [files] section.

#pragma once

#include "bridge/config/section.h"
#include "bridge/files/limits.h"

#include <string>

namespace bridge::config {

// node: nullptr when there is none. data_dir: the store's folder is made in it at the start, so it need not be there
// yet.
FileLimits read_files(const Node* node, const std::string& data_dir, Findings& findings);

}  // namespace bridge::config
