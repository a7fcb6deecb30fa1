#include "adapters/kit/calls.h"

#include "onebot/call_answer.h"

#include <optional>
#include <utility>

namespace kit {
namespace {

Request request_of(onebot::CallRequest call, std::string path) {
  Request request{.method = std::string(call.method),
                  .path = std::move(path),
                  .body = std::move(call.body),
                  .repeatable = call.repeatable};
  for (auto& place : call.places) {
    request.places.push_back({std::string(place.name), std::move(place.value), std::string(place.param)});
  }
  for (auto& member : call.query) request.query.push_back({std::string(member.name), std::move(member.value), ""});
  return request;
}

// position: where the page begins, "" = at the beginning.
Request page_of(Request request, const onebot::Paging& paging, std::string_view position) {
  const std::string_view at = position.empty() ? paging.first : position;
  if (!at.empty()) request.query.push_back({std::string(paging.query), std::string(at), ""});
  return request;
}

const onebot::List* find_recent(const Caller& caller, const onebot::CallRow& row, const onebot::Fields& params) {
  if (!caller.recent || row.recent_seconds == 0) return nullptr;
  return caller.recent->find(onebot::text_of(params, row.kept_by), caller.loop.now(),
                             std::chrono::seconds(row.recent_seconds));
}

void keep(const Caller& caller, const onebot::CallRow& row, const onebot::Fields& params, const onebot::List& list) {
  if (!caller.recent || row.kept_by.empty()) return;
  caller.recent->keep(onebot::text_of(params, row.kept_by), list, caller.loop.now());
}

}  // namespace

onebot::Task<onebot::ActionResult> run(Caller caller, const onebot::CallRow& row, std::string path,
                                       onebot::Fields params) {
  const onebot::CallInput input{params, caller.self, caller.loop.wall()};
  ONEBOT_CO_TRY(call, onebot::prepare(caller.table, row, input));
  const Request request = request_of(std::move(call), std::move(path));
  onebot::CallAnswer answer(caller.table, row, input);
  if (const onebot::List* recent = find_recent(caller, row, params)) {
    answer.use(*recent);
    co_return answer.result();
  }
  std::optional<std::string> position = "";
  while (position) {
    auto asking = caller.asker.document(page_of(request, row.paging, *position));
    ONEBOT_CO_TRY(document, co_await asking);
    ONEBOT_CO_TRY(next, answer.take(document.root()));
    position = std::move(next);
  }
  keep(caller, row, params, answer.items());
  co_return answer.result();
}

}  // namespace kit
