// Which addresses are anybody's on the Internet, and which are of this machine or of a network around it.
// Spec: RFC 6890 and the IANA special-purpose registries of IPv4 and IPv6.

#pragma once

#include <sys/socket.h>

namespace bridge::net {

// False for loopback, private, link-local, shared (100.64/10), unspecified, multicast, documentation and reserved
// addresses, for IPv6 that carries such an IPv4 address (mapped, NAT64, 6to4), and for everything that is no IP.
bool is_public(const sockaddr& address);

}  // namespace bridge::net
