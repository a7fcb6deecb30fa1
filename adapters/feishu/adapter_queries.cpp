// Adapter, the part that makes the calls of queries.h, page after page, and tells where files are.

#include "adapters/feishu/adapter.h"
#include "adapters/feishu/events/segments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace feishu {
namespace {

using onebot::fail;
using onebot::Fields;
using onebot::Result;
using onebot::Retcode;

constexpr std::size_t kMostItems = 20'000;

// What follows "<prefix>res:" in the id of a received file.
struct Place {
  std::string kind{}, message{}, key{};
};

// The parts are percent-decoded, as the value of a query parameter would be.
std::optional<Place> read_place(std::string_view text) {
  std::array<std::string, 3> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto end = i + 1 < parts.size() ? text.find(':') : text.size();
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view part = text.substr(0, end);
    if (part.empty() || part.size() > 512 || part.find_first_of("&=+:#") != std::string_view::npos) return std::nullopt;
    parts[i] = onebot::io::query_param(fmt::format("x={}", part), "x").value_or("");
    if (parts[i].empty()) return std::nullopt;
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  if (parts[0] != "image" && parts[0] != "file") return std::nullopt;
  return Place{std::move(parts[0]), std::move(parts[1]), std::move(parts[2])};
}

}  // namespace

void Adapter::start_query(const QueryRow& row, const onebot::Action& action, Task& task, Done done) {
  const bool about_self =
      onebot::text_of(action.params, "user_id") == account_.user_id && row.action == "get_user_info";
  if (about_self) return get_self_info(action, task, std::move(done));
  const Asked asked{action.params, account_, settings_.paths,
                    [this](std::string_view user_id) { return person(user_id); }, self_info()};
  auto query = row.ask(asked);
  if (!query) return done(std::unexpected(std::move(query).error()));
  const onebot::List* known = query->recent_will_do ? members_.of(query->members_of, host_.loop.now()) : nullptr;
  if (known) return done(query->finish(*known));
  task.query = *std::move(query);
  ask(task, "", [this, action, done = std::move(done)](onebot::ActionResult result) {
    if (result) learn_names(*result);
    done(stand_in(action, std::move(result)));
  });
}

void Adapter::ask(Task& task, const std::string& page, Done done) {
  ApiRequest request = task.query.request;
  if (!page.empty()) {
    request.query.push_back({"page_token", page});
  }
  task.call = api_.call(std::move(request),
                        [this, &task, done = std::move(done)](ApiResult answer) { answered(task, answer, done); });
}

void Adapter::answered(Task& task, const ApiResult& answer, Done done) {
  if (!answer) return done(std::unexpected(answer.error().error));
  const onebot::json::View data = answer->root().at("data");
  const Query& query = task.query;
  if (!query.item) return done(query.read ? query.read(data) : Result<onebot::Value>(onebot::Value()));
  const onebot::json::View items = data.at("items");
  for (std::size_t i = 0; i < items.size(); ++i) task.items.push_back(query.item(items[i]));
  const std::string next = data.at("page_token").text();
  const bool more = data.at("has_more").boolean() && !next.empty() && items.size() > 0;
  if (more && task.items.size() < kMostItems) return ask(task, next, std::move(done));
  onebot::List all = std::move(task.items);
  if (!query.members_of.empty()) members_.keep(query.members_of, all, host_.loop.now());
  done(query.finish ? query.finish(std::move(all)) : Result<onebot::Value>(onebot::Value(std::move(all))));
}

// A person whom the app may not look up, but whose name a list has told.
onebot::ActionResult Adapter::stand_in(const onebot::Action& action, onebot::ActionResult result) const {
  if (result || action.name != "get_user_info" || result.error().code != Retcode::forbidden) return result;
  const std::string_view id = onebot::text_of(action.params, "user_id");
  const std::string* name = names_.find(id);
  if (!name) return result;
  return onebot::Value(Fields{{"user_id", id}, {"user_name", *name}, {"user_displayname", ""}, {"user_remark", ""}});
}

void Adapter::learn_names(const onebot::Value& told) {
  if (const auto* list = std::get_if<onebot::List>(&told)) {
    for (const onebot::Value& one : *list) learn_names(one);
  }
  const auto* fields = std::get_if<Fields>(&told);
  if (fields && onebot::find(*fields, "user_name")) {
    names_.set(onebot::text_of(*fields, "user_id"), std::string(onebot::text_of(*fields, "user_name")));
  }
}

onebot::io::Owner Adapter::locate(std::string_view file_id, std::function<void(Result<onebot::RemoteFile>)> done) {
  const std::string begins = account_.extension("res:");
  std::optional<Place> place;
  if (file_id.starts_with(begins)) place = read_place(file_id.substr(begins.size()));
  if (!place || settings_.paths.resource.empty()) {
    done(fail(Retcode::unknown_file, "there is no such file"));
    return nullptr;
  }
  return api_.file({.path = settings_.paths.resource,
                    .places = {{"id", place->message, "message_id"}, {"key", place->key, "file_id"}},
                    .query = {{"type", place->kind}},
                    .timeout = std::chrono::seconds(60),
                    .budget = std::chrono::seconds(60)},
                   std::move(done));
}

}  // namespace feishu
