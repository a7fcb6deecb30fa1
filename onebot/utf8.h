// UTF-8 byte by byte, and eight bytes at a time. RFC 3629.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace onebot::utf8 {

inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// Length of the valid sequence at the front of text, which is not empty; 0 when there is none.
std::size_t sequence(std::string_view text);

// Eight bytes as one number; each function sets the highest bit of the bytes it means, and may set that of a byte
// behind such a one: zero says that there is none.
inline constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;

inline std::uint64_t eight(const char* at) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, at, sizeof bytes);
  return bytes;
}
constexpr std::uint64_t beyond_ascii(std::uint64_t bytes) { return bytes & kHighs; }
constexpr std::uint64_t below(std::uint64_t bytes, unsigned char limit) {  // at most 0x80
  return (bytes - kOnes * limit) & ~bytes & kHighs;
}
constexpr std::uint64_t equal(std::uint64_t bytes, char c) {
  return below(bytes ^ (kOnes * static_cast<unsigned char>(c)), 1);
}

}  // namespace onebot::utf8
