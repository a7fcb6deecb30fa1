// What may stand where: the top of the project, and the rooms of a platform.

#pragma once

#include "tests/unit/project/source.h"

#include <string>
#include <string_view>
#include <vector>

namespace project {

// Paths of the top that belong to nothing. ignored: the text of .gitignore, whose plain lines may be there, too.
Problems strays(const std::vector<std::string>& paths, std::string_view ignored);
// What the folder adapters/<name>/ of a platform lacks.
Problems missing_rooms(std::string_view platform, const std::vector<std::string>& paths);

}  // namespace project
