// A WebSocket URL, of a configuration or of a platform's answer.
#include "bridge/net/socket_url.h"

#include "tests/fuzz/target.h"

#include <algorithm>

void try_input(std::string_view input) {
  const auto url = bridge::net::parse_socket_url(input);
  if (!url) return claim(!url.error().message.empty());
  const auto is_plain = [](char c) { return static_cast<unsigned char>(c) > ' ' && c != '\x7f'; };
  claim(!url->host.empty() && url->port > 0 && url->port < 65536 && url->path.starts_with('/'));
  claim(std::ranges::all_of(url->host + url->path + url->origin, is_plain));
}
