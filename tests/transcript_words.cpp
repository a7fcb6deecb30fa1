#include "tests/transcript_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace transcripts {

using onebot::json::Document;
using onebot::json::View;

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string_view word(std::string_view& rest) {
  rest = trim(rest);
  const auto end = std::min(rest.find_first_of(" \t"), rest.size());
  const std::string_view first = rest.substr(0, end);
  rest = trim(rest.substr(end));
  return first;
}

std::optional<bool> yes_or_no(std::string_view text) {
  if (text == "true" || text == "on" || text == "yes") return true;
  if (text == "false" || text == "off" || text == "no") return false;
  return std::nullopt;
}

// Whether `text` has the JSON `part` in it.
std::optional<std::string> differs(std::string_view text, std::string_view part) {
  const auto have = Document::parse(text), want = Document::parse(part);
  if (!want) return fmt::format("{} is no JSON: {}", part, want.error().message);
  if (have && contains(have->root(), want->root())) return std::nullopt;
  return fmt::format("expected {}\n  but it is {}", part, text);
}

// "NAME=VALUE NAME=VALUE"
onebot::io::Headers headers_in(std::string_view text) {
  onebot::io::Headers headers;
  while (!text.empty()) {
    const std::string_view pair = word(text);
    const auto equals = std::min(pair.find('='), pair.size());
    headers.emplace_back(pair.substr(0, equals), pair.substr(std::min(pair.size(), equals + 1)));
  }
  return headers;
}

bool contains(View whole, View part) {
  if (part.is_object()) {
    bool all = whole.is_object();
    part.members([&](std::string_view name, View wanted) {
      bool has = false;
      whole.members(
          [&](std::string_view other, View value) { has = has || (other == name && contains(value, wanted)); });
      all = all && has;
    });
    return all;
  }
  if (part.is_array()) {
    if (!whole.is_array() || whole.size() != part.size()) return false;
    for (std::size_t i = 0; i < part.size(); ++i) {
      if (!contains(whole[i], part[i])) return false;
    }
    return true;
  }
  return whole.dump() == part.dump();
}

std::string read_file(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::map<std::string, std::string> read_all(const std::filesystem::path& folder) {
  std::map<std::string, std::string> all;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.path().extension() == ".txt") all[file.path().filename().string()] = read_file(file.path());
  }
  return all;
}

}  // namespace transcripts
