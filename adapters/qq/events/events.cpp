// Around the table: what has no row, what is not as documented, and the fields every event has.

#include "adapters/qq/events/events.h"

#include "adapters/qq/events/segments.h"
#include "adapters/qq/events/segments_quote.h"
#include "adapters/qq/events/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace qq {

using onebot::Event;
using onebot::Native;
using onebot::Result;
using onebot::json::View;
using Events = std::vector<Event>;
using Kind = onebot::Trait::Kind;

namespace {

constexpr std::size_t kMaxName = 64;  // of a native event; QQ's longest has 34 characters
constexpr std::size_t kMaxKey = 512;  // longer ids are not remembered
constexpr std::string_view kMalformed = "qq.malformed";

bool is_name(std::string_view t) {
  const auto belongs = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !t.empty() && t.size() <= kMaxName && std::all_of(t.begin(), t.end(), belongs);
}

// An extended notice that has nothing but its name; the payload follows in complete().
Event notice(const Native& native, std::string detail_type, const onebot::Self& self) {
  return {.id = native.id, .time = native.time, .type = "notice", .detail_type = std::move(detail_type), .self = self};
}

Event unknown(const Native& native, const onebot::Self& self) {
  std::string detail_type = "qq.";
  for (const char c : native.name) detail_type += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return notice(native, std::move(detail_type), self);
}

Event malformed(const Native& native, std::string problem, const onebot::Self& self) {
  Event event = notice(native, std::string(kMalformed), self);
  event.fields.push_back({"qq.problem", std::move(problem)});
  return event;
}

// The id that a standard event must have and this one has not; "" when there is none.
std::string_view missing_id(const Event& event) {
  if (event.detail_type.find('.') != std::string::npos) return {};
  const bool deletion = event.detail_type.ends_with("_message_delete");  // whose author may not be told
  for (const std::string_view name : {"message_id", "user_id", "group_id", "guild_id", "channel_id"}) {
    if (name == "user_id" && (deletion || event.self.user_id.empty())) continue;  // or the bot's own, not known yet
    const onebot::Value* id = find(event.fields, name);
    if (id && onebot::text_of(event.fields, name).empty()) return name;
  }
  return {};
}

// Rows of the table, or what stands for the frame when it is not as documented.
Events read(const Native& native, const onebot::Self& self) {
  if (!is_name(native.name)) return {malformed(native, "\"t\" is not the name of an event", self)};
  if (!native.payload.is_object()) return {malformed(native, "\"d\" is not an object", self)};
  if (!native.rule) return {unknown(native, self)};
  Result<Events> events = onebot::translate(kEvents, native, self);
  if (!events) return {malformed(native, std::move(events).error().message, self)};
  for (const Event& event : *events) {
    const std::string_view missing = missing_id(event);
    if (!missing.empty()) return {malformed(native, fmt::format("nothing to tell \"{}\" from", missing), self)};
  }
  return *std::move(events);
}

void complete_message(Event& event, View d, const Context& context) {
  event.alt_message = alt_message(event.message, d, event.self, context.name);
  if (event.message.empty() || event.message.front().type != "reply" || !context.message_id_of) return;
  onebot::Fields& reply = event.message.front().data;
  const std::string id = context.message_id_of(onebot::text_of(reply, "message_id"));
  if (!id.empty()) onebot::set(reply, "message_id", id);
}

void complete(Event& event, const Native& native, const Context& context) {
  const auto add = [&event](std::string_view name, std::string_view text) {
    if (!text.empty()) event.fields.push_back({std::string(name), text});
  };
  if (event.id.empty() && !context.session_id.empty() && native.frame.at("s").integer()) {
    event.id = fmt::format("qq:{}:{}", context.session_id, native.frame.at("s").text());
  }
  if (event.type == "message") complete_message(event, native.payload, context);
  event.fields.push_back({"qq.event", native.name.empty() ? native.frame.at("t").text() : std::string(native.name)});
  add("qq.event_id", native.id);
  add("qq.appid", context.appid);
  if (event.type == "notice" && event.detail_type.starts_with("qq.")) {
    event.fields.push_back({"qq.raw", native.payload.value()});
  }
}

}  // namespace

Native native_of(View frame) { return onebot::read_native(kEvents, frame); }

Result<Events> translate(const Native& native, const Context& context) {
  const View frame = native.frame, op = frame.at("op");
  if (!frame.is_object()) return fail(onebot::Retcode::bad_request, "a frame must be a JSON object");
  if (op.is_missing() && frame.at("t").is_missing()) {
    return fail(onebot::Retcode::bad_request, "a frame without \"op\" and \"t\"");
  }
  const bool dispatch = op.is_missing() || op.integer() == 0;
  if (!dispatch || native.trait(Kind::ignored)) return Events{};

  onebot::Self self = context.self;
  if (self.platform.empty()) self.platform = "qq";
  Events events = read(native, self);
  if (native.trait(Kind::own_echo)) {
    std::erase_if(events,
                  [&](const Event& event) { return event.type == "message" && is_own_echo(native.payload, self); });
  }
  for (Event& event : events) complete(event, native, context);
  return events;
}

bool is_malformed(const Events& events) { return !events.empty() && events.front().detail_type == kMalformed; }

Result<Events> translate_payload(std::string_view, View native, const onebot::Self& self) {
  return translate(native_of(native), {.self = self});
}

std::vector<std::string> keys(const Native& native) {
  std::vector<std::string> out;
  const auto add = [&out](std::string key) {
    if (key.size() <= kMaxKey) out.push_back(std::move(key));
  };
  if (!native.id.empty()) add("frame/" + native.id);
  const onebot::Trait* once = native.trait(Kind::once);
  const std::string id = once ? native.at(once->path).text() : std::string();
  if (!id.empty()) add(fmt::format("{}/{}", once->word, id));
  return out;
}

}  // namespace qq
