#include "bridge/net/authority.h"

#include "onebot/ascii.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>

namespace bridge::net {
namespace {

namespace ascii = onebot::ascii;

constexpr std::size_t kMaxHost = 255;

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxHost && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  });
}

bool is_address(int family, std::string_view host) {
  in6_addr out{};
  return inet_pton(family, std::string(host).c_str(), &out) == 1;
}

// nullopt: no port that there is. "host:" is a host without one.
std::optional<int> read_port(std::string_view digits) {
  if (digits.empty()) return 0;
  int port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool number = error == std::errc{} && end == digits.data() + digits.size();
  return number && port > 0 && port <= 65535 && digits[0] != '+' ? std::optional(port) : std::nullopt;
}

}  // namespace

std::optional<Authority> read_authority(std::string_view text) {
  Authority out;
  const bool bracketed = text.starts_with('[');
  const auto end = bracketed ? text.find(']') : text.find(':');
  if (bracketed && end == std::string_view::npos) return std::nullopt;
  out.host = ascii::lower(bracketed ? text.substr(1, end - 1) : text.substr(0, end));
  text.remove_prefix(std::min(end, text.size()));
  if (bracketed) text.remove_prefix(1);
  if (!text.empty() && !text.starts_with(':')) return std::nullopt;
  if (!text.empty()) {
    const auto port = read_port(text.substr(1));
    if (!port) return std::nullopt;
    out.port = *port;
  }
  if (bracketed) return is_address(AF_INET6, out.host) ? std::optional(out) : std::nullopt;
  if (!is_name(out.host)) return std::nullopt;
  if (out.host.size() > 1 && out.host.ends_with('.')) out.host.pop_back();
  return out;
}

bool is_ip_address(std::string_view host) { return is_address(AF_INET, host) || is_address(AF_INET6, host); }

}  // namespace bridge::net
