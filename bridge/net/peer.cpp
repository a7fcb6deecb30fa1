#include "bridge/net/peer.h"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>

namespace bridge::net {

namespace {

std::string written(int family, const void* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return inet_ntop(family, address, text.data(), text.size()) ? std::string(text.data()) : std::string();
}

}  // namespace

std::string peer_name(const sockaddr* address) {
  if (address->sa_family == AF_INET) return written(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr);
  if (address->sa_family != AF_INET6) return {};
  in6_addr six = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&six)) return written(AF_INET, six.s6_addr + 12);
  if (IN6_IS_ADDR_LOOPBACK(&six)) return "::1";
  std::memset(six.s6_addr + 8, 0, 8);
  return written(AF_INET6, &six) + "/64";
}

std::string remote_name(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    const auto* four = reinterpret_cast<const sockaddr_in*>(address);
    return fmt::format("{}:{}", written(AF_INET, &four->sin_addr), ntohs(four->sin_port));
  }
  if (address->sa_family != AF_INET6) return {};
  const auto* six = reinterpret_cast<const sockaddr_in6*>(address);
  return fmt::format("[{}]:{}", written(AF_INET6, &six->sin6_addr), ntohs(six->sin6_port));
}

bool is_loopback_peer(std::string_view peer) { return peer.starts_with("127.") || peer == "::1"; }

}  // namespace bridge::net
