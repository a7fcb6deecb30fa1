#include "onebot/v11/file_actions.h"

#include "onebot/params.h"
#include "onebot/v11/request_params.h"
#include "onebot/v11/segments.h"

#include <fmt/format.h>

#include <utility>

namespace onebot::v11::files {
namespace {

struct Named {
  std::string token{}, file_id{};  // token: "" when it was named by its id
};

// What does not look like a token is a file_id.
bool is_token(std::string_view name) { return name.size() >= 18 && name.find('.') == 16; }

Result<Named> named(const Fields& params, const Here& here) {
  ONEBOT_TRY(name, text_param(params, "file file_id"));
  if (!name || name->empty()) return fail(Retcode::bad_param, "\"file\" is missing");
  auto known = here.tokens ? here.tokens->file_id(*name) : std::nullopt;
  if (known) return Named{*std::move(name), *std::move(known)};
  if (is_token(*name)) return fail(Retcode::bad_param, fmt::format("unknown file {}", *name));
  return Named{"", *std::move(name)};
}

std::string address_of(const Named& file, std::string_view name, const Here& here) {
  const std::string token = file.token.empty() ? media_token(file.file_id, name, "", "bin") : file.token;
  return here.scope.media.address({.token = token, .file_id = file.file_id, .bot = here.scope.bot});
}

struct Told {
  std::string name{}, url{};
  std::int64_t size = 0;
};

Told told(const Value& result, const Asked& asked, const Here& here) {
  const auto* fields = std::get_if<Fields>(&result);
  if (!fields) return {};
  const Value* size = find(*fields, "total_size");
  Named file{asked.file, std::string(text_of(asked.action.params, "file_id"))};
  const std::string_view name = text_of(*fields, "name");
  return {std::string(name), address_of(file, name, here), size ? integer_of(*size).value_or(0) : 0};
}

}  // namespace

Status by_name(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_TRY(file, named(params, here));
  asked.file = std::move(file.token);
  set(asked.action.params, "stage", "prepare");
  set(asked.action.params, "file_id", std::move(file.file_id));
  return {};
}

Status record(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_CHECK(by_name(asked, params, here));
  ONEBOT_TRY(format, text_param(params, "out_format"));
  if (!format || format->empty() || asked.file.ends_with("." + *format)) return {};
  return fail(Retcode::bad_param, fmt::format("\"out_format\": nothing is turned into {} here", *format));
}

Status address(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_TRY(file, named(params, here));
  std::string url = address_of(file, "", here);
  if (url.empty()) return fail(Retcode::unsupported_action, "files have no addresses here: see [onebot11.media]");
  asked.known = Fields{{"url", std::move(url)}};
  return {};
}

ActionResult image_told(ActionResult result, const Asked& asked, const Here& here) {
  if (!result) return result;
  Told file = told(*result, asked, here);
  return Fields{{"file", ""}, {"size", file.size}, {"filename", std::move(file.name)}, {"url", std::move(file.url)}};
}

ActionResult file_told(ActionResult result, const Asked& asked, const Here& here) {
  if (!result) return result;
  Told file = told(*result, asked, here);
  return Fields{{"file", ""},
                {"url", std::move(file.url)},
                {"file_size", fmt::to_string(file.size)},
                {"file_name", std::move(file.name)}};
}

}  // namespace onebot::v11::files
