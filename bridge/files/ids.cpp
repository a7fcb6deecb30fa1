#include "bridge/files/ids.h"

#include "onebot/crypto.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace bridge::files {
namespace {

constexpr std::string_view kIds = "file.";
constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kMostName = 255;

}  // namespace

std::string new_file_id() {
  return fmt::format("{}{}", kIds, onebot::crypto::hex(onebot::crypto::random_bytes(kIdBytes)));
}

bool is_our_file_id(std::string_view id) { return id.starts_with(kIds) && id.size() == kIds.size() + 2 * kIdBytes; }

std::string plain_name(std::string_view name) {
  if (const auto slash = name.find_last_of("/\\"); slash != std::string_view::npos) name.remove_prefix(slash + 1);
  if (name.size() > kMostName) {
    name = name.substr(0, kMostName + 1);
    while (!name.empty() && (static_cast<unsigned char>(name.back()) & 0xc0) == 0x80) name.remove_suffix(1);
    name.remove_suffix(1);  // the first byte of the character that does not fit
  }
  std::string plain;
  std::ranges::copy_if(name, std::back_inserter(plain),
                       [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
  return plain.empty() || plain == "." || plain == ".." ? "file" : plain;
}

}  // namespace bridge::files
