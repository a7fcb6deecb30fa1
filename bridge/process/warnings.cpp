#include "bridge/process/warnings.h"

#include "bridge/net/listening_socket.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace bridge {

namespace {

constexpr std::size_t kLeastSecret = 6;  // a shorter one may be any word

// Whether a secret stands in the file itself, and others may read it.
bool gives_secrets_away(const Config& config, const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0 || (found.st_mode & S_IROTH) == 0) return false;
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return std::ranges::any_of(config.secrets, [&](const std::string& secret) {
    return secret.size() >= kLeastSecret && text.find(secret) != std::string::npos;
  });
}

}  // namespace

std::vector<std::string> warnings_of(const Config& config, const std::string& path, double now) {
  std::vector<std::string> warnings = config.warnings;
  if (::geteuid() == 0) {
    warnings.emplace_back("it runs as root, and needs no right of root: run it as a user of its own");
  }
  if (gives_secrets_away(config, path)) {
    warnings.push_back(
        fmt::format("{}: holds secrets, and everybody on this machine may read it: chmod 600 '{}'", path, path));
  }
  if (config.ingress && !config.ingress->tls_cert.empty()) {
    const std::string problem = net::certificate_age(config.ingress->tls_cert, now);
    if (!problem.empty()) warnings.push_back(fmt::format("ingress.tls_cert: {}", problem));
  }
  return warnings;
}

}  // namespace bridge
