#include "adapters/feishu/events/events.h"

#include "adapters/feishu/events/redaction.h"
#include "onebot/standard.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace feishu {

using onebot::Event;
using onebot::Result;
using onebot::json::View;
using Events = std::vector<Event>;
using Kind = onebot::Trait::Kind;

namespace {

constexpr std::size_t kMaxKey = 512;  // longer ids are not remembered

// Of the push only the event itself goes on: the envelope around it holds the verification token.
Event malformed(const Native& native, std::string_view problem, const Account& account) {
  return {.id = native.id,
          .time = native.time,
          .type = "notice",
          .detail_type = account.extension("malformed"),
          .self = account,
          .fields = {{account.extension("problem"), problem},
                     {"event_json", as_told(native.payload, account)},
                     {account.extension("event_type"), native.type}}};
}

// The id that a standard event must have and this one has not; "" when there is none.
std::string_view missing_id(const Event& event) {
  if (event.detail_type.find('.') != std::string::npos) return {};
  const bool deletion = event.detail_type.ends_with("_message_delete");  // whose author is often unknown
  for (const std::string_view name : {"message_id", "group_id", "user_id"}) {
    if (name == "user_id" && (deletion || event.self.user_id.empty())) continue;
    if (find(event.fields, name) && onebot::text_of(event.fields, name).empty()) return name;
  }
  return {};
}

// An event of our own goes without an id that it has not.
void drop_empty_ids(Event& event) {
  if (event.detail_type.find('.') == std::string::npos) return;
  std::erase_if(event.fields, [](const onebot::Field& field) {
    const auto* text = std::get_if<std::string>(&field.value);
    return text && text->empty() && onebot::has_word(onebot::kStandardFields, field.name);
  });
}

Translated read(const Native& native, const Account& account) {
  const auto wrong = [&](std::string_view problem) { return Translated{{malformed(native, problem, account)}}; };
  if (native.type.empty()) return wrong("the event has no name");
  if (!native.payload.is_object()) return wrong("\"event\" is not an object");
  auto events = onebot::translate(*native.table, native, account);
  if (!events) return wrong(events.error().message);
  if (events->empty()) return wrong("it names nobody it is about");
  // One of whom nothing is told does not cost those beside.
  const std::string missing(missing_id(events->front()));
  const std::size_t left_out = std::erase_if(*events, [](const Event& event) { return !missing_id(event).empty(); });
  if (events->empty()) return wrong(fmt::format("nothing to tell \"{}\" from", missing));
  std::ranges::for_each(*events, drop_empty_ids);
  return {*std::move(events), left_out};
}

bool is_own(View doer, const Account& account) {
  return is_self(doer, account) || (!account.app_id.empty() && doer.str() == account.app_id);
}

// What the account does not want to hear of.
bool is_unwanted(const Native& native, const Account& account) {
  if (native.trait(Kind::ignored)) return true;
  const onebot::Trait* echo = native.trait(Kind::own_echo);
  if (!echo) return false;
  if (is_own(native.at(echo->other), account)) return true;
  const std::string_view kind = native.payload.at("sender.sender_type").str();
  return (kind == "bot" || kind == "app") && !account.forward_bot_messages;
}

}  // namespace

Translated translate(const Native& native, const Account& account) {
  if (is_unwanted(native, account)) return {};
  Translated translated = read(native, account);
  if (!account.forward_unknown) {
    std::erase_if(translated.events,
                  [&](const Event& event) { return event.detail_type == account.extension("raw_event"); });
  }
  return translated;
}

bool is_malformed(const Events& events) {
  return !events.empty() && events.front().detail_type.ends_with(".malformed");
}

Result<Events> translate_payload(std::string_view platform, View push, const onebot::Self& self) {
  Account account = account_of(self);
  if (account.platform.empty()) account.platform = platform;
  const Shape shape = shape_of(push);
  if (shape == Shape::challenge) return Events{};
  if (shape == Shape::encrypted) return fail(onebot::Retcode::bad_request, "the push is encrypted");
  if (shape == Shape::invalid) return fail(onebot::Retcode::bad_request, "a push of no known shape");
  return translate(read_native(push, shape), account).events;
}

std::vector<std::string> keys(const Native& native) {
  std::vector<std::string> out;
  const auto add = [&out](std::string_view what, std::string_view id) {
    if (!id.empty() && id.size() <= kMaxKey) out.push_back(fmt::format("{}/{}", what, id));
  };
  add("event", native.id);
  for (const onebot::Trait& trait : native.traits()) {
    if (trait.kind == Kind::once) add(trait.word, native.at(trait.path).text());
  }
  return out;
}

}  // namespace feishu
