#include "onebot/connect/action_list.h"

#include "onebot/connect/head.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace onebot::connect {
namespace {

constexpr std::size_t kMaxWaiting = 100;  // then no event is pushed until some of them have run

std::optional<Self> self_of(std::string_view event) {
  const auto document = json::Document::parse(event);
  if (!document) return std::nullopt;
  const json::View self = document->root().at("self");
  if (!self.is_object()) return std::nullopt;
  return Self{std::string(self.at("platform").str()), std::string(self.at("user_id").str())};
}

// Of OneBot 11: what is to be done about the event.
bool is_quick_operation(const Fields& answer) {
  constexpr std::string_view kWords[] = {"reply", "at_sender", "approve", "delete", "kick", "ban"};
  return std::ranges::any_of(kWords, [&](std::string_view word) { return find(answer, word) != nullptr; });
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

void ActionList::add(const io::HttpResponse& answer, std::string_view event) {
  if (is_blank(answer.body)) return;
  const std::string type = media_type(answer.headers);
  const bool undeclared = type.empty();  // some libraries answer an action and do not say that it is JSON
  const auto encoding = undeclared ? Encoding::json : encoding_of(type);
  if (!encoding) {
    return line(LogLevel::error, fmt::format("answer ignored: its Content-Type is \"{}\"", printable(type)));
  }
  Result<Value> body = decode(answer.body, *encoding);
  if (!body) {
    return line(undeclared ? LogLevel::debug : LogLevel::error,
                fmt::format("answer ignored: {}", printable(body.error().message)));
  }
  const std::optional<Self> self = self_of(event);
  if (auto* list = std::get_if<List>(&*body)) {
    for (Value& element : *list) add_one(std::move(element), self);
  } else {
    add_one(*std::move(body), self);
  }
  if (!running_) next();
}

void ActionList::add_one(Value element, const std::optional<Self>& self) {
  const auto* object = std::get_if<Fields>(&element);
  if (object && !find(*object, "action")) {  // {"status": "ok"} is a common habit
    if (is_quick_operation(*object)) return refusals_.other_dialect(place_, "it answers with a quick operation");
    return line(LogLevel::debug, "an object without \"action\" in the answer ignored");
  }
  Result<Action> action = read_action(std::move(element));
  if (!action) {
    return line(LogLevel::error, fmt::format("an action in the answer ignored: {}", action.error().message));
  }
  if (!action->self) action->self = self;
  waiting_.push_back(*std::move(action));
}

bool ActionList::full() const { return waiting_.size() >= kMaxWaiting; }

void ActionList::stop() { waiting_.clear(); }

void ActionList::next() {
  if (waiting_.empty()) return;
  const bool was_full = full();
  Action action = std::move(waiting_.front());
  waiting_.pop_front();
  running_ = true;
  Reply reply(
      lifetime_.guard([this, name = printable(action.name)](const ActionResult& result) { finished(name, result); }));
  backend_.actions.act(std::move(action), std::move(reply));
  if (was_full && !full()) drained_();
}

// The next one begins in a turn of its own: a long list of actions that answer at once must not fill the stack.
void ActionList::finished(const std::string& name, const ActionResult& result) {
  if (!result) {
    backend_.log.count("actions_failed");
    line(LogLevel::error, fmt::format("action={} retcode={} {}", name, static_cast<int>(result.error().code),
                                      printable(result.error().message)));
  }
  backend_.loop.post(lifetime_.guard([this] {
    running_ = false;
    next();
  }));
}

void ActionList::line(LogLevel level, std::string_view text) {
  backend_.log.line(level, fmt::format("webhook url={} {}", place_, text));
}

}  // namespace onebot::connect
