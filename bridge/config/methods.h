// The [onebot] sections: how applications reach the bridge, and it them.

#pragma once

#include "bridge/config/config.h"
#include "bridge/config/listeners.h"
#include "bridge/config/section.h"
#include "onebot/connect/transports.h"

#include <chrono>
#include <span>

namespace bridge::config {

struct Applications {
  onebot::connect::Methods methods{};
  std::chrono::milliseconds heartbeat{};  // 0: none
  int sections = 0;                       // of all ways, wrong ones as well
};

// node: of [onebot], or nullptr when there is none. Every address that is opened is added to listeners.
Applications read_applications(const Node* node, std::span<const Config::Bot> bots, Listeners& listeners,
                               Findings& findings);

}  // namespace bridge::config
