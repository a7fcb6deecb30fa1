#include "tests/unit/project/tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace project {
namespace {

constexpr std::array<std::string_view, 8> kFolders = {"adapters/", "bridge/", "docs/",      "examples/",
                                                      "onebot/",   "tests/",  "packaging/", "third_party/"};
constexpr std::array<std::string_view, 7> kFiles = {
    "CHANGELOG.md", "CMakeLists.txt", "CMakePresets.json", "CONTRIBUTING.md", "README.md", "LICENSE", "dev"};
constexpr std::array<std::string_view, 4> kRooms = {"README.md", "fixtures/", "simulator/", "tests/"};

bool is_ignored(std::string_view path, std::string_view ignored) {
  for (std::string line : lines_of(ignored)) {
    if (line.starts_with('/')) line.erase(0, 1);
    if (path == line) return true;
  }
  return false;
}

}  // namespace

Problems strays(const std::vector<std::string>& paths, std::string_view ignored) {
  Problems problems;
  for (const std::string& path : paths) {
    const auto slash = path.find('/');
    const bool at_top = slash == std::string::npos || slash + 1 == path.size();
    if (!at_top || path.starts_with('.') || is_ignored(path, ignored)) continue;
    const bool known =
        std::ranges::find(kFolders, path) != kFolders.end() || std::ranges::find(kFiles, path) != kFiles.end();
    if (!known) problems.push_back(path + ": belongs into a folder, or nowhere");
  }
  return problems;
}

Problems missing_rooms(std::string_view platform, const std::vector<std::string>& paths) {
  Problems problems;
  for (const std::string_view room : kRooms) {
    const std::string wanted = fmt::format("adapters/{}/{}", platform, room);
    if (std::ranges::find(paths, wanted) == paths.end()) problems.push_back(wanted + ": is missing");
  }
  return problems;
}

}  // namespace project
