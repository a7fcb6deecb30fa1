// Wire: a Carrier that is played. It takes as many bytes as it has room for, and notes what it was asked to do.

#pragma once

#include "bridge/net/carrier.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sockets {

struct Wire : bridge::net::Carrier {
  std::optional<std::size_t> offer(std::string_view bytes) override {
    if (broken) return std::nullopt;
    const std::size_t size = std::min(bytes.size(), room);
    taken.append(bytes.substr(0, size));
    room -= size;
    return size;
  }
  bool flushed() const override { return true; }
  void want(Wish asked) override { wish = asked; }
  void shut() override { ++shuts; }
  void cut() override { ++cuts; }
  std::optional<std::uint64_t> unacknowledged() const override { return 0; }
  std::size_t room = 1 << 20;
  bool broken = false;
  std::string taken;
  Wish wish{};
  int shuts = 0, cuts = 0;
};

}  // namespace sockets
