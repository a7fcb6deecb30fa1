// Numbers of a running bridge, by its admin port: the other side of admin_ids.h.

#pragma once

#include "bridge/config/config.h"
#include "bridge/process/ids_source.h"
#include "onebot/result.h"

#include <memory>

namespace bridge {

// Error: the configuration has no admin port, or no token for it; names what to add.
onebot::Result<std::unique_ptr<IdSource>> numbers_of_running(const Config& config);

}  // namespace bridge
