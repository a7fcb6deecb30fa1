// The address of the other side: as what counts connections and refusals tells one from another, and as log lines say
// it.

#pragma once

#include <string>
#include <string_view>

struct sockaddr;

namespace bridge::net {

// "192.0.2.1"; of IPv6 the network, "2001:db8::/64", since whoever has one address has all of it; "" when it is
// neither.
std::string peer_name(const sockaddr* address);

// "192.0.2.1:50000", "[2001:db8::1]:50000"; "" when it is neither.
std::string remote_name(const sockaddr* address);

bool is_loopback_peer(std::string_view peer);

}  // namespace bridge::net
