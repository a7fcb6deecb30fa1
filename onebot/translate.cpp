#include "onebot/translate.h"

#include <fmt/format.h>

#include <utility>

namespace onebot {
namespace {

json::View locate_one(std::string_view path, json::View native, json::View item) {
  if (path == "$") return item;
  return path.starts_with("$.") ? item.at(path.substr(2)) : native.at(path);
}

json::View locate(std::string_view path, json::View native, json::View item) {
  for (;;) {
    const auto bar = path.find('|');
    const json::View found = locate_one(path.substr(0, bar), native, item);
    const bool empty = found.is_null() || (found.is_string() && found.str().empty());
    if (!empty || bar == std::string_view::npos) return found;
    path.remove_prefix(bar + 1);
  }
}

bool is_equal(json::View view, std::string_view text) {
  if (view.is_bool()) return text == (view.boolean() ? "true" : "false");
  return view.text() == text;
}

bool is_empty(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return value.is_null() || (text && text->empty());
}

}  // namespace

Value as_text(json::View view) { return view.text(); }
Value as_is(json::View view) { return view.value(); }
Value as_json(json::View view) { return view.dump(); }

bool EventRule::matches(json::View native) const {
  return when_path_.empty() || is_equal(native.at(when_path_), when_equals_);
}

Result<std::vector<Event>> EventRule::apply(double time, json::View native, const Self& self) const {
  std::vector<Event> events;
  const json::View items = native.at(each_);
  const std::size_t count = each_.empty() ? 1 : items.size();
  events.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    ONEBOT_TRY(event, build(time, native, each_.empty() ? json::View() : items[i], self));
    events.push_back(std::move(event));
  }
  return events;
}

Result<Event> EventRule::build(double time, json::View native, json::View item, const Self& self) const {
  const double own_time = read_time_ ? read_time_(locate(time_path_, native, item)) : 0;
  Event event{.time = own_time > 0 ? own_time : time,
              .type = std::string(type_),
              .detail_type = std::string(detail_type_),
              .sub_type = read_sub_type_ ? read_sub_type_(native, item, self) : std::string(sub_type_),
              .self = self};
  if (read_message_) {
    ONEBOT_TRY(message, read_message_(native, self));
    event.message = std::move(message);
  }
  event.fields.reserve(take_count_ + 4);
  for (std::size_t i = 0; i < take_count_; ++i) fill(event, takes_[i], native, item, self);
  return event;
}

void EventRule::fill(Event& event, const Take& take, json::View native, json::View item, const Self& self) const {
  Value value;
  switch (take.from) {
    case From::self:
      value = self.user_id;
      break;
    case From::text:
      value = take.path;
      break;
    case From::flag:
      value = !take.path.empty();
      break;
    case From::function:
      value = take.read(native, item, self);
      break;
    case From::path:
      if (const json::View found = locate(take.path, native, item); !found.is_null()) value = take.convert(found);
      break;
  }
  if (!take.keep && is_empty(value) && take.field.find('.') != std::string_view::npos) return;
  if (value.is_null()) value = std::string();
  event.fields.push_back({std::string(take.field), std::move(value)});
}

const EventRule* RuleIndex::find(std::span<const EventRule> rules, std::string_view name, json::View native) const {
  for (std::size_t slot = hash(name); slots_[slot] != 0; slot = (slot + 1) % kSlots) {
    const EventRule& rule = rules[slots_[slot] - 1U];
    if (rule.native() == name && rule.matches(native)) return &rule;
  }
  return nullptr;
}

const EventRule* find_rule(const EventTable& table, std::string_view name, json::View native) {
  return table.index.find(table.rules, name, native);
}

Result<std::vector<Event>> translate(const EventTable& table, json::View frame, const Self& self,
                                     std::string_view name) {
  const Envelope& envelope = table.envelope;
  const json::View native = frame.at(envelope.payload);
  if (name.empty()) name = frame.at(envelope.name).str();
  const EventRule* rule = find_rule(table, name, native);
  if (!rule && !table.unknown) return std::vector<Event>{};

  const double time = envelope.time.empty() ? 0 : envelope.read_time(frame.at(envelope.time));
  const std::string id = envelope.id.empty() ? std::string() : frame.at(envelope.id).text();
  std::vector<Event> events;
  if (rule) {
    ONEBOT_TRY(built, rule->apply(time, native, self));
    events = std::move(built);
  } else {
    events.push_back(table.unknown(name, frame, native, self));
  }
  for (std::size_t i = 0; i < events.size(); ++i) {
    Event& event = events[i];
    event.id = rule && rule->is_each() && !id.empty() ? fmt::format("{}.{}", id, i) : id;
    if (event.time <= 0) event.time = time;
    if (table.complete) table.complete(event, frame, native, self);
  }
  return events;
}

}  // namespace onebot
