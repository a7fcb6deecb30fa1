#include "adapters/qq/calls/call_api.h"

#include "adapters/kit/path.h"
#include "onebot/json.h"
#include "onebot/params.h"

#include <fmt/format.h>

#include <algorithm>

namespace qq {

using onebot::fail;
using onebot::Fields;
using onebot::Result;
using onebot::Retcode;

namespace {

constexpr std::string_view kMethods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
constexpr std::size_t kMostPath = 2048;

// "/" and printable characters that a path and its query have: nothing that could end the line, or name another host.
bool is_path(std::string_view path) {
  constexpr std::string_view kNever = "\\#\"<>^`{|}";
  const auto fits = [&](char c) { return c > ' ' && c <= '~' && kNever.find(c) == std::string_view::npos; };
  return path.starts_with('/') && !path.starts_with("//") && path.size() <= kMostPath &&
         std::ranges::all_of(path, fits) && kit::stays_inside(path);
}

}  // namespace

Result<ApiRequest> read_api_call(const Fields& params) {
  ApiRequest request;
  ONEBOT_TRY(method, onebot::string_param(params, "method"));
  ONEBOT_TRY(path, onebot::string_param(params, "path"));
  if (std::ranges::find(kMethods, std::string_view(method)) == std::end(kMethods)) {
    return fail(Retcode::bad_param, fmt::format("\"method\" must be one of {}", fmt::join(kMethods, ", ")));
  }
  if (!is_path(path)) {
    return fail(Retcode::bad_param, fmt::format("\"path\" must be a path of the platform, percent-encoded, such as "
                                                "\"/v2/groups/ID/info\", of at most {} bytes",
                                                kMostPath));
  }
  if (const onebot::Value* body = onebot::find(params, "body"); body && !body->is_null()) {
    if (!std::holds_alternative<Fields>(*body) && !std::holds_alternative<onebot::List>(*body)) {
      return fail(Retcode::bad_param, "\"body\" must be an object or a list");
    }
    request.body = onebot::json::write(*body);
  }
  request.method = std::move(method);
  request.path = std::move(path);
  return request;
}

}  // namespace qq
