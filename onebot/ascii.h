// The letters, blanks and escapes of protocols, which are ASCII whatever the language. RFC 9110, RFC 3986.

#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace onebot::ascii {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
std::string lower(std::string_view text);
bool same(std::string_view a, std::string_view b);  // but for their case

// Without the blanks and tabs around it.
std::string_view trimmed(std::string_view text);

// What a stranger wrote, for a log line: at most 120 characters, "?" for each that is a quote or not printable.
std::string printable(std::string_view text);

// The number that the whole text spells, when it can hold that.
template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

// -1: it is none. In either case.
int hex_digit(char c);
// Each "%" with its two digits as that byte; nullopt: one without them. A "+" stays.
std::optional<std::string> percent_decoded(std::string_view text);
// The same, and what is no escape stays as it is.
std::string percent_decoded_in_part(std::string_view text);

}  // namespace onebot::ascii
