#include "adapters/kit/path.h"

#include "onebot/ascii.h"
#include "onebot/io.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace kit {
namespace {

using onebot::Retcode;

bool is_step(std::string_view text) {
  static constexpr std::string_view kEndsIt = "/?#";
  constexpr std::size_t kMostBytes = 512;
  const auto leads_out = [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '\x7f' || kEndsIt.find(c) != std::string_view::npos;
  };
  return text.size() <= kMostBytes && text.find_first_not_of('.') != std::string_view::npos &&
         std::ranges::none_of(text, leads_out);
}

// Nor is it led elsewhere by whoever decodes it more than once, as a server or a proxy may.
bool stays_a_step(std::string text) {
  for (bool changed = true; changed;) {
    if (!is_step(text)) return false;
    std::string plain = onebot::ascii::percent_decoded_in_part(text);
    changed = plain.size() < text.size();
    text = std::move(plain);
  }
  return true;
}

}  // namespace

onebot::Status check_path_value(PathValue value) {
  if (stays_a_step(std::string(value.value))) return {};
  const std::string_view name = value.called.empty() ? value.place : value.called;
  return onebot::fail(
      name == "message_id" ? Retcode::unknown_message : Retcode::bad_param,
      fmt::format("\"{}\" must be an id: 1 to 512 bytes, not dots alone, without \"/\", \"?\", \"#\" and "
                  "control characters, percent-encoded or not",
                  name));
}

bool stays_inside(std::string_view path) {
  path = path.substr(0, path.find('?'));
  if (path.empty()) return false;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    const std::string_view step = path.substr(0, path.find('/'));
    if (!stays_a_step(std::string(step))) return false;
    path.remove_prefix(step.size());
  }
  return path.empty();
}

onebot::Result<std::string> fill_path(std::string_view path, std::span<const PathValue> values) {
  std::string out;
  for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{')) {
    const auto close = path.find('}', open);
    const std::string_view name = path.substr(open + 1, close - open - 1);
    const auto value = std::ranges::find(values, name, &PathValue::place);
    if (close == std::string_view::npos || value == values.end()) {
      return onebot::fail(Retcode::internal_handler_error, fmt::format("no value for \"{{{}}}\" in a path", name));
    }
    ONEBOT_CHECK(check_path_value(*value));
    out.append(path.substr(0, open)).append(onebot::io::percent_encode(value->value));
    path.remove_prefix(close + 1);
  }
  return out.append(path);
}

}  // namespace kit
