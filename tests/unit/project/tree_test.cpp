// What may stand where. Each rule is tried on a planted breach, and then on the project.

#include "tests/unit/project/tree.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace fs = std::filesystem;

TEST_CASE("a stray file or folder at the top is found") {
  const std::string ignored = "build/\n/data/\n/bridge.toml\n";
  CHECK(project::strays({"crash-da39", "README.md"}, ignored).size() == 1);
  CHECK(project::strays({"util/", "onebot/", "onebot/x.h"}, ignored).size() == 1);
  CHECK(project::strays({"data/", "bridge.toml", ".ci/", "dev"}, ignored).empty());

  std::ifstream in(project::root() + "/.gitignore");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  for (const std::string& problem : project::strays(project::top_paths(), text)) FAIL_CHECK(problem);
}

TEST_CASE("a platform's folder without its README, fixtures, simulator or tests is found") {
  const std::vector<std::string> rooms = {"adapters/one/README.md", "adapters/one/fixtures/", "adapters/one/simulator/",
                                          "adapters/one/tests/"};
  CHECK(project::missing_rooms("one", rooms).empty());
  for (std::size_t i = 0; i < rooms.size(); ++i) {
    std::vector<std::string> fewer = rooms;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK(project::missing_rooms("one", fewer).size() == 1);
  }

  std::vector<std::string> paths;
  std::vector<std::string> platforms;
  for (const auto& folder : fs::directory_iterator(project::root() + "/adapters")) {
    const std::string name = folder.path().filename();
    if (!folder.is_directory() || name == "kit") continue;
    platforms.push_back(name);
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      paths.push_back("adapters/" + name + "/" + entry.path().filename().string() + (entry.is_directory() ? "/" : ""));
    }
  }
  CHECK(platforms.size() >= 2);
  for (const std::string& platform : platforms) {
    for (const std::string& problem : project::missing_rooms(platform, paths)) FAIL_CHECK(problem);
  }
}
