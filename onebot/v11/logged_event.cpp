#include "onebot/v11/logged_event.h"

#include "onebot/standard.h"
#include "onebot/v11/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace onebot::v11 {

json::View extra(json::View object, std::string_view name) {
  json::View found;
  object.members([&](std::string_view member, json::View value) {
    if (found.is_missing() && has_prefix(member) && without_prefix(member) == name) found = value;
  });
  return found;
}

std::string extra_text(json::View object, std::string_view names) {
  while (!names.empty()) {
    const std::string_view name = take_word(names);
    if (std::string text = extra(object, name).text(); !text.empty()) return text;
  }
  return {};
}

Native channel_of(std::string_view platform, std::string_view guild_id, std::string_view channel_id) {
  return {Kind::channel, std::string(platform), fmt::format("{}/{}", guild_id, channel_id)};
}

void append_place(Fields& fields, const Native& place) {
  if (place.kind == Kind::group) return set(fields, "group_id", place.id);
  const auto slash = place.id.find('/');
  set(fields, "guild_id", place.id.substr(0, slash));
  set(fields, "channel_id", slash == std::string::npos ? std::string() : place.id.substr(slash + 1));
}

std::int64_t LoggedEvent::time() const {
  const double time = std::floor(event_.at("time").number().value_or(0));
  return std::abs(time) < static_cast<double>(kMostExact) ? static_cast<std::int64_t>(time) : 0;
}

Native LoggedEvent::user(std::string_view member) const {
  return {Kind::user, std::string(platform()), std::string(text(member))};
}

Native LoggedEvent::group() const {
  if (!text("group_id").empty()) return {Kind::group, std::string(platform()), std::string(text("group_id"))};
  if (!in_channel()) return {Kind::group, std::string(platform()), ""};
  return channel_of(platform(), text("guild_id"), text("channel_id"));
}

Native LoggedEvent::chat() const {
  Native place = group();
  return place.id.empty() ? user() : place;
}

}  // namespace onebot::v11
