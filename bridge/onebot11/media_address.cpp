#include "bridge/onebot11/media_address.h"

#include "onebot/ascii.h"
#include "onebot/crypto.h"

#include <fmt/format.h>

#include <utility>

namespace bridge::onebot11 {

namespace io = onebot::io;
namespace crypto = onebot::crypto;

namespace {

constexpr std::string_view kFolder = "/media/";
constexpr std::size_t kSigned = 16;  // bytes

std::string_view without_slash(std::string_view base) {
  while (base.ends_with('/')) base.remove_suffix(1);
  return base;
}

std::string_view path_of(std::string_view base) {
  const auto host = base.find("://");
  const auto slash = base.find('/', host == std::string_view::npos ? 0 : host + 3);
  return slash == std::string_view::npos ? std::string_view() : base.substr(slash);
}

// What stands behind the folder, when that is a name.
std::string_view name_in(std::string_view path) {
  if (!path.starts_with(kFolder)) return {};
  path.remove_prefix(kFolder.size());
  return path.contains('/') ? std::string_view() : path;
}

}  // namespace

MediaAddress::MediaAddress(std::string_view base, std::string key)
    : base_(without_slash(base)), path_(path_of(base_)), key_(std::move(key)) {}

std::string MediaAddress::write(std::string_view token, std::int64_t until) const {
  const std::string seconds = fmt::to_string(until);
  return fmt::format("{}{}{}?e={}&s={}", base_, kFolder, token, seconds, signature(token, seconds));
}

std::string MediaAddress::signature(std::string_view token, std::string_view until) const {
  return crypto::hex(crypto::hmac_sha256(key_, fmt::format("{}\n{}", token, until)).substr(0, kSigned));
}

// A proxy in front may take the path of the base away, or leave it.
MediaAddress::Read MediaAddress::read(const io::HttpRequest& request, std::int64_t now) const {
  std::string_view token = name_in(request.url);
  const bool whole = token.empty() && request.url.starts_with(path_);
  if (whole) token = name_in(std::string_view(request.url).substr(path_.size()));
  if (token.empty()) return {};
  const std::string until = io::query_param(request.query, "e").value_or("");
  const std::string given = io::query_param(request.query, "s").value_or("");
  if (!crypto::constant_time_equal(given, signature(token, until))) return {Verdict::wrong, {}};
  const auto seconds = onebot::ascii::number_in<std::int64_t>(until);
  if (!seconds || *seconds < now) return {Verdict::expired, {}};
  return {Verdict::good, token};
}

}  // namespace bridge::onebot11
