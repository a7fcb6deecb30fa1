#include "onebot/action.h"

#include "onebot/msgpack.h"

#include <fmt/format.h>

#include <algorithm>

namespace onebot {
namespace {

const Value* present(const Fields& request, std::string_view name) {
  const Value* value = find(request, name);
  return value && !value->is_null() ? value : nullptr;
}

Result<std::optional<Self>> read_self(const Value* value) {
  if (!value) return std::nullopt;
  const auto* self = std::get_if<Fields>(value);
  const std::string_view platform = self ? text_of(*self, "platform") : "";
  const std::string_view user_id = self ? text_of(*self, "user_id") : "";
  if (platform.empty() || user_id.empty()) {
    return fail(Retcode::bad_request, "\"self\" must be an object with the strings \"platform\" and \"user_id\"");
  }
  return Self{std::string(platform), std::string(user_id)};
}

// Takes them out of the request.
Result<Fields> take_params(Fields& request) {
  const auto field = std::ranges::find(request, "params", &Field::name);
  if (field == request.end() || field->value.is_null()) return Fields{};
  if (auto* params = std::get_if<Fields>(&field->value)) return std::move(*params);
  const auto* list = std::get_if<List>(&field->value);
  if (list && list->empty()) return Fields{};  // some languages write an empty map as an empty list
  return fail(Retcode::bad_request, "\"params\" must be an object");
}

Result<Action> read(Fields& request) {
  Action action{.name = std::string(text_of(request, "action"))};
  if (action.name.empty()) return fail(Retcode::bad_request, "\"action\" must be a non-empty string");
  ONEBOT_TRY(params, take_params(request));
  action.params = std::move(params);
  ONEBOT_TRY(self, read_self(present(request, "self")));
  action.self = std::move(self);
  return action;
}

// Calls member(name, value) for each member of a response but its echo, in the order written.
template <class Member>
void members(const ActionResult& result, Member&& member) {
  member("status", result ? "ok" : "failed");
  member("retcode", result ? 0 : static_cast<int>(result.error().code));
  member("data", result ? *result : result.error().data);
  member("message", result ? "" : result.error().message);
}

}  // namespace

Result<Action> read_action(Value request) {
  auto* object = std::get_if<Fields>(&request);
  if (!object) return fail(Retcode::bad_request, "an action request must be an object");
  return read(*object);
}

ActionRequest parse_action(std::string_view request, Encoding encoding) {
  Echo echo = echo_of(request, encoding);
  Result<Value> value = decode(request, encoding);
  if (!value) return {.action = std::unexpected(std::move(value).error()), .echo = std::move(echo)};
  return {.action = read_action(*std::move(value)), .echo = std::move(echo)};
}

ActionResult too_long() {
  return fail(Retcode::bad_request,
              fmt::format("a request has at most {} bytes; send files in fragments, or where they are", kMaxRequest));
}

std::string encode_response(const ActionResult& result, const Echo& echo, Encoding encoding) {
  std::string out;
  if (encoding == Encoding::msgpack) {
    msgpack::append_map(out, echo ? 5 : 4);
    members(result, [&](std::string_view name, const Value& value) {
      msgpack::append(out, name);
      msgpack::append(out, value);
    });
    if (echo) msgpack::append(out, "echo");
    if (echo) out += *echo;
    return out;
  }
  members(result, [&](std::string_view name, const Value& value) {
    out.push_back(out.empty() ? '{' : ',');
    json::append_string(out, name);
    out.push_back(':');
    json::append(out, value);
  });
  if (echo) out.append(",\"echo\":").append(*echo);
  out.push_back('}');
  return out;
}

}  // namespace onebot
