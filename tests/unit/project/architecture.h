// The architecture as tables, and what is wrong with a file by them. See the map in README.md.

#pragma once

#include "tests/unit/project/source.h"

#include <string>
#include <string_view>
#include <vector>

namespace architecture {

using project::Problems;

// Every file path is relative to the root of the project.

// Includes point down the layers, and a library is named in its one wrapper.
Problems wrong_includes(std::string_view path, std::string_view text);

// A platform is named only in its own folder and where all of them are listed.
Problems platform_names(std::string_view path, std::string_view text, const std::vector<std::string>& names);

// A file has one idea; over 400 lines it had two. A header is read once.
Problems wrong_shape(std::string_view path, std::string_view text);

// A return code has its number in onebot/retcode.h and is called by its name everywhere else in production. Platforms
// have five-digit codes of their own, so 1xxxx and 2xxxx are a breach only beside a word that says return code.
Problems raw_retcodes(std::string_view path, std::string_view text);

}  // namespace architecture
