#include "bridge/net/socket_url.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace bridge::net {
namespace {

constexpr std::size_t kMaxPath = 1900;  // libwebsockets cuts a longer request line silently
constexpr std::size_t kMaxHost = 110;   // and a longer Host header

onebot::Result<int> read_port(std::string_view digits) {
  int port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size() || port < 1 || port > 65535) {
    return onebot::fail(onebot::Retcode::bad_param, "a WebSocket URL with a bad port");
  }
  return port;
}

// A blank or a line break would end the request line early.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f; });
}

}  // namespace

onebot::Result<SocketUrl> parse_socket_url(std::string_view url) {
  const auto bad = [](std::string why) { return onebot::fail(onebot::Retcode::bad_param, std::move(why)); };
  SocketUrl out{.tls = url.starts_with("wss://")};
  if (!out.tls && !url.starts_with("ws://")) return bad("a WebSocket URL must begin with ws:// or wss://");
  url.remove_prefix(out.tls ? 6 : 5);
  url = url.substr(0, url.find('#'));
  const std::string_view authority = url.substr(0, url.find_first_of("/?"));
  out.path = url.substr(authority.size());
  if (!out.path.starts_with('/')) out.path.insert(0, "/");
  std::string_view host = authority.substr(authority.rfind('@') + 1);  // never sent, never logged
  out.port = out.tls ? 443 : 80;
  const auto bracket = host.rfind(']');
  const auto colon = host.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    ONEBOT_TRY(port, read_port(host.substr(colon + 1)));
    out.port = port;
    host = host.substr(0, colon);
  }
  const bool standard = out.port == (out.tls ? 443 : 80);
  out.origin = standard ? std::string(host) : fmt::format("{}:{}", host, out.port);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  out.host = host;
  if (out.host.empty()) return bad("a WebSocket URL without a host");
  if (!is_plain(out.host) || !is_plain(out.path)) return bad("a WebSocket URL with blanks or control characters");
  if (out.host.size() > kMaxHost) return bad(fmt::format("a WebSocket URL with a host over {} characters", kMaxHost));
  if (out.path.size() > kMaxPath) return bad(fmt::format("a WebSocket URL with a path over {} characters", kMaxPath));
  return out;
}

}  // namespace bridge::net
