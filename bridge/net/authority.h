// Authority: a host and a port as they stand in Host, Origin and absolute request targets. RFC 3986 section 3.2.
//
//   authority = host [ ":" *digit ]            host = "[" IPv6 "]" | name | IPv4

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bridge::net {

struct Authority {
  std::string host{};  // lower case, without brackets and without the dot that ends a whole name
  int port = 0;        // 0: none is given
};

// nullopt: it is none; one with a user is none either.
std::optional<Authority> read_authority(std::string_view text);

bool is_ip_address(std::string_view host);

}  // namespace bridge::net
