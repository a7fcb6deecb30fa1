#include "adapters/qq/calls/bodies.h"

#include <fmt/format.h>

#include <ctime>
#include <string>
#include <string_view>
#include <utility>

namespace qq {

using onebot::CallInput;
using onebot::Fields;
using onebot::List;
using onebot::Result;
using onebot::Retcode;
using onebot::Value;

namespace {

std::int64_t whole(const Fields& params, std::string_view name) {
  const Value* value = onebot::find(params, name);
  const auto* number = value ? std::get_if<std::int64_t>(value) : nullptr;
  return number ? *number : 0;
}

bool is_set(const Fields& params, std::string_view name) {
  const Value* value = onebot::find(params, name);
  return value && std::holds_alternative<bool>(*value) && std::get<bool>(*value);
}

Result<std::int64_t> duration(const Fields& params) {
  constexpr std::int64_t kMost = 30 * 86'400;
  const std::int64_t seconds = whole(params, "duration");
  if (seconds >= 0 && seconds <= kMost) return seconds;
  return onebot::fail(Retcode::bad_param, fmt::format("\"duration\" must be 0 to {} seconds", kMost));
}

std::string rfc3339(double wall) {
  const std::time_t time = static_cast<std::time_t>(wall);
  std::tm parts{};
  gmtime_r(&time, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace

Result<Value> bare_interaction_id(const CallInput& input) {
  constexpr std::string_view kName = "INTERACTION_CREATE:";
  std::string_view id = onebot::text_of(input.params, "interaction_id");
  if (id.starts_with(kName)) id.remove_prefix(kName.size());
  return Value(id);
}

Result<Value> interaction_code(const CallInput& input) {
  constexpr std::int64_t kMost = 5;
  const std::int64_t code = whole(input.params, "code");
  if (code < 0 || code > kMost) return onebot::fail(Retcode::bad_param, "\"code\" must be 0 to 5");
  return Value(code);
}

Result<Value> banned_members(const CallInput& input) {
  ONEBOT_TRY(seconds, duration(input.params));
  Fields member{{"op", seconds > 0 ? "add" : "del"}, {"member_openid", onebot::text_of(input.params, "user_id")}};
  if (seconds > 0) member.push_back({"mute_expire_at", rfc3339(input.wall + static_cast<double>(seconds))});
  return List{std::move(member)};
}

Result<Value> kicked_members(const CallInput& input) { return List{Value(onebot::text_of(input.params, "user_id"))}; }

Result<Value> kick_is_for_good(const CallInput& input) { return Value(is_set(input.params, "blacklist")); }

Result<Value> mute_seconds(const CallInput& input) {
  ONEBOT_TRY(seconds, duration(input.params));
  return Value(fmt::format("{}", seconds));
}

Result<Value> join_answer(const CallInput& input) {
  return Value(is_set(input.params, "approve") ? "approve" : "decline");
}

}  // namespace qq
