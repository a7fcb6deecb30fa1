// Words of a record, an option or a message: text between blanks, and the numbers it spells.

#pragma once

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace qq {

// Takes the first word from the front of text.
inline std::string_view take_word(std::string_view& text) {
  const auto blank = std::min(text.find(' '), text.size());
  const std::string_view first = text.substr(0, blank);
  text.remove_prefix(std::min(blank + 1, text.size()));
  return first;
}

// The number that the whole text spells.
template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace qq
