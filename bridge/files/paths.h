// The files that type "path" may name: those in the folders of the configuration, whatever links and dots a path has.

#pragma once

#include "bridge/files/disk.h"
#include "onebot/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace bridge::files {

// The file, open for reading. One answer for what is not there, not ours to give, or no regular file: an application
// learns nothing about other folders.
onebot::Result<Descriptor> open_within(const std::string& path, const std::vector<std::string>& folders);

// Whether a folder of ours is in one of them.
bool is_within(const std::string& folder, const std::vector<std::string>& folders);

}  // namespace bridge::files
