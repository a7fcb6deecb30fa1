#include "adapters/feishu/calls/asking.h"

#include <utility>

namespace feishu {
namespace {

constexpr std::size_t kMostItems = 20'000;

}  // namespace

Asking::Asking(Query query, const Parts& parts, Done done)
    : query_(std::move(query)), parts_(parts), done_(std::move(done)) {}

void Asking::start() {
  const bool may_be_known = query_.recent_will_do;
  const onebot::List* known = may_be_known ? parts_.memory.members.of(query_.members_of, parts_.loop.now()) : nullptr;
  if (known) return finish(concluded(*known));
  ask("");
}

void Asking::ask(const std::string& page) {
  ApiRequest request = query_.request;
  if (!page.empty()) request.query.push_back({"page_token", page});
  call_ = parts_.api.call(std::move(request), [this](const ApiResult& answer) { answered(answer); });
}

void Asking::answered(const ApiResult& answer) {
  if (!answer) return finish(std::unexpected(answer.error().error));
  const onebot::json::View data = answer->root().at("data");
  if (!query_.item) return finish(query_.read ? query_.read(data) : onebot::ActionResult());
  const onebot::json::View items = data.at("items");
  for (std::size_t i = 0; i < items.size(); ++i) items_.push_back(query_.item(items[i]));
  const std::string next = data.at("page_token").text();
  const bool more = data.at("has_more").boolean() && !next.empty() && items.size() > 0;
  if (more && items_.size() < kMostItems) return ask(next);
  if (!query_.members_of.empty()) parts_.memory.members.keep(query_.members_of, items_, parts_.loop.now());
  finish(concluded(std::move(items_)));
}

onebot::ActionResult Asking::concluded(onebot::List all) const {
  return query_.finish ? query_.finish(std::move(all)) : onebot::ActionResult(onebot::Value(std::move(all)));
}

void Asking::finish(onebot::ActionResult result) {
  if (result) parts_.memory.learn_names(*result);
  const Done done = std::move(done_);  // which may destroy this
  done(std::move(result));
}

}  // namespace feishu
