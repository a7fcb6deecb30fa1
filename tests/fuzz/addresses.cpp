// Addresses that strangers give: Host and Origin of a request, where a redirect leads (Location), and IP addresses.
// The input is two lines.
#include "bridge/net/authority.h"
#include "bridge/net/door.h"
#include "bridge/net/public_address.h"
#include "bridge/net/url.h"
#include "tests/fuzz/target.h"

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string>

using namespace bridge::net;

namespace {

// Who may come in by a name of his own may come in by none.
void try_door(const std::string& host, const std::string& origin) {
  const auto head = parse_head("GET / HTTP/1.1\r\nHost: " + host + "\r\nOrigin: " + origin + "\r\n");
  if (!head) return;
  const auto called = read_authority(head->host);
  claim(called.has_value());
  const bool ours = called->host == "localhost" || is_ip_address(called->host);
  const auto away = turned_away(*head, {});
  claim(ours || away);
  if (!away) claim(origin.find(called->host) != std::string::npos || !origin.empty());
  claim(!turned_away(*head, {.any_host = true}));
}

void try_redirect(const std::string& base, const std::string& location) {
  const auto next = follow(base, location);
  if (!next) return;
  claim(next->starts_with("http://") || next->starts_with("https://"));
  claim(!origin_of(*next).empty());
}

void try_ip(const std::string& text) {
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  if (inet_pton(AF_INET6, text.c_str(), &six.sin6_addr) != 1) return;
  const bool open = is_public(reinterpret_cast<const sockaddr&>(six));
  if (IN6_IS_ADDR_LOOPBACK(&six.sin6_addr) || IN6_IS_ADDR_LINKLOCAL(&six.sin6_addr)) claim(!open);
}

}  // namespace

void try_input(std::string_view input) {
  const auto end = std::min(input.find('\n'), input.size());
  const std::string first(input.substr(0, end)), second(input.substr(std::min(end + 1, input.size())));
  try_door(first, second);
  try_redirect(first, second);
  try_redirect("https://cdn.example.com/a/b?c", first);
  try_ip(first);
}
