#include "onebot/v11/request_params.h"

#include "onebot/ascii.h"
#include "onebot/params.h"
#include "onebot/standard.h"

#include <fmt/format.h>

#include <algorithm>

namespace onebot::v11 {
namespace {

template <class... Parts>
std::unexpected<Error> wrong(fmt::format_string<Parts...> format, Parts&&... parts) {
  return fail(Retcode::bad_param, fmt::format(format, std::forward<Parts>(parts)...));
}

std::optional<std::int64_t> whole_of(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return ascii::number_in<std::int64_t>(*text);
  return integer_of(value);
}

std::optional<std::string> text_of(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto whole = integer_of(value)) return fmt::to_string(*whole);
  if (const auto* number = std::get_if<double>(&value)) return fmt::to_string(*number);
  return std::nullopt;
}

std::string_view first_of(std::string_view names) { return take_word(names); }

Result<std::string> required(const Fields& params, std::string_view names) {
  ONEBOT_TRY(text, text_param(params, names));
  if (!text || text->empty()) return wrong("\"{}\" is missing", first_of(names));
  return *std::move(text);
}

}  // namespace

const Value* given(const Fields& params, std::string_view names) {
  while (!names.empty()) {
    const Value* value = find(params, take_word(names));
    if (value && !value->is_null()) return value;
  }
  return nullptr;
}

Result<std::optional<std::int64_t>> whole_param(const Fields& params, std::string_view names) {
  const Value* value = given(params, names);
  if (!value) return std::nullopt;
  const auto whole = whole_of(*value);
  if (!whole) return wrong("\"{}\" must be a whole number", first_of(names));
  return whole;
}

Result<std::optional<bool>> flag_param(const Fields& params, std::string_view names) {
  constexpr std::string_view kYes = "true 1 yes", kNo = "false 0 no";
  const Value* value = given(params, names);
  if (!value) return std::nullopt;
  const std::string text = text_of(*value).value_or("");
  if (has_word(kYes, text)) return true;
  if (has_word(kNo, text)) return false;
  return wrong("\"{}\" must be true or false", first_of(names));
}

Result<std::optional<std::string>> text_param(const Fields& params, std::string_view names) {
  const Value* value = given(params, names);
  if (!value) return std::nullopt;
  auto text = text_of(*value);
  if (!text) return wrong("\"{}\" must be a text", first_of(names));
  return text;
}

std::string text_or_empty(const Fields& params, std::string_view names) {
  const auto text = text_param(params, names);
  return text && *text ? **text : std::string();
}

std::optional<Native> native_of(const Scope& scope, Space space, std::string_view written) {
  const std::string platform = scope.platform();
  const auto of_here = [&](std::optional<Native> native) {
    return native && native->platform == platform ? native : std::nullopt;
  };
  if (const auto number = ascii::number_in<std::int64_t>(written)) {
    if (auto native = of_here(scope.ids.native(space, *number))) return native;
  }
  const auto known = [&](Kind kind) { return scope.ids.is_known({kind, platform, std::string(written)}); };
  const auto named = [&](Kind kind) { return Native{kind, platform, std::string(written)}; };
  if (space == Space::user && known(Kind::user)) return named(Kind::user);
  if (space == Space::group && known(Kind::group)) return named(Kind::group);
  if (space == Space::group && known(Kind::channel)) return named(Kind::channel);
  const bool digits = std::ranges::all_of(written, [](char c) { return (c >= '0' && c <= '9') || c == '-'; });
  if (digits) return std::nullopt;
  if (space == Space::user) return named(Kind::user);
  return named(written.find('/') == std::string_view::npos ? Kind::group : Kind::channel);
}

// A number or a text; what else there is would be taken for a native id.
Status check_id(const Fields& params, std::string_view name) {
  const Value* value = given(params, name);
  const bool is_id = !value || std::holds_alternative<std::string>(*value) || integer_of(*value);
  if (!is_id) return wrong("\"{}\" must be a whole number or a native id", name);
  return {};
}

Result<Native> id_param(const Scope& scope, Space space, const Fields& params, std::string_view name) {
  ONEBOT_CHECK(check_id(params, name));
  ONEBOT_TRY(written, required(params, name));
  auto native = native_of(scope, space, written);
  if (!native) return wrong("unknown {} {}", name, written);
  return *std::move(native);
}

Result<MessageRow> known_message(const Scope& scope, const Fields& params, std::string_view names) {
  ONEBOT_TRY(written, required(params, names));
  const auto number = ascii::number_in<std::int64_t>(written);
  auto row = number ? scope.messages.find(*number) : std::nullopt;
  if (!row) row = scope.messages.find(scope.bot, written);
  if (!row || row->bot != scope.bot) return wrong("{} {} is too old or unknown", first_of(names), written);
  return *std::move(row);
}

Result<MessageRow> message_param(const Scope& scope, const Fields& params, std::string_view names) {
  ONEBOT_TRY(row, known_message(scope, params, names));
  const bool has_id = !row.native.empty() && !row.native.starts_with(kInvented);
  if (!has_id) return wrong("the platform told no id of {} {}", first_of(names), row.number);
  return row;
}

}  // namespace onebot::v11
