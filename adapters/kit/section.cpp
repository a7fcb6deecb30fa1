#include "adapters/kit/section.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <variant>

namespace kit {
namespace {

using onebot::Fields;
using onebot::Option;
using onebot::Value;
using Kind = Option::Kind;

bool is_text_list(const Value& value) {
  const auto* list = std::get_if<onebot::List>(&value);
  return list && std::ranges::all_of(*list, [](const Value& one) { return std::holds_alternative<std::string>(one); });
}

// "" when the value is of the kind; else what it must be.
std::string_view wanted(Kind kind, const Value& value) {
  const bool text = std::holds_alternative<std::string>(value), number = std::holds_alternative<std::int64_t>(value);
  switch (kind) {
    case Kind::text:
    case Kind::secret:
    case Kind::url:
      return text ? "" : "a text";
    case Kind::text_or_number:
      return text || number ? "" : "a text or a number";
    case Kind::integer:
    case Kind::milliseconds:
      return number ? "" : "a whole number";
    case Kind::boolean:
      return std::holds_alternative<bool>(value) ? "" : "true or false";
    case Kind::text_list:
      return is_text_list(value) ? "" : "a list of texts";
  }
  return "";
}

Fields flattened(const Fields& fields) {
  constexpr std::string_view kNested = "endpoints";
  Fields out;
  for (const onebot::Field& field : fields) {
    const auto* nested = field.name == kNested ? std::get_if<Fields>(&field.value) : nullptr;
    if (!nested) out.push_back(field);
    if (!nested) continue;
    for (const onebot::Field& inner : *nested) {
      out.push_back({fmt::format("{}.{}", kNested, inner.name), inner.value});
    }
  }
  return out;
}

}  // namespace

onebot::Result<Section> Section::read(const Fields& fields, std::span<const Option> options) {
  Section section(flattened(fields), options);
  for (const Option& option : options) {
    const Value* value = onebot::find(section.fields_, option.key);
    const std::string_view what = value ? wanted(option.kind, *value) : "";
    if (what.empty()) continue;
    return onebot::fail(onebot::Retcode::bad_param, fmt::format("{}: must be {}", option.key, what));
  }
  return section;
}

std::string_view Section::fallback(std::string_view key) const {
  const auto option = std::ranges::find(options_, key, &Option::key);
  return option == options_.end() ? std::string_view() : option->fallback;
}

std::string Section::text(std::string_view key) const {
  const Value* value = onebot::find(fields_, key);
  const auto* number = value ? std::get_if<std::int64_t>(value) : nullptr;
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  if (number) return fmt::format("{}", *number);
  return text && !text->empty() ? *text : std::string(fallback(key));
}

bool Section::flag(std::string_view key) const {
  const Value* value = onebot::find(fields_, key);
  const auto* flag = value ? std::get_if<bool>(value) : nullptr;
  return flag ? *flag : fallback(key) == "true";
}

std::chrono::milliseconds Section::duration(std::string_view key) const {
  const Value* value = onebot::find(fields_, key);
  if (const auto* number = value ? std::get_if<std::int64_t>(value) : nullptr)
    return std::chrono::milliseconds(*number);
  std::int64_t number = 0;
  const std::string_view text = fallback(key);
  std::from_chars(text.data(), text.data() + text.size(), number);
  return std::chrono::milliseconds(number);
}

onebot::List Section::list(std::string_view key) const {
  const Value* value = onebot::find(fields_, key);
  const auto* list = value ? std::get_if<onebot::List>(value) : nullptr;
  return list ? *list : onebot::List();
}

std::string Section::endpoint(std::string_view name, std::string_view fallback) const {
  std::string url = text(fmt::format("endpoints.{}", name));
  return url.empty() ? std::string(fallback) : url;
}

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace kit
