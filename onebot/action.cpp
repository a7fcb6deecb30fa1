#include "onebot/action.h"

#include <fmt/format.h>

namespace onebot {
namespace {

Result<std::optional<Self>> read_self(json::View self) {
  if (self.is_null()) return std::nullopt;
  const json::View platform = self.at("platform"), user = self.at("user_id");
  if (!platform.is_string() || !user.is_string() || platform.str().empty() || user.str().empty()) {
    return fail(Retcode::bad_request, "\"self\" must be an object with the strings \"platform\" and \"user_id\"");
  }
  return Self{std::string(platform.str()), std::string(user.str())};
}

Result<Action> read(json::View request) {
  if (!request.is_object()) return fail(Retcode::bad_request, "an action request must be a JSON object");
  const json::View echo = request.at("echo"), name = request.at("action"), params = request.at("params");
  if (!echo.is_null() && !echo.is_string()) return fail(Retcode::bad_request, "\"echo\" must be a string");
  if (name.str().empty()) return fail(Retcode::bad_request, "\"action\" must be a non-empty string");
  Action action{.name = std::string(name.str())};
  // Some languages write an empty map as an empty list.
  if (!params.is_object() && !(params.is_array() && params.size() == 0)) {
    return fail(Retcode::bad_request, "\"params\" must be an object");
  }
  if (params.is_object()) action.params = std::get<Fields>(params.value());
  ONEBOT_TRY(self, read_self(request.at("self")));
  action.self = std::move(self);
  return action;
}

}  // namespace

ActionRequest read_action(json::View request) {
  ActionRequest result{.action = read(request)};
  const json::View echo = request.at("echo");
  if (!echo.is_null() && !(echo.is_string() && echo.str().empty())) result.echo = echo.value();
  return result;
}

ActionRequest parse_action(std::string_view text) {
  Result<json::Document> document = json::Document::parse(text);
  if (!document) return {.action = std::unexpected(std::move(document).error())};
  return read_action(document->root());
}

std::string encode_response(const ActionResult& result, const std::optional<Value>& echo) {
  std::string out = result ? "{\"status\":\"ok\",\"retcode\":0,\"data\":" : "{\"status\":\"failed\",\"retcode\":";
  if (result) {
    json::append(out, *result);
    out += ",\"message\":\"\"";
  } else {
    out += fmt::format("{},\"data\":", static_cast<int>(result.error().code));
    json::append(out, result.error().data);
    out += ",\"message\":";
    json::append_string(out, result.error().message);
  }
  if (echo) {
    out += ",\"echo\":";
    json::append(out, *echo);
  }
  out.push_back('}');
  return out;
}

}  // namespace onebot
