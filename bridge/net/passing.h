// What is read over of a message or a body beyond its limit; longer ones end their connection.

#pragma once

#include <cstddef>

namespace bridge::net {

inline constexpr std::size_t kMostPassed = 64 << 20;  // bytes, as announced

}  // namespace bridge::net
