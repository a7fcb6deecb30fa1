// What OneBot 11 calls the person in an "at" segment, and one of the sites of a "music" segment. It is a word of the
// standard, whatever else bears that name: this header is the one place where it stands.

#pragma once

#include <string_view>

namespace onebot::v11 {

inline constexpr std::string_view kAtWho = "qq";
// Of songs, whose "type" it is.
inline constexpr std::string_view kSongsOfIt = "https://y.qq.com/n/ryqq/songDetail/";
inline constexpr std::string_view kAtAll = "all";

}  // namespace onebot::v11
