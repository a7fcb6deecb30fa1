// The [onebot11] sections: how applications of OneBot 11 reach the bridge, and it them.

#pragma once

#include "bridge/config/config.h"
#include "bridge/config/listeners.h"
#include "bridge/config/section.h"

#include <chrono>
#include <span>

namespace bridge::config {

// Whether [onebot11] has a section for applications, be it a wrong one.
bool has_ways(const Node* onebot11);

// onebot11, onebot12: the nodes of [onebot11] and [onebot], or nullptr when there is none. retention: how long events
// are kept; 0: not known. Every address that is opened is added to listeners.
OneBot11 read_onebot11(const Node* onebot11, const Node* onebot12, std::span<const Config::Bot> bots,
                       std::chrono::milliseconds retention, Listeners& listeners, Findings& findings);

}  // namespace bridge::config
