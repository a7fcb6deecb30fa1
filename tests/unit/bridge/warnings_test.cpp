// What `check` and the start warn of.

#include "bridge/process/warnings.h"

#include "bridge/net/listening_socket.h"
#include "tests/unit/disk_rig.h"
#include "tests/unit/net/certificates.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

bool has(const std::vector<std::string>& warnings, std::string_view part) {
  return std::ranges::any_of(warnings, [&](const std::string& one) { return one.contains(part); });
}

}  // namespace

TEST_CASE("a configuration that everybody may read is warned of when secrets stand in it") {
  rig::Folder folder;
  const std::string path = folder / "bridge.toml";
  std::ofstream(path) << "app_secret = \"literal-secret\"";
  const bridge::Config literal{.secrets = {"literal-secret"}}, elsewhere{.secrets = {"of-the-environment"}};
  using std::filesystem::perms;
  std::filesystem::permissions(path, perms::owner_read | perms::others_read);
  CHECK(has(bridge::warnings_of(literal, path, 0), "chmod 600 '" + path + "'"));
  CHECK_FALSE(has(bridge::warnings_of(elsewhere, path, 0), "chmod"));
  std::filesystem::permissions(path, perms::owner_read | perms::group_read);
  CHECK_FALSE(has(bridge::warnings_of(literal, path, 0), "chmod"));
}

TEST_CASE("who runs it as root is warned, and nobody else") {
  CHECK(has(bridge::warnings_of({}, "", 0), "it runs as root") == (::geteuid() == 0));
}

TEST_CASE("a certificate that has expired, or soon will, is warned of") {
  certificates::Authority authority;
  const auto files = authority.issue("DNS:localhost");  // for an hour
  const auto now = static_cast<double>(std::time(nullptr));
  const bridge::Config config{.ingress = onebot::io::Address{.tls_cert = files.certificate, .tls_key = files.key}};

  CHECK(has(bridge::warnings_of(config, "", now), "expires within 1 days: renew it"));
  CHECK(has(bridge::warnings_of(config, "", now + 7200), "has expired"));
  CHECK_FALSE(has(bridge::warnings_of(config, "", now - 15 * 86'400), "renew it"));
}
