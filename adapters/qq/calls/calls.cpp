#include "adapters/qq/calls/calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace qq {

using onebot::Fields;
using onebot::Retcode;
using onebot::json::View;

namespace {

onebot::Status check_param(const Param& param, const Fields& params) {
  const onebot::Value* value = onebot::find(params, param.name);
  if (!value) {
    if (!param.required) return {};
    return onebot::fail(Retcode::bad_param, fmt::format("\"{}\" is missing", param.name));
  }
  const auto* text = std::get_if<std::string>(value);
  switch (param.kind) {
    case Param::Kind::path:  // kit::address_of() looks at what it holds
      if (text) return {};
      return onebot::fail(Retcode::bad_param, fmt::format("\"{}\" must be a string", param.name));
    case Param::Kind::text:
      if (text && text->size() <= 4096) return {};
      return onebot::fail(Retcode::bad_param, fmt::format("\"{}\" must be a string of at most 4096 bytes", param.name));
    case Param::Kind::flag:
      if (std::holds_alternative<bool>(*value)) return {};
      return onebot::fail(Retcode::bad_param, fmt::format("\"{}\" must be true or false", param.name));
    case Param::Kind::number:
      if (std::holds_alternative<std::int64_t>(*value)) return {};
      return onebot::fail(Retcode::bad_param, fmt::format("\"{}\" must be an integer", param.name));
  }
  return {};
}

std::vector<kit::Place> places_of(const CallRule& rule, const Fields& params) {
  std::vector<kit::Place> places;
  for (const Param& param : rule.params) {
    if (param.kind == Param::Kind::path) {
      places.push_back({std::string(param.name), std::string(onebot::text_of(params, param.name))});
    }
  }
  return places;
}

}  // namespace

const CallRule* find_call(std::string_view action) {
  const auto rules = call_rules();
  const auto found = std::ranges::find(rules, action, &CallRule::action);
  return found == rules.end() ? nullptr : &*found;
}

Call::Call(Api& api, const CallRule& rule, Fields params, std::function<void(onebot::ActionResult)> done)
    : api_(api), rule_(rule), params_(std::move(params)), done_(std::move(done)) {}

void Call::start(double wall) {
  for (const Param& param : rule_.params) {
    if (auto status = check_param(param, params_); !status) return finish(std::unexpected(std::move(status).error()));
  }
  onebot::Result<Fields> body = rule_.body ? rule_.body(params_, wall) : plain_body();
  if (!body) return finish(std::unexpected(std::move(body).error()));
  if (!body->empty()) body_ = onebot::json::write(*body);
  ask(rule_.paging == CallRule::Paging::after_last ? "0" : "");
}

Fields Call::plain_body() const {
  Fields body;
  for (const Param& param : rule_.params) {
    const onebot::Value* value = param.as.empty() ? nullptr : onebot::find(params_, param.name);
    if (value) body.push_back({std::string(param.as), *value});
  }
  return body;
}

// position: where the next page begins, "" = at the beginning.
void Call::ask(const std::string& position) {
  ApiRequest request{.method = std::string(rule_.method),
                     .path = std::string(rule_.path),
                     .places = places_of(rule_, params_),
                     .body = body_};
  if (!position.empty()) {
    request.query = {{rule_.paging == CallRule::Paging::after_last ? "after" : "cursor", position}};
  }
  call_ = api_.call(std::move(request), [this](ApiResult result) {
    if (!result) return finish(std::unexpected(std::move(result).error().error));
    answered(*result);
  });
}

void Call::answered(const ApiAnswer& answer) {
  const View body = answer.body.root();
  if (!rule_.same.empty() && body.at(rule_.same).text() != onebot::text_of(params_, rule_.same)) {
    return finish(onebot::fail(
        Retcode::unknown_channel,
        fmt::format("{}: \"{}\" is not where the platform has it", rule_.same, onebot::text_of(params_, rule_.same))));
  }
  switch (rule_.answer) {
    case CallRule::Answer::nothing:
      return finish(onebot::Value());
    case CallRule::Answer::object:
      return finish(taken(body));
    case CallRule::Answer::whole:
      return finish(body.value());
    case CallRule::Answer::list:
      return take_page(body);
  }
}

// Pages may overlap, and the last one is empty or says nothing new.
void Call::take_page(const View& body) {
  View entries = body.at(rule_.list);
  if (!entries.is_array()) entries = body;
  std::string last;
  bool news = false;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    last = entries[i].at(rule_.id).text();
    if (!seen_.insert(last).second) continue;
    news = true;
    list_.push_back(taken(entries[i]));
  }
  std::string next;
  if (rule_.paging == CallRule::Paging::after_last) next = last;
  if (rule_.paging == CallRule::Paging::next_cursor) next = body.at("next_cursor").text();
  if (!news || next.empty()) return finish(std::move(list_));
  if (++pages_ >= kMostPages) {
    return finish(onebot::fail(Retcode::refused, fmt::format("the list has more than {} pages", kMostPages)));
  }
  ask(next);
}

Fields Call::taken(const View& entry) const {
  Fields fields;
  for (const Taken& each : rule_.fields) {
    std::string text = each.from.empty() ? std::string() : entry.at(each.from).text();
    if (text.empty() && !each.param.empty()) text = onebot::text_of(params_, each.param);
    fields.push_back({std::string(each.name), std::move(text)});
  }
  return fields;
}

void Call::finish(onebot::ActionResult result) {
  const onebot::io::Owner call = std::exchange(call_, nullptr);
  const auto tell = std::exchange(done_, nullptr);
  tell(std::move(result));
}

}  // namespace qq
