#include "onebot/v11/file_actions.h"

#include "onebot/params.h"
#include "onebot/v11/request_params.h"
#include "onebot/v11/segments.h"

#include <fmt/format.h>

#include <algorithm>
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

// What stands behind the last "/" of an address, when it looks like a file's name.
std::string name_in(std::string_view address) {
  address = address.substr(0, address.find_first_of("?#"));
  const std::string_view last = address.substr(address.find_last_of('/') + 1);
  return last.find('.') == std::string_view::npos ? std::string() : std::string(last);
}

// "Name=value" or "Name: value".
void add_header(Fields& headers, std::string_view line) {
  const auto end = line.find_first_of("=:");
  if (end == 0 || end == std::string_view::npos) return;
  std::string_view value = line.substr(end + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  set(headers, line.substr(0, end), value);
}

// As an object, a list of lines, or lines in one text.
Fields headers_in(const Fields& params) {
  const Value* value = given(params, "headers");
  if (!value) return {};
  if (const auto* object = std::get_if<Fields>(value)) return *object;
  Fields headers;
  if (const auto* list = std::get_if<List>(value)) {
    for (const Value& item : *list) {
      if (const auto* line = std::get_if<std::string>(&item)) add_header(headers, *line);
    }
  }
  const auto* text = std::get_if<std::string>(value);
  for (std::string_view rest = text ? std::string_view(*text) : std::string_view(); !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    add_header(headers, line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
  }
  return headers;
}

}  // namespace

Status fetched(Asked& asked, const Fields& params, const Here&) {
  ONEBOT_TRY(url, text_param(params, "url"));
  ONEBOT_TRY(base64, text_param(params, "base64"));
  ONEBOT_TRY(name, text_param(params, "name"));
  const bool has_url = url && !url->empty();
  if (!has_url && (!base64 || base64->empty())) return fail(Retcode::bad_param, "\"url\" or \"base64\" is missing");
  const bool web = has_url && (url->starts_with("http://") || url->starts_with("https://"));
  if (has_url && !web) return fail(Retcode::bad_param, "\"url\" must begin with http:// or https://");
  Upload upload{.source = web ? *url : "base64://" + *base64, .type = "file", .headers = headers_in(params)};
  upload.name = name && !name->empty() ? *name : web ? name_in(*url) : "";
  asked.uploads.push_back(std::move(upload));
  set(asked.action.params, "message", List{Fields{{"type", "file"}, {"data", Fields{{"file_id", ""}}}}});
  return {};
}

ActionResult fetched_told(ActionResult result, const Asked& asked, const Here& here) {
  if (!result) return result;
  const auto& segment = std::get<Fields>(std::get<List>(*find(asked.action.params, "message")).front());
  const std::string_view id = text_of(std::get<Fields>(*find(segment, "data")), "file_id");
  const std::string token = media_token(id, asked.uploads.front().name, "", "bin");
  static_cast<void>(here.scope.media.address({.token = token, .file_id = id, .bot = here.scope.bot}));  // it is kept
  return Fields{{"file", token}};
}

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

bool small_bytes(Asked& asked, const Value& told, const Here&) {
  constexpr std::int64_t kSmall = 1 << 20;
  const auto* fields = std::get_if<Fields>(&told);
  const Value* size = fields ? find(*fields, "total_size") : nullptr;
  const std::int64_t bytes = size ? integer_of(*size).value_or(0) : 0;
  if (bytes < 1 || bytes > kSmall) return false;
  set(asked.action.params, "stage", "transfer");
  set(asked.action.params, "offset", std::int64_t{0});
  set(asked.action.params, "size", bytes);
  return true;
}

ActionResult with_bytes(ActionResult result, const Asked& asked, const Here& here) {
  if (!asked.before) return file_told(std::move(result), asked, here);
  ActionResult told = file_told(*asked.before, asked, here);
  const auto* fields = result ? std::get_if<Fields>(&*result) : nullptr;
  const Value* data = fields ? find(*fields, "data") : nullptr;
  const auto* bytes = data ? std::get_if<Bytes>(data) : nullptr;
  if (bytes) std::get<Fields>(*told).push_back({"base64", *bytes});  // which is how JSON has them
  return told;
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
