// Tags: text that a platform would take for markup, where it knows no way to escape it.

#pragma once

#include <string>
#include <string_view>

namespace kit {

inline constexpr std::string_view kZeroWidth = "\u200b";

// The text with a character without width behind each "<" that begins a tag: it looks the same and means nothing.
// begins: whether what stands behind a "<" makes it one.
std::string without_tags(std::string_view text, bool (*begins)(std::string_view behind));

}  // namespace kit
