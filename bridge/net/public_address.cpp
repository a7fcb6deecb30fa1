#include "bridge/net/public_address.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <cstring>
#include <netinet/in.h>
#include <span>

namespace bridge::net {

namespace {

using Bytes = std::array<std::uint8_t, 16>;

struct Block {
  Bytes first{};
  int bits = 0;
};

// IPv4: what is nobody's on the Internet.
constexpr Block kNotPublic4[] = {
    {{0}, 8},             // this network
    {{10}, 8},            // private
    {{100, 64}, 10},      // shared by the customers of a provider
    {{127}, 8},           // loopback
    {{169, 254}, 16},     // link-local, and where clouds keep their metadata
    {{172, 16}, 12},      // private
    {{192, 0, 0}, 24},    // protocol assignments
    {{192, 0, 2}, 24},    // documentation
    {{192, 88, 99}, 24},  // 6to4 relays
    {{192, 168}, 16},     // private
    {{198, 18}, 15},      // benchmarks
    {{198, 51, 100}, 24},
    {{203, 0, 113}, 24},  // documentation
    {{224}, 4},           // multicast
    {{240}, 4},           // reserved, broadcast
};

// IPv6: within 2000::/3 all is public but these; outside of it nothing is, but for what carries IPv4.
constexpr Block kGlobal{{0x20}, 3};
constexpr Block kNotPublic6[] = {
    {{0x20, 0x01, 0x00}, 23},        // protocol assignments, Teredo among them
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x3f, 0xff}, 20},              // documentation
};
struct Carrier {
  Block block{};
  std::size_t at = 0;  // where the IPv4 address is
};
constexpr Carrier kCarriers[] = {
    {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96}, 12},  // mapped
    {{{0x00, 0x64, 0xff, 0x9b}, 96}, 12},                    // NAT64
    {{{0x20, 0x02}, 16}, 2},                                 // 6to4
};

bool in(const Bytes& address, const Block& block) {
  for (int bit = 0; bit < block.bits; bit += 8) {
    const auto place = static_cast<std::size_t>(bit / 8);
    const int rest = std::min(8, block.bits - bit);
    if (((address[place] ^ block.first[place]) >> (8 - rest)) != 0) return false;
  }
  return true;
}

bool in_any(const Bytes& address, std::span<const Block> blocks) {
  return std::ranges::any_of(blocks, [&](const Block& block) { return in(address, block); });
}

bool is_public4(const Bytes& address) { return !in_any(address, kNotPublic4); }

bool is_public6(const Bytes& address) {
  for (const Carrier& carrier : kCarriers) {
    if (!in(address, carrier.block)) continue;
    Bytes carried{};
    std::copy_n(address.begin() + static_cast<std::ptrdiff_t>(carrier.at), 4, carried.begin());
    return is_public4(carried);
  }
  return in(address, kGlobal) && !in_any(address, kNotPublic6);
}

}  // namespace

bool is_public(const sockaddr& address) {
  Bytes bytes{};
  if (address.sa_family == AF_INET) {
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in&>(address).sin_addr, 4);
    return is_public4(bytes);
  }
  if (address.sa_family == AF_INET6) {
    std::memcpy(bytes.data(), &reinterpret_cast<const sockaddr_in6&>(address).sin6_addr, 16);
    return is_public6(bytes);
  }
  return false;
}

}  // namespace bridge::net
