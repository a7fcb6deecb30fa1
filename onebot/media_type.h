// What a file is by its first bytes, whatever it is called: pictures, sound and films of formats that everybody knows.

#pragma once

#include <cstddef>
#include <string_view>

namespace onebot {

inline constexpr std::size_t kTellingBytes = 64;  // at the begin of a file, which say what it is

struct MediaType {
  std::string_view name{};       // "image/png"; "" for everything else
  std::string_view extension{};  // "png"
};

MediaType media_type_of(std::string_view first_bytes);

}  // namespace onebot
