#include "bridge/files/paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>

namespace bridge::files {

namespace {

std::string resolved(const std::string& path) {
  std::error_code error;
  std::filesystem::path real = std::filesystem::canonical(path, error);
  return error ? std::string() : real.string();
}

bool holds(const std::string& folder, std::string_view path) {
  const std::string root = resolved(folder);
  if (root.empty() || path.empty()) return false;
  return path == root || root == "/" || (path.starts_with(root) && path[root.size()] == '/');
}

}  // namespace

bool is_within(const std::string& folder, const std::vector<std::string>& folders) {
  const std::string real = resolved(folder);
  return std::ranges::any_of(folders, [&](const std::string& root) { return holds(root, real); });
}

onebot::Result<Descriptor> open_within(const std::string& path, const std::vector<std::string>& folders) {
  const auto refused =
      onebot::fail(onebot::Retcode::path_not_allowed, "there is no such file in the folders of files.paths");
  if (!path.starts_with('/') || path.find('\0') != std::string::npos || !is_within(path, folders)) return refused;
  // Nothing is waited for, should it be a pipe; and what was opened is looked at again, should it be another by now.
  Descriptor file(::open(resolved(path).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  struct stat found {};
  if (!file || ::fstat(file.fd(), &found) != 0 || !S_ISREG(found.st_mode)) return refused;
  if (!is_within(fmt::format("/proc/self/fd/{}", file.fd()), folders)) return refused;
  return file;
}

}  // namespace bridge::files
