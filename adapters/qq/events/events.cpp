// Around the table: what has no row, what is not as documented, and the fields every event has.

#include "adapters/qq/events/events.h"

#include "adapters/qq/events/segments.h"
#include "adapters/qq/events/segments_quote.h"
#include "adapters/qq/events/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace qq {

using onebot::Event;
using onebot::Result;
using onebot::json::View;
using Events = std::vector<Event>;

namespace {

constexpr std::size_t kMaxName = 64;  // of a native event; QQ's longest has 34 characters
constexpr std::size_t kMaxKey = 512;  // longer ids are not remembered
constexpr std::string_view kSessionEvents[] = {"READY", "RESUMED"};  // the feed's, not an application's

bool is_name(std::string_view t) {
  const auto belongs = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !t.empty() && t.size() <= kMaxName && std::all_of(t.begin(), t.end(), belongs);
}

// An extended notice that has nothing but its name; the payload follows in complete().
Event notice(View frame, std::string detail_type, const onebot::Self& self) {
  return {.id = frame.at("id").text(),
          .time = onebot::any_time(frame.at("d.timestamp")),
          .type = "notice",
          .detail_type = std::move(detail_type),
          .self = self};
}

Event unknown(View frame, const onebot::Self& self) {
  std::string detail_type = "qq.";
  for (const char c : frame.at("t").str()) detail_type += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return notice(frame, std::move(detail_type), self);
}

Event malformed(View frame, std::string problem, const onebot::Self& self) {
  Event event = notice(frame, "qq.malformed", self);
  event.fields.push_back({"qq.problem", std::move(problem)});
  return event;
}

// The id that a standard event must have and this one has not; "" when there is none.
std::string_view missing_id(const Event& event) {
  if (event.detail_type.find('.') != std::string::npos) return {};
  for (const std::string_view name : {"message_id", "user_id", "group_id", "guild_id", "channel_id"}) {
    if (name == "user_id" && event.self.user_id.empty()) continue;  // perhaps the bot's own, not known yet
    const onebot::Value* id = find(event.fields, name);
    if (id && onebot::text_of(event.fields, name).empty()) return name;
  }
  return {};
}

// Rows of the table, or what stands for the frame when it is not as documented.
Events read(View frame, const onebot::Self& self) {
  const std::string_view t = frame.at("t").str();
  if (!is_name(t)) return {malformed(frame, "\"t\" is not the name of an event", self)};
  if (!frame.at("d").is_object()) return {malformed(frame, "\"d\" is not an object", self)};
  Result<Events> events = onebot::translate(kEvents, frame, self);
  if (!events) return {malformed(frame, std::move(events).error().message, self)};
  if (events->empty()) return {unknown(frame, self)};
  for (const Event& event : *events) {
    const std::string_view missing = missing_id(event);
    if (!missing.empty()) return {malformed(frame, fmt::format("nothing to tell \"{}\" from", missing), self)};
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

void complete(Event& event, View frame, const Context& context) {
  const View d = frame.at("d");
  const auto add = [&event](std::string_view name, std::string text) {
    if (!text.empty()) event.fields.push_back({std::string(name), std::move(text)});
  };
  if (event.id.empty() && !context.session_id.empty() && frame.at("s").integer()) {
    event.id = fmt::format("qq:{}:{}", context.session_id, frame.at("s").text());
  }
  if (event.type == "message") complete_message(event, d, context);
  event.fields.push_back({"qq.event", frame.at("t").text()});
  add("qq.event_id", frame.at("id").text());
  add("qq.appid", context.appid);
  if (event.type == "notice" && event.detail_type.starts_with("qq.")) event.fields.push_back({"qq.raw", d.value()});
}

struct Repeat {
  std::string_view t{};
  std::string_view key{};  // what its id is a name of, whichever event tells it
  std::string_view id{};
};

constexpr std::array<Repeat, 9> kRepeats = {{{"C2C_MESSAGE_CREATE", "message/c2c", "id"},
                                             {"GROUP_AT_MESSAGE_CREATE", "message/group", "id"},
                                             {"GROUP_MESSAGE_CREATE", "message/group", "id"},
                                             {"AT_MESSAGE_CREATE", "message/channel", "id"},
                                             {"MESSAGE_CREATE", "message/channel", "id"},
                                             {"DIRECT_MESSAGE_CREATE", "message/direct", "id"},
                                             {"MESSAGE_DELETE", "delete", "message.id"},
                                             {"PUBLIC_MESSAGE_DELETE", "delete", "message.id"},
                                             {"DIRECT_MESSAGE_DELETE", "delete", "message.id"}}};

}  // namespace

Result<Events> translate(View frame, const Context& context) {
  const View op = frame.at("op"), t = frame.at("t");
  if (!frame.is_object()) return fail(onebot::Retcode::bad_request, "a frame must be a JSON object");
  if (op.is_missing() && t.is_missing()) return fail(onebot::Retcode::bad_request, "a frame without \"op\" and \"t\"");
  const bool dispatch = op.is_missing() || op.integer() == 0;
  if (!dispatch || std::ranges::find(kSessionEvents, t.str()) != std::end(kSessionEvents)) return Events{};

  onebot::Self self = context.self;
  if (self.platform.empty()) self.platform = "qq";
  Events events = read(frame, self);
  const View d = frame.at("d");
  std::erase_if(events, [&](const Event& event) { return event.type == "message" && is_own_echo(d, self); });
  for (Event& event : events) complete(event, frame, context);
  return events;
}

Result<Events> translate_payload(std::string_view, View native, const onebot::Self& self) {
  return translate(native, {.self = self});
}

std::vector<std::string> keys(View frame) {
  std::vector<std::string> out;
  const auto add = [&out](std::string key) {
    if (key.size() <= kMaxKey) out.push_back(std::move(key));
  };
  if (const std::string id = frame.at("id").text(); !id.empty()) add("frame/" + id);
  const std::string_view t = frame.at("t").str();
  const auto repeat = std::ranges::find(kRepeats, t, &Repeat::t);
  if (repeat == kRepeats.end()) return out;
  const View d = frame.at("d");
  const std::string id = d.at(repeat->id).text();
  if (id.empty()) return out;
  std::string key = fmt::format("{}/{}", repeat->key, id);
  if (const std::string_view index = scene_value(d, "msg_idx"); !index.empty()) key += fmt::format("/{}", index);
  add(std::move(key));
  return out;
}

}  // namespace qq
