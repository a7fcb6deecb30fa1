// natives(): what a platform sends, from its fixtures.

#pragma once

#include "onebot/json.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

// tree: a checkout. folder: that of the platform's adapter, which may serve several.
inline std::vector<std::string> natives(const std::filesystem::path& tree, std::string_view folder,
                                        std::string_view platform) {
  std::vector<std::string> texts;
  for (const auto& file : std::filesystem::directory_iterator(tree / folder / "fixtures")) {
    const std::string name = file.path().filename().string();
    if (!name.ends_with(".native.json")) continue;
    if (platform != folder.substr(folder.rfind('/') + 1) && !name.starts_with(platform)) continue;
    std::ostringstream text;
    text << std::ifstream(file.path()).rdbuf();
    const auto document = onebot::json::Document::parse(text.str());
    if (document) texts.push_back(document->root().dump());  // compact, as it comes over the wire
  }
  return texts;
}

}  // namespace bench
