#include "tests/runners/fixtures.h"

#include "onebot/json.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace runners {

namespace fs = std::filesystem;
namespace json = onebot::json;
using adapters::Platform;

namespace {

const Platform& platform_of(std::string_view folder, const std::string& name) {
  const Platform* first = nullptr;
  for (const Platform& platform : adapters::platforms()) {
    if (platform.folder != folder) continue;
    if (name.starts_with(std::string(platform.name) + ".")) return platform;
    if (!first) first = &platform;
  }
  return *first;
}

}  // namespace

fs::path with(const fs::path& stem, std::string_view ending) { return stem.string() + std::string(ending); }

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::set<std::string_view> folders() {
  std::set<std::string_view> all;
  for (const Platform& platform : adapters::platforms()) all.insert(platform.folder);
  return all;
}

fs::path fixtures_of(std::string_view folder) { return fs::path(SOURCE_DIR) / folder / "fixtures"; }

// The stems of files with this ending.
std::set<fs::path> stems(std::string_view folder, std::string_view ending) {
  std::set<fs::path> all;
  for (const auto& entry : fs::directory_iterator(fixtures_of(folder))) {
    const std::string path = entry.path();
    if (path.ends_with(ending)) all.insert(path.substr(0, path.size() - ending.size()));
  }
  return all;
}

std::vector<Fixture> fixtures() {
  std::vector<Fixture> all;
  for (const std::string_view folder : folders()) {
    for (const fs::path& stem : stems(folder, kNative)) {
      all.push_back({&platform_of(folder, stem.filename()), stem});
    }
  }
  return all;
}

onebot::Self self_of(const Platform& platform) {
  const auto ids = json::Document::parse(read(fixtures_of(platform.folder) / "self.json"));
  REQUIRE_MESSAGE(ids, platform.folder);
  onebot::Self self{std::string(platform.name), ids->root().at(platform.name).text()};
  REQUIRE_MESSAGE(!self.user_id.empty(), platform.name);
  return self;
}

bool updating() {
  const char* flag = std::getenv("ONEBRIDGE_UPDATE_FIXTURES");
  return flag && std::string_view(flag) == "1";
}

}  // namespace runners
