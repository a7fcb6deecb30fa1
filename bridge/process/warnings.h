// What is not wrong and still should be known: `check` says it, and the start.

#pragma once

#include "bridge/config/config.h"

#include <string>
#include <vector>

namespace bridge {

// path: of the configuration. now: seconds since the epoch.
std::vector<std::string> warnings_of(const Config& config, const std::string& path, double now);

}  // namespace bridge
