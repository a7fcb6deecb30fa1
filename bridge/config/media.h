// The [onebot11.media] section: where applications of OneBot 11 get files that a platform does not offer to everybody.

#pragma once

#include "bridge/config/config.h"
#include "bridge/config/listeners.h"
#include "bridge/config/section.h"

#include <optional>

namespace bridge::config {

// node: nullptr when there is none; around: [onebot11]. nullopt: it is switched off. Its address is added to listeners.
std::optional<OneBot11::Media> read_media(const Node* node, const Node& around, Listeners& listeners,
                                          Findings& findings);

}  // namespace bridge::config
