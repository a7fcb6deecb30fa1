#include "onebot/disposition.h"

#include "onebot/ascii.h"
#include "onebot/json.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace onebot::io {
namespace {

struct Parameter {
  std::string name{};  // in lower case
  std::string value{};
};

bool is_utf8(const std::string& text) { return json::repair_utf8(text) == text; }

// Takes a value from the front of the text: a word, or what is between quotes.
std::string take_value(std::string_view& text) {
  text = ascii::trimmed(text);
  if (!text.starts_with('"')) {
    const std::string_view word = text.substr(0, text.find(';'));
    text.remove_prefix(word.size());
    return std::string(ascii::trimmed(word));
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
  Parameter parameter{.name = ascii::lower(ascii::trimmed(text.substr(0, equals)))};
  text.remove_prefix(equals + 1);
  parameter.value = take_value(text);
  return parameter;
}

// UTF-8'en'%e2%82%ac
std::optional<std::string> extended(std::string_view value) {
  const auto charset = value.find('\'');
  const auto language = charset == std::string_view::npos ? charset : value.find('\'', charset + 1);
  if (language == std::string_view::npos || ascii::lower(value.substr(0, charset)) != "utf-8") return std::nullopt;
  auto name = ascii::percent_decoded(value.substr(language + 1));
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
