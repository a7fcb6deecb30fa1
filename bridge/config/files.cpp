#include "bridge/config/files.h"

#include "bridge/config/values.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

namespace bridge::config {

namespace {

constexpr std::int64_t kLeastSize = 1 << 20;               // bytes
constexpr std::int64_t kMostSize = std::int64_t{1} << 50;  // bytes
constexpr std::int64_t kMinute = 60'000;                   // ms
constexpr std::int64_t kForever = 3650 * 24 * 60 * kMinute;

constexpr Rule kFiles[] = {
    {"max_size", Kind::size, false, "", "256MiB", kLeastSize, kMostSize},
    {"quota", Kind::size, false, "", "4GiB", kLeastSize, kMostSize},
    {"expire", Kind::duration, false, "", "7d", kMinute, kForever},
    {"paths", Kind::text_list},
    {"allow_internal", Kind::boolean, false, "", "false"},
    {"max_redirects", Kind::integer, false, "", "5", 0, 20},
    {"timeout", Kind::milliseconds, false, "", "20000", 1, 60 * kMinute},
};

// The folder of the store itself, in the words of the configuration.
bool is_store(const std::string& path, const std::string& data_dir) {
  std::error_code error;
  const auto whole = std::filesystem::absolute(data_dir, error) / "files";
  return !error && std::filesystem::path(path).lexically_normal() == whole.lexically_normal();
}

std::vector<std::string> read_paths(const Section& section, const std::string& data_dir, int line, Findings& findings) {
  const onebot::Value* value = onebot::find(section.fields, "paths");
  const auto* list = value ? std::get_if<onebot::List>(value) : nullptr;
  if (!list) return {};
  std::vector<std::string> paths;
  for (const onebot::Value& element : *list) {
    const auto* path = std::get_if<std::string>(&element);
    if (!path) continue;
    std::error_code error;
    if (!path->starts_with('/')) {
      findings.add(line, "files.paths",
                   fmt::format("{} does not begin with \"/\"; allowed: whole paths", config::quoted(*path)));
    } else if (!std::filesystem::exists(*path, error) && !is_store(*path, data_dir)) {
      findings.add(line, "files.paths", fmt::format("{} does not exist; allowed: folders", config::quoted(*path)));
    } else {
      paths.push_back(*path);
    }
  }
  return paths;
}

}  // namespace

FileLimits read_files(const Node* node, const std::string& data_dir, Findings& findings) {
  const Section section = read_section(node, "files", kFiles, findings);
  FileLimits limits;
  limits.max_size = static_cast<std::uint64_t>(section.integer("max_size"));
  limits.quota = static_cast<std::uint64_t>(section.integer("quota"));
  limits.expire = std::chrono::milliseconds(section.integer("expire"));
  limits.allow_internal = section.boolean("allow_internal");
  limits.max_redirects = static_cast<int>(section.integer("max_redirects"));
  limits.timeout = std::chrono::milliseconds(section.integer("timeout"));
  if (!node) return limits;
  limits.paths = read_paths(section, data_dir, line_in(*node, "paths"), findings);
  const bool both = onebot::find(section.fields, "max_size") && onebot::find(section.fields, "quota");
  if (both && limits.max_size > limits.quota) {
    findings.add(line_in(*node, "max_size"), "files.max_size",
                 "is larger than files.quota; allowed: at most as much as there is room for all files");
  }
  return limits;
}

}  // namespace bridge::config
