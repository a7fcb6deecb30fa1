#include "onebot/event_rule.h"

#include <algorithm>
#include <utility>

namespace onebot {
namespace {

bool is_equal(json::View view, std::string_view text) {
  if (view.is_bool()) return text == (view.boolean() ? "true" : "false");
  return view.text() == text;
}

bool is_empty(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return value.is_null() || (text && text->empty());
}

}  // namespace

const Trait* EventRule::trait(Trait::Kind kind) const {
  const auto all = traits();
  const auto found = std::ranges::find(all, kind, &Trait::kind);
  return found == all.end() ? nullptr : &*found;
}

bool EventRule::matches(json::View native) const {
  return when_path_.empty() || is_equal(native.at(when_path_), when_equals_);
}

Result<std::vector<Event>> EventRule::apply(double time, json::View native, const Self& self) const {
  std::vector<Event> events;
  if (type_.empty()) return events;  // ignored
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

}  // namespace onebot
