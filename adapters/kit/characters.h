// Characters: where a text may be cut, so that what stays are whole characters: no code point, no letter with its
// accents and no emoji of several code points is cut in two. Unicode UAX #29, as far as chats need it.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kit {

// Whether a character ends in front of this byte and another begins; so at both ends.
bool is_edge(std::string_view text, std::size_t at);

// The code point that begins at this byte; U+FFFD for what is none.
char32_t code_point(std::string_view text, std::size_t at);
// Where the code point begins that ends in front of this byte, which is not the first.
std::size_t code_point_before(std::string_view text, std::size_t at);

// How much of the text are whole characters within its first bytes. Of one character that is longer than that, whole
// code points.
std::size_t whole_characters(std::string_view text, std::size_t most);

// At most that many bytes of a text, as valid UTF-8.
std::string shortened(std::string_view text, std::size_t most);

// A file's name, as valid UTF-8 of at most that many bytes; what goes is in front of its extension.
inline constexpr std::size_t kMostName = 200;
std::string shortened_name(std::string_view name, std::size_t most = kMostName);

}  // namespace kit
