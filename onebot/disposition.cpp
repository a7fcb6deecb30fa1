#include "onebot/disposition.h"

#include "onebot/json.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace onebot::io {
namespace {

struct Parameter {
  std::string name{};  // in lower case
  std::string value{};
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_utf8(const std::string& text) { return json::repair_utf8(text) == text; }

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// Takes a value from the front of the text: a word, or what is between quotes.
std::string take_value(std::string_view& text) {
  text = trimmed(text);
  if (!text.starts_with('"')) {
    const std::string_view word = text.substr(0, text.find(';'));
    text.remove_prefix(word.size());
    return std::string(trimmed(word));
  }
  std::string value;
  std::size_t at = 1;
  for (; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    value.push_back(text[at]);
  }
  text.remove_prefix(std::min(text.size(), at + 1));
  return value;
}

// Takes the next parameter, behind a ";".
std::optional<Parameter> take_parameter(std::string_view& text) {
  const auto semicolon = text.find(';');
  if (semicolon == std::string_view::npos) return std::nullopt;
  text.remove_prefix(semicolon + 1);
  const auto equals = text.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  Parameter parameter{.name = lower_case(trimmed(text.substr(0, equals)))};
  text.remove_prefix(equals + 1);
  parameter.value = take_value(text);
  return parameter;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (; !text.empty(); text.remove_prefix(1)) {
    if (text.front() != '%') {
      out.push_back(text.front());
      continue;
    }
    unsigned byte = 0;
    if (text.size() < 3) return std::nullopt;
    const auto read = std::from_chars(text.data() + 1, text.data() + 3, byte, 16);
    if (read.ec != std::errc() || read.ptr != text.data() + 3) return std::nullopt;
    out.push_back(static_cast<char>(byte));
    text.remove_prefix(2);
  }
  return out;
}

// UTF-8'en'%e2%82%ac
std::optional<std::string> extended(std::string_view value) {
  const auto charset = value.find('\'');
  const auto language = charset == std::string_view::npos ? charset : value.find('\'', charset + 1);
  if (language == std::string_view::npos || lower_case(value.substr(0, charset)) != "utf-8") return std::nullopt;
  auto name = percent_decoded(value.substr(language + 1));
  return name && is_utf8(*name) ? name : std::nullopt;
}

}  // namespace

std::string file_name_of(const Headers& headers) {
  std::string_view text = header(headers, "Content-Disposition").value_or("");
  std::string plain;
  while (const auto parameter = take_parameter(text)) {
    if (parameter->name == "filename" && is_utf8(parameter->value)) plain = parameter->value;
    if (parameter->name != "filename*") continue;
    if (auto name = extended(parameter->value)) return *std::move(name);
  }
  return plain;
}

}  // namespace onebot::io
