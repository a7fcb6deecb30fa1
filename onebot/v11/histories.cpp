#include "onebot/v11/histories.h"

#include "onebot/json.h"
#include "onebot/json_write.h"
#include "onebot/params.h"
#include "onebot/v11/cq.h"
#include "onebot/v11/messages.h"
#include "onebot/v11/request_params.h"
#include "onebot/v11/results.h"
#include "onebot/v11/segments.h"
#include "onebot/v11/stored_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace onebot::v11::histories {
namespace {

Status told_of(Asked& asked, const Native& chat, const Fields& params, const Here& here) {
  ONEBOT_TRY(count, whole_param(params, "count"));
  if (count && *count < 1) return fail(Retcode::bad_param, "\"count\" must be 1 at least");
  constexpr std::string_view kBefore = "message_seq message_id";
  const std::string before = text_or_empty(params, kBefore);
  Number below = kMostMessage + 1;
  if (!before.empty() && before != "0") {
    ONEBOT_TRY(row, known_message(here.scope, params, kBefore));
    below = row.number;
  }
  const auto most = static_cast<std::size_t>(std::min(count.value_or(kUsual), kMost));
  const auto rows = here.scope.messages.in_chat({here.scope.bot, chat.kind, chat.id}, below, most);
  List messages;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    if (!is_remembered(*row, here)) continue;
    Value message = stored_message(*row, here);
    set(std::get<Fields>(message), "post_type", "message");
    messages.push_back(std::move(message));
  }
  asked.known = Fields{{"messages", std::move(messages)}};
  return {};
}

// --- what is inside a forward ---

// A node as the standard has it, and as those that followed it do.
struct Inside {
  List nodes{}, messages{};

  void add(const Value& user, const Value& nickname, const Value& content, Fields more) {
    nodes.push_back(
        Fields{{"type", "node"}, {"data", Fields{{"user_id", user}, {"nickname", nickname}, {"content", content}}}});
    Fields message{{"content", content}, {"sender", Fields{{"user_id", user}, {"nickname", nickname}}}};
    message.insert(message.end(), more.begin(), more.end());
    messages.push_back(std::move(message));
  }
  Value value() { return Fields{{"message", std::move(nodes)}, {"messages", std::move(messages)}}; }
};

// What a platform tells of a message, as if it had just come.
void add_told(Inside& inside, const Value& told, std::string_view forward, const Here& here) {
  const auto* fields = std::get_if<Fields>(&told);
  if (!fields) return;
  Fields as_event{{"self", Fields{{"platform", here.scope.platform()}}}, {"type", "message"}};
  as_event.insert(as_event.end(), fields->begin(), fields->end());
  const auto document = json::Document::parse(json::write(as_event));
  const LoggedEvent event(document ? document->root() : json::View());
  const std::string native(event.text("message_id")), above = event.extra("upper_message_id");
  if (native == forward || (!above.empty() && above != forward)) return;
  const Message message = read_message(event, here.scope);
  const Value* said = find(*fields, "message");
  const Number number = here.scope.messages.number({.bot = here.scope.bot,
                                                    .native = native,
                                                    .sender = event.user().id,
                                                    .at = event.time(),
                                                    .body = said ? json::write(*said) : ""});
  const Fields sender = sender_of(event, here.scope, false);
  const bool array = here.scope.options.message_format == MessageFormat::array;
  inside.add(*find(sender, "user_id"), *find(sender, "nickname"), array ? as_value(message) : Value(write_cq(message)),
             {{"time", event.time()}, {"message_id", number}});
}

bool is_own(const MessageRow& row, const Here& here) {
  return !row.body.empty() && is_self(here.scope, {Kind::user, here.scope.platform(), row.sender});
}

Value own_forward(const MessageRow& row, const Here& here) {
  const Value stored = stored_message(row, here);
  const auto& fields = std::get<Fields>(stored);
  const auto& sender = std::get<Fields>(*find(fields, "sender"));
  Inside inside;
  inside.add(*find(sender, "user_id"), *find(sender, "nickname"), *find(fields, "message"),
             {{"time", row.at}, {"message_id", row.number}});
  return inside.value();
}

}  // namespace

Status of_group(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_TRY(place, id_param(here.scope, Space::group, params, "group_id"));
  return told_of(asked, place, params, here);
}

Status of_person(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_TRY(user, id_param(here.scope, Space::user, params, "user_id"));
  return told_of(asked, user, params, here);
}

Status forward(Asked& asked, const Fields& params, const Here& here) {
  ONEBOT_TRY(row, message_param(here.scope, params, "id message_id"));
  if (is_own(row, here)) asked.known = own_forward(row, here);
  set(asked.action.params, "message_id", row.native);
  asked.message = std::move(row);
  return {};
}

ActionResult forward_told(ActionResult result, const Asked& asked, const Here& here) {
  if (!result && result.error().code == Retcode::unsupported_action) {
    return fail(Retcode::bad_param, fmt::format("what is forwarded arrives as text on {}", here.scope.platform()));
  }
  if (!result) return result;
  const Value* messages = find(fields_of(*result), "messages");
  Inside inside;
  if (!messages) return inside.value();
  for (const Value& message : list_of(*messages)) add_told(inside, message, asked.message.native, here);
  return inside.value();
}

}  // namespace onebot::v11::histories
