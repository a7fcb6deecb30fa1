// The [[bots]] sections, checked against the options that each platform declares.

#pragma once

#include "bridge/config/config.h"
#include "bridge/config/section.h"

#include <vector>

namespace bridge::config {

// list: of tables, or nullptr when there is none. ingress: whether platforms can push to us.
std::vector<Config::Bot> read_bots(const Node* list, bool ingress, Findings& findings);

}  // namespace bridge::config
