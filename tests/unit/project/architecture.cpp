#include "tests/unit/project/architecture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <regex>

namespace architecture {
namespace {

using project::is_word_part;
using project::lines_of;

// Names separated by one blank; each is the beginning of a path. One that ends in "/." is of the files right in that
// folder, without what is below it.
using Prefixes = std::string_view;

struct Layer {
  std::string_view folder{};  // "*" is the name of one folder
  Prefixes may_include{};     // "*" is the same name
  Prefixes never{};
};

// The first that fits a file is its layer.
constexpr Layer kLayers[] = {
    {"onebot/connect/", "onebot/"},
    {"onebot/v11/connect/", "onebot/"},
    {"onebot/v11/", "onebot/", "onebot/connect/ onebot/v11/connect/"},
    {"onebot/", "onebot/", "onebot/connect/ onebot/v11/"},
    {"adapters/kit/tests/", "adapters/kit/ onebot/ tests/fakes", "onebot/connect/ onebot/v11/"},
    {"adapters/kit/", "adapters/kit/ onebot/", "onebot/connect/ onebot/v11/"},
    {"adapters/*/tests/fuzz/", "adapters/*/ adapters/kit/ onebot/ tests/fakes tests/fuzz/target.h", "onebot/connect/"},
    {"adapters/*/tests/", "adapters/*/ adapters/kit/ onebot/ tests/fakes tests/transcripts.h tests/trees.h",
     "onebot/connect/"},
    {"adapters/*/", "adapters/*/ adapters/kit/ onebot/", "onebot/connect/ onebot/v11/ adapters/*/tests/"},
    {"adapters/", "adapters/ onebot/", "onebot/connect/ adapters/kit/"},
    {"bridge/net/", "bridge/net/ onebot/", "onebot/connect/"},
    {"bridge/disk/", "bridge/disk/ onebot/", "onebot/connect/"},
    {"bridge/journal/", "bridge/journal/ bridge/disk/ onebot/", "onebot/connect/"},
    {"bridge/files/", "bridge/files/ bridge/disk/ bridge/net/url.h bridge/own_actions.h onebot/"},
    {"bridge/config/", "bridge/config/ bridge/files/limits.h bridge/net/limits.h adapters/registry.h onebot/"},
    {"bridge/onebot11/", "bridge/onebot11/ bridge/. bridge/journal/ onebot/"},
    {"bridge/process/", "bridge/ adapters/registry.h onebot/"},
    {"bridge/", "bridge/. onebot/", "onebot/connect/"},
    {"tests/fakes", "tests/fakes onebot/", "onebot/connect/"},
};

struct Library {
  std::string_view include{};     // the beginning of what is included
  std::string_view identifier{};  // the beginning of its names; "" when they say nothing
  Prefixes owners{};              // "*" is the name of the folder under adapters/
};

constexpr Library kLibraries[] = {
    {"rapidjson/", "rapidjson::", "onebot/json."},
    {"msgpack.hpp", "::msgpack::", "onebot/msgpack."},
    {"msgpack/", "", "onebot/msgpack."},
    {"openssl/", "EVP_", "onebot/crypto. bridge/net/"},
    {"libwebsockets.h", "lws_", "bridge/net/"},
    {"uv.h", "uv_", "bridge/net/"},
    {"curl/", "curl_", "bridge/net/"},
    {"sys/socket.h", "", "bridge/net/"},
    {"netinet/", "", "bridge/net/"},
    {"arpa/", "", "bridge/net/"},
    {"netdb.h", "getaddrinfo", "bridge/net/"},
    {"sqlite3.h", "sqlite3_", "bridge/disk/sql."},
    {"toml++/", "toml::", "bridge/config/"},
    {"CLI/", "CLI::", "bridge/process/cli."},
    {"prometheus/", "prometheus::", "bridge/process/metrics. bridge/process/admin."},
    {"fmt/", "", "onebot/ adapters/ bridge/"},
    {"sys/", "", "onebot/ adapters/ bridge/"},
    {"linux/", "", "bridge/net/"},
    {"doctest/", "", "tests/ adapters/*/tests/"},
};

// Where platforms may be named besides adapters/<folder>/. OneBot 11 has a word of its own that is one, too.
constexpr Prefixes kMayName =
    "onebot/v11/at.h tests/unit/v11/ "
    "tests/conformance/items/onebot11/ tests/conformance/lib/onebot11.mjs tests/conformance/defects/onebot11.mjs "
    "adapters/registry.cpp adapters/README.md docs/ examples/ tests/conformance/drivers/ tests/attack/ tests/e2e/ "
    "tests/scenarios/ "
    "tests/bench/ "
    "tests/unit/bridge/config_test.cpp";

constexpr std::size_t kMostLines = 400;

// Where a return code may be a number, and the sources that ship.
constexpr std::string_view kRetcodeHome = "onebot/retcode.h";
constexpr Prefixes kShipped = "onebot/ adapters/ bridge/";

bool starts_with_any(std::string_view text, Prefixes prefixes, std::string_view star = {}) {
  while (!prefixes.empty()) {
    std::string prefix(prefixes.substr(0, prefixes.find(' ')));
    prefixes.remove_prefix(std::min(prefixes.size(), prefix.size() + 1));
    if (const auto at = prefix.find('*'); at != std::string::npos) prefix.replace(at, 1, star);
    const bool right_in = prefix.ends_with("/.");
    if (right_in) prefix.pop_back();
    if (!text.starts_with(prefix)) continue;
    if (!right_in || text.find('/', prefix.size()) == std::string_view::npos) return true;
  }
  return false;
}

// The name of the folder under adapters/ that a file is in; "" for others.
std::string_view folder_of(std::string_view path) {
  constexpr std::string_view kParent = "adapters/";
  if (!path.starts_with(kParent)) return {};
  const auto end = path.find('/', kParent.size());
  return end == std::string_view::npos ? std::string_view() : path.substr(kParent.size(), end - kParent.size());
}

const Layer* layer_of(std::string_view path) {
  const std::string_view star = folder_of(path);
  for (const Layer& layer : kLayers) {
    const bool has_star = layer.folder.find('*') != std::string_view::npos;
    if ((!has_star || !star.empty()) && starts_with_any(path, layer.folder, star)) return &layer;
  }
  return nullptr;
}

// Whether an identifier of the line begins with this, outside strings and comments as far as one line tells.
bool uses(std::string_view line, std::string_view identifier) {
  line = line.substr(0, line.find("//"));
  for (auto at = line.find(identifier); at != std::string_view::npos; at = line.find(identifier, at + 1)) {
    const bool begins = at == 0 || !is_word_part(line[at - 1]);
    const bool quoted = std::count(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(at), '"') % 2 != 0;
    if (begins && !quoted) return true;
  }
  return false;
}

std::string wrong_own_include(std::string_view path, const Layer& layer, std::string_view include) {
  const std::string_view star = folder_of(path);
  if (starts_with_any(include, layer.never, star)) return fmt::format("may not include {}", include);
  if (starts_with_any(include, layer.may_include, star)) return {};
  return fmt::format("may include nothing but {} and not {}", layer.may_include, include);
}

std::string wrong_library_include(std::string_view path, std::string_view include) {
  for (const Library& library : kLibraries) {
    if (!include.starts_with(library.include)) continue;
    if (starts_with_any(path, library.owners, folder_of(path))) return {};
    return fmt::format("<{}> belongs to {}", include, library.owners);
  }
  if (include.find('/') == std::string_view::npos) return {};
  return fmt::format("<{}> is of no library that has a wrapper", include);
}

// Case does not matter; letters around it make it another word, digits and underscores do not.
bool names(std::string_view text, std::string_view name) {
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  const auto is_letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  for (auto at = text.begin(); at != text.end(); ++at) {
    at = std::search(at, text.end(), name.begin(), name.end(), same);
    if (at == text.end()) return false;
    const auto end = at + static_cast<std::ptrdiff_t>(name.size());
    if ((at == text.begin() || !is_letter(at[-1])) && (end == text.end() || !is_letter(*end))) return true;
  }
  return false;
}

bool has_raw_retcode(const std::string& code) {
  // Retcode{34001}, Retcode(0), Retcode kLate{34007}, static_cast<Retcode>(34001)
  static const std::regex kMade(R"(\bRetcode\b(>|\s+\w+)?\s*[({=]\s*[0-9])");
  // retcode == 10003, error.code != 20002, int retcode = 35001
  static const std::regex kCompared(
      R"((\w*retcode|\berror(\(\))?\.code)\b[\s)]*[=!<>]=?\s*[123][0-9]{4}\b|\b[123][0-9]{4}\s*[=!]=\s*[\w.:]*retcode\b)",
      std::regex::icase);
  // A number that is a return code of ours and nothing else: platforms' codes have other lengths or begin otherwise,
  // and times are written 30'000.
  static const std::regex kOurs(R"((^|[^\w'.])3[1-6]0[0-9]{2}(?![\w'.]))");
  return std::regex_search(code, kMade) || std::regex_search(code, kCompared) || std::regex_search(code, kOurs);
}

}  // namespace

Problems wrong_includes(std::string_view path, std::string_view text) {
  static const std::regex kInclude(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  const Layer* layer = layer_of(path);
  if (!layer) return {};
  Problems problems;
  std::size_t number = 0;
  for (const std::string& line : lines_of(text)) {
    ++number;
    const auto report = [&](const std::string& what) {
      if (!what.empty()) problems.push_back(fmt::format("{}:{}: {}", path, number, what));
    };
    if (std::smatch match; std::regex_search(line, match, kInclude)) {
      report(match[1] == "\"" ? wrong_own_include(path, *layer, match[2].str())
                              : wrong_library_include(path, match[2].str()));
      continue;
    }
    for (const Library& library : kLibraries) {
      if (library.identifier.empty() || starts_with_any(path, library.owners)) continue;
      if (uses(line, library.identifier)) report(fmt::format("{} belongs to {}", library.identifier, library.owners));
    }
  }
  return problems;
}

Problems platform_names(std::string_view path, std::string_view text, const std::vector<std::string>& platforms) {
  const std::string_view folder = folder_of(path);
  const bool is_home = std::find(platforms.begin(), platforms.end(), folder) != platforms.end();
  if (is_home || starts_with_any(path, kMayName)) return {};
  Problems problems;
  std::size_t number = 0;
  for (const std::string& line : lines_of(text)) {
    ++number;
    if (line.starts_with("set(PLATFORMS ")) continue;
    for (const std::string& name : platforms) {
      if (names(line, name)) problems.push_back(fmt::format("{}:{}: names the platform {}", path, number, name));
    }
  }
  for (const std::string& name : platforms) {
    if (names(path, name)) problems.push_back(fmt::format("{}: is called after the platform {}", path, name));
  }
  return problems;
}

Problems wrong_shape(std::string_view path, std::string_view text) {
  Problems problems;
  const auto lines = lines_of(text);
  if (lines.size() > kMostLines) {
    problems.push_back(fmt::format("{}: {} lines, at most {}: two ideas, two files", path, lines.size(), kMostLines));
  }
  if (path.ends_with(".h") && std::find(lines.begin(), lines.end(), "#pragma once") == lines.end()) {
    problems.push_back(fmt::format("{}: a header without #pragma once", path));
  }
  return problems;
}

Problems raw_retcodes(std::string_view path, std::string_view text) {
  const bool source = path.ends_with(".h") || path.ends_with(".cpp");
  const bool shipped = starts_with_any(path, kShipped) && path.find("/tests/") == std::string_view::npos;
  if (!source || !shipped || path == kRetcodeHome) return {};
  Problems problems;
  std::size_t number = 0;
  for (const std::string& line : lines_of(project::code_of(text))) {
    ++number;
    if (!has_raw_retcode(line)) continue;
    problems.push_back(fmt::format("{}:{}: a return code as a number; {} has its name", path, number, kRetcodeHome));
  }
  return problems;
}

}  // namespace architecture
