#include "onebot/translate.h"

#include <fmt/format.h>

#include <utility>

namespace onebot {

json::View Native::at(std::string_view path) const { return locate(path, payload); }

const EventRule* RuleIndex::find(std::span<const EventRule> rules, std::string_view name, json::View native) const {
  for (std::size_t slot = hash(name); slots_[slot] != 0; slot = (slot + 1) % kSlots) {
    const EventRule& rule = rules[slots_[slot] - 1U];
    if (rule.native() == name && rule.matches(native)) return &rule;
  }
  return nullptr;
}

const EventRule* find_rule(const EventTable& table, std::string_view name, json::View payload) {
  return table.index.find(table.rules, name, payload);
}

Native read_native(const EventTable& table, json::View frame, std::string_view name) {
  const Envelope& envelope = table.envelope;
  Native native{.name = name.empty() ? frame.at(envelope.name).str() : name,
                .id = envelope.id.empty() ? std::string() : frame.at(envelope.id).text(),
                .time = envelope.time.empty() ? 0 : envelope.read_time(frame.at(envelope.time)),
                .payload = frame.at(envelope.payload),
                .frame = frame};
  native.rule = find_rule(table, native.name, native.payload);
  return native;
}

Result<std::vector<Event>> translate(const EventTable& table, const Native& native, const Self& self) {
  std::vector<Event> events;
  if (native.rule) {
    ONEBOT_TRY(built, native.rule->apply(native.time, native.payload, self));
    events = std::move(built);
  } else if (table.unknown) {
    events.push_back(table.unknown(native, self));
  }
  const bool numbered = native.rule && native.rule->is_each() && !native.id.empty();
  for (std::size_t i = 0; i < events.size(); ++i) {
    Event& event = events[i];
    event.id = numbered ? fmt::format("{}.{}", native.id, i) : native.id;
    if (event.time <= 0) event.time = native.time;
    if (table.complete) table.complete(event, native, self);
  }
  return events;
}

Result<std::vector<Event>> translate(const EventTable& table, json::View frame, const Self& self,
                                     std::string_view name) {
  return translate(table, read_native(table, frame, name), self);
}

}  // namespace onebot
