#include "onebot/params.h"

#include "onebot/crypto.h"

#include <fmt/format.h>

#include <cmath>

namespace onebot {
namespace {

constexpr double kExact = 9007199254740992.0;  // doubles beyond 2^53 no longer tell one integer from the next

Result<const Value*> present(const Fields& params, std::string_view name) {
  const Value* value = find(params, name);
  if (!value || value->is_null()) return fail(Retcode::bad_param, fmt::format("\"{}\" is missing", name));
  return value;
}

std::unexpected<Error> wrong(std::string_view name, std::string_view wanted) {
  return fail(Retcode::bad_param, fmt::format("\"{}\" must be {}", name, wanted));
}

template <class T>
Result<T> exactly(const Fields& params, std::string_view name, std::string_view wanted) {
  ONEBOT_TRY(value, present(params, name));
  if (const auto* held = std::get_if<T>(value)) return *held;
  return wrong(name, wanted);
}

}  // namespace

std::optional<std::int64_t> integer_of(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return *integer;
  const auto* number = std::get_if<double>(&value);
  if (!number || std::trunc(*number) != *number || std::fabs(*number) > kExact) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

Result<std::string> string_param(const Fields& params, std::string_view name) {
  return exactly<std::string>(params, name, "a string");
}

Result<std::int64_t> integer_param(const Fields& params, std::string_view name) {
  ONEBOT_TRY(value, present(params, name));
  if (const auto integer = integer_of(*value)) return *integer;
  return wrong(name, "an integer of 64 bits");
}

Result<double> number_param(const Fields& params, std::string_view name) {
  ONEBOT_TRY(value, present(params, name));
  if (const auto* number = std::get_if<double>(value)) return *number;
  if (const auto* number = std::get_if<std::int64_t>(value)) return static_cast<double>(*number);
  if (const auto* number = std::get_if<std::uint64_t>(value)) return static_cast<double>(*number);
  return wrong(name, "a number");
}

Result<bool> bool_param(const Fields& params, std::string_view name) {
  return exactly<bool>(params, name, "true or false");
}

Result<std::string> bytes_param(const Fields& params, std::string_view name) {
  ONEBOT_TRY(value, present(params, name));
  if (const auto* bytes = std::get_if<Bytes>(value)) return bytes->bytes;
  if (const auto* text = std::get_if<std::string>(value)) {
    if (auto bytes = crypto::base64_decode(*text)) return *std::move(bytes);
  }
  return wrong(name, "bytes: Base64 text (standard alphabet, padded), or bin in MessagePack");
}

Result<Fields> object_param(const Fields& params, std::string_view name) {
  return exactly<Fields>(params, name, "an object");
}

}  // namespace onebot
