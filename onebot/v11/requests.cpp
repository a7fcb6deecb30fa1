#include "onebot/v11/requests.h"

#include "onebot/json.h"

#include <array>
#include <utility>

namespace onebot::v11 {
namespace {

constexpr std::array<std::pair<std::string_view, Start>, 2> kSuffixes = {
    {{"_async", Start::at_once_answered}, {"_rate_limited", Start::in_turn}}};

Result<Request> read(std::string_view text) {
  auto value = read_json(text);
  if (!value) return fail(Retcode::bad_request, "not valid JSON");
  if (auto* object = std::get_if<Fields>(&*value)) {
    std::erase_if(*object, [](const Field& field) { return field.name == "self"; });  // the link names the bot
  }
  ONEBOT_TRY(action, read_action(*std::move(value)));
  return request_of(action.name, std::move(action.params));
}

}  // namespace

Request request_of(std::string_view named, Fields params) {
  Request request{.action = std::string(named), .named = std::string(named), .params = std::move(params)};
  for (const auto& [suffix, start] : kSuffixes) {
    if (!named.ends_with(suffix)) continue;
    request.action.resize(named.size() - suffix.size());
    request.start = start;
    break;
  }
  return request;
}

Result<Value> read_json(std::string_view text) {
  ONEBOT_TRY(document, json::Document::parse(text, {.bytes = kMostRequest}));
  return document.root().value();
}

RequestRead read_request(std::string_view text) {
  RequestRead read_so_far{.echo = echo_of(text, Encoding::json)};
  if (read_so_far.echo == "null") read_so_far.echo.reset();
  read_so_far.request = read(text);
  return read_so_far;
}

}  // namespace onebot::v11
