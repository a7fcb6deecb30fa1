// CQ strings: a OneBot 11 message as one text.
//
//   string = { text | "[CQ:" name { "," key "=" value } "]" }
//
// In text & [ ] are written &amp; &#91; &#93;, in values the comma is &#44;, too. Other entities stay what they are. A
// code without "]" or without a name is text, as is "[cq:". Strings carry the first members of a segment alone: what
// programs search for them with expects no others.

#pragma once

#include "onebot/segment.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace onebot::v11 {

// Segments of one string. What comes behind the last is text.
inline constexpr std::size_t kMostCodes = 4'096;
// Members of one code. Those behind the last are part of its value.
inline constexpr std::size_t kMostMembers = 64;

std::string escape_text(std::string_view text);
std::string escape_value(std::string_view value);
std::string unescape(std::string_view text);

// Of segments that are read from a string all members are text.
Message read_cq(std::string_view text);
// Segments with the members that belong in a string, in its order. A type nobody knows is written with all its members
// that are no lists or objects.
std::string write_cq(const Message& message);

}  // namespace onebot::v11
