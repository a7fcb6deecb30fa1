#include "adapters/kit/characters.h"

#include "onebot/json.h"
#include "onebot/utf8.h"

#include <algorithm>
#include <iterator>

namespace kit {
namespace {

constexpr char32_t kNone = 0xfffd, kJoiner = 0x200d;

struct Range {
  char32_t first = 0, last = 0;
};

// What belongs to the code point before it: accents, vowel signs, tones, later jamo, what makes an emoji another one.
constexpr Range kExtending[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x05bf, 0x05bf},   {0x05c1, 0x05c2},   {0x05c4, 0x05c5},
    {0x0610, 0x061a}, {0x064b, 0x065f}, {0x0670, 0x0670}, {0x06d6, 0x06dc},   {0x06df, 0x06e4},   {0x0900, 0x0903},
    {0x093a, 0x093c}, {0x093e, 0x094f}, {0x0981, 0x0983}, {0x09bc, 0x09bc},   {0x09be, 0x09cd},   {0x0b82, 0x0b82},
    {0x0bbe, 0x0bcd}, {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e},   {0x0eb1, 0x0eb1},   {0x0eb4, 0x0ebc},
    {0x1160, 0x11ff}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200c, 0x200d},   {0x20d0, 0x20ff},   {0x302a, 0x302f},
    {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0x1f3fb, 0x1f3ff}, {0xe0020, 0xe007f}, {0xe0100, 0xe01ef},
};

bool is_in(Range range, char32_t point) { return range.first <= point && point <= range.last; }

bool extends(char32_t point) {
  return std::ranges::any_of(kExtending, [point](Range range) { return is_in(range, point); });
}

bool is_flag_half(char32_t point) { return is_in({0x1f1e6, 0x1f1ff}, point); }

// Two halves make a flag, so what stands in front decides.
bool is_within_flag(std::string_view text, std::size_t at) {
  if (!is_flag_half(code_point(text, at))) return false;
  std::size_t halves = 0;
  for (std::size_t end = at; end > 0; ++halves) {
    end = code_point_before(text, end);
    if (!is_flag_half(code_point(text, end))) break;
  }
  return halves % 2 == 1;
}

bool is_within_code_point(std::string_view text, std::size_t at) {
  for (std::size_t back = 1; back <= 3 && back <= at; ++back) {
    if (onebot::utf8::sequence(text.substr(at - back)) > back) return true;
  }
  return false;
}

constexpr std::size_t kMostExtension = 16;

// "" = it has none that looks like one.
std::string_view extension_of(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || name.size() - dot > kMostExtension) return {};
  return name.substr(dot);
}

}  // namespace

char32_t code_point(std::string_view text, std::size_t at) {
  text.remove_prefix(at);
  const std::size_t length = text.empty() ? 0 : onebot::utf8::sequence(text);
  if (length == 0) return kNone;
  const auto byte = [text](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[i])); };
  if (length == 1) return byte(0);
  char32_t point = byte(0) & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) point = (point << 6) | (byte(i) & 0x3f);
  return point;
}

std::size_t code_point_before(std::string_view text, std::size_t at) {
  for (std::size_t length = 2; length <= 4 && length <= at; ++length) {
    if (onebot::utf8::sequence(text.substr(at - length)) == length) return at - length;
  }
  return at - 1;
}

bool is_edge(std::string_view text, std::size_t at) {
  if (at == 0 || at >= text.size()) return true;
  if (is_within_code_point(text, at)) return false;
  const char32_t after = code_point(text, at), before = code_point(text, code_point_before(text, at));
  return !extends(after) && before != kJoiner && !(before == '\r' && after == '\n') && !is_within_flag(text, at);
}

std::size_t whole_characters(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text.size();
  std::size_t at = most;
  while (!is_edge(text, at)) --at;
  if (at > 0) return at;
  at = most;
  while (at > 0 && is_within_code_point(text, at)) --at;
  return at;
}

std::string shortened(std::string_view text, std::size_t most) {
  return onebot::json::repair_utf8(text.substr(0, whole_characters(text, most)));
}

std::string shortened_name(std::string_view name, std::size_t most) {
  const std::string valid = onebot::json::repair_utf8(name);
  if (valid.size() <= most) return valid;
  const std::string_view extension = extension_of(valid);
  const std::string_view stem = std::string_view(valid).substr(0, valid.size() - extension.size());
  if (extension.size() >= most) return shortened(valid, most);
  return std::string(stem.substr(0, whole_characters(stem, most - extension.size()))).append(extension);
}

}  // namespace kit
