// The [[bots]] sections, checked against the options that each platform declares.

#pragma once

#include "bridge/config/config.h"
#include "bridge/config/section.h"

#include <vector>

namespace bridge::config {

// What else a configuration has.
struct Besides {
  bool ingress = false;   // platforms can push to us
  bool onebot11 = false;  // bots have numbers
};
// list: of tables, or nullptr when there is none.
std::vector<Config::Bot> read_bots(const Node* list, Besides besides, Findings& findings);

}  // namespace bridge::config
