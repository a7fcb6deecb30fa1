#include "onebot/v11/connect/form.h"

#include "onebot/connect/head.h"
#include "onebot/v11/requests.h"

#include <fmt/format.h>

#include <algorithm>

namespace onebot::v11::connect {
namespace {

constexpr std::string_view kJson = "application/json", kForm = "application/x-www-form-urlencoded";

std::string decoded(std::string_view part) { return io::query_param(fmt::format("x={}", part), "x").value_or(""); }

Value value_of(std::string text) {
  if (!text.starts_with('[') && !text.starts_with('{')) return text;
  auto value = read_json(text);
  return value ? *std::move(value) : Value(std::move(text));
}

}  // namespace

Fields read_form(std::string_view form) {
  Fields fields;
  while (!form.empty()) {
    const std::string_view pair = form.substr(0, form.find('&'));
    form.remove_prefix(std::min(form.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    std::string name = decoded(pair.substr(0, equals));
    if (name.empty() || name == "access_token") continue;
    set(fields, name, value_of(equals == std::string_view::npos ? "" : decoded(pair.substr(equals + 1))));
  }
  return fields;
}

Result<Fields> params_of(const io::HttpRequest& request) {
  Fields params = read_form(request.query);
  const std::string type = onebot::connect::media_type(request.headers);
  if (request.method != "POST" || request.body.empty() || type.empty()) return params;
  if (type == kForm) {
    for (Field& field : read_form(request.body)) set(params, field.name, std::move(field.value));
    return params;
  }
  auto body = read_json(request.body);
  auto* object = body ? std::get_if<Fields>(&*body) : nullptr;
  if (!object) return fail(Retcode::bad_request, body ? "the body is no JSON object" : "the body is not valid JSON");
  for (Field& field : *object) set(params, field.name, std::move(field.value));
  return params;
}

bool is_readable(const io::Headers& headers) {
  const std::string type = onebot::connect::media_type(headers);
  return type.empty() || type == kJson || type == kForm;
}

}  // namespace onebot::v11::connect
