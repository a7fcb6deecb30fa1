// The [[bots]] sections, checked against the options that each platform declares.

#pragma once

#include <vector>

#include "bridge/config.h"
#include "bridge/config_section.h"

namespace bridge::config {

// list: of tables, or nullptr when there is none. ingress: whether platforms can push to us.
std::vector<Config::Bot> read_bots(const Node* list, bool ingress, Findings& findings);

}  // namespace bridge::config
