// Numbers of a data folder that no bridge runs on.

#pragma once

#include "bridge/process/ids_source.h"
#include "onebot/result.h"

#include <cstdint>
#include <memory>
#include <string>

namespace bridge {

// Makes the folder, if need be. wall: ms since the epoch.
onebot::Result<std::unique_ptr<IdSource>> numbers_of_folder(const std::string& data_dir, std::int64_t wall);

}  // namespace bridge
