#include "onebot/ascii.h"

#include <algorithm>

namespace onebot::ascii {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

std::string printable(std::string_view text) {
  constexpr std::size_t kLongest = 120;
  std::string out(text.substr(0, kLongest));
  std::ranges::replace_if(
      out, [](char c) { return c < ' ' || c > '~' || c == '"'; }, '?');
  return out;
}

int hex_digit(char c) {
  const char digit = lower(c);
  if (digit >= '0' && digit <= '9') return digit - '0';
  return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

namespace {

// The byte that the escape at this place stands for; -1: there is none.
int escaped_byte(std::string_view text, std::size_t at) {
  const int high = text[at] == '%' && at + 2 < text.size() ? hex_digit(text[at + 1]) : -1;
  const int low = high >= 0 ? hex_digit(text[at + 2]) : -1;
  return low < 0 ? -1 : high * 16 + low;
}

}  // namespace

std::string percent_decoded_in_part(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int byte = escaped_byte(text, i);
    out.push_back(byte < 0 ? text[i] : static_cast<char>(byte));
    if (byte >= 0) i += 2;
  }
  return out;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  for (std::size_t i = text.find('%'); i < text.size(); i = text.find('%', i + 3)) {
    if (escaped_byte(text, i) < 0) return std::nullopt;
  }
  return percent_decoded_in_part(text);
}

}  // namespace onebot::ascii
