#include "bridge/net/door.h"

#include "bridge/net/authority.h"
#include "onebot/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bridge::net {
namespace {

namespace ascii = onebot::ascii;
namespace io = onebot::io;

struct Scheme {
  std::string_view prefix{};
  int port = 0;  // that goes without saying
};
constexpr Scheme kSchemes[] = {{"http://", 80}, {"https://", 443}, {"ws://", 80}, {"wss://", 443}};

bool is_listed(const io::Address& address, std::string_view host) {
  return std::ranges::find(address.hosts, host) != address.hosts.end();
}

bool may_call(const io::Address& address, std::string_view host) {
  return host == "localhost" || is_ip_address(host) || is_listed(address, host);
}

// origin: "null" and whatever else is no address of a page may not.
bool may_ask(const io::Address& address, std::string_view origin, const std::optional<Authority>& called) {
  const auto* scheme =
      std::ranges::find_if(kSchemes, [&](const Scheme& one) { return origin.starts_with(one.prefix); });
  if (scheme == std::end(kSchemes)) return false;
  const auto page = read_authority(origin.substr(scheme->prefix.size()));
  if (!page) return false;
  if (is_listed(address, page->host)) return true;
  const auto port = [&](const Authority& one) { return one.port != 0 ? one.port : scheme->port; };
  return called && page->host == called->host && port(*page) == port(*called);
}

// What says that a page asks that may not; nullopt: none does.
std::optional<std::string_view> strange_page(const io::Headers& headers, const io::Address& address,
                                             const std::optional<Authority>& called) {
  bool known = false;
  for (const auto& [name, value] : headers) {
    if (!ascii::same(name, "Origin")) continue;
    if (!may_ask(address, value, called)) return value;
    known = true;
  }
  const auto site = io::header(headers, "Sec-Fetch-Site");
  if (known || !site || *site == "none" || *site == "same-origin") return std::nullopt;
  return site;
}

}  // namespace

std::optional<TurnedAway> turned_away(const RequestHead& head, const io::Address& address) {
  if (address.any_host) return std::nullopt;
  const auto called = read_authority(head.host);
  if (called && !may_call(address, called->host)) {
    return TurnedAway{
        "host",
        fmt::format("this address is not known as \"{0}\"; call it by its IP address or localhost, or add "
                    "\"{0}\" to \"hosts\" of this listener in the configuration",
                    called->host),
        head.host};
  }
  if (const auto page = strange_page(head.request.headers, address, called)) {
    return TurnedAway{
        "origin",
        "a web page of another site may not use this address; if it is meant to, add its host to \"hosts\" "
        "of this listener in the configuration",
        std::string(*page)};
  }
  return std::nullopt;
}

}  // namespace bridge::net
