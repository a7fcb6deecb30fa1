// LoggedEvent: an event as the log has it, read by the names the standard gives its members.
//
// What a platform adds has a name with a prefix ("<prefix>.user_name"). Which prefix is the platform's affair: here a
// name counts by what stands behind its first dot.

#pragma once

#include "onebot/json.h"
#include "onebot/v11/rows.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace onebot::v11 {

constexpr bool has_prefix(std::string_view name) { return name.find('.') != std::string_view::npos; }
// What stands behind the first dot of a name; all of a name without one.
constexpr std::string_view without_prefix(std::string_view name) {
  return has_prefix(name) ? name.substr(name.find('.') + 1) : name;
}
// Whether a name is what the pattern says: "*.name" with any prefix, "*.name_*", "*" or the name itself.
constexpr bool fits(std::string_view pattern, std::string_view name) {
  if (pattern.starts_with("*.")) {
    if (!has_prefix(name)) return false;
    pattern.remove_prefix(2);
    name = without_prefix(name);
  }
  if (pattern.ends_with('*')) return name.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == name;
}

// The member that has a prefix and this name behind it.
json::View extra(json::View object, std::string_view name);
// The text of the first of these extras ("user_name nick", separated by one blank) that is there and not empty.
std::string extra_text(json::View object, std::string_view names);

// A channel as rows call it, and where a group or channel is for OneBot 12: "group_id", or "guild_id" and "channel_id".
Native channel_of(std::string_view platform, std::string_view guild_id, std::string_view channel_id);
void append_place(Fields& fields, const Native& place);

class LoggedEvent {
 public:
  // place: its number in the log; 0: it is not there.
  explicit LoggedEvent(json::View event, std::uint64_t place = 0) : event_(event), place_(place) {}

  json::View view() const { return event_; }
  std::uint64_t place() const { return place_; }
  std::int64_t time() const;  // whole seconds, rounded down
  std::string_view type() const { return text("type"); }
  std::string_view detail() const { return text("detail_type"); }
  std::string_view sub() const { return text("sub_type"); }
  std::string_view platform() const { return event_.at("self.platform").str(); }
  std::string_view self() const { return event_.at("self.user_id").str(); }

  std::string_view text(std::string_view member) const { return event_.at(member).str(); }
  std::string extra(std::string_view names) const { return extra_text(event_, names); }
  Native user(std::string_view member = "user_id") const;
  // The group or channel; its id is "" when there is none.
  Native group() const;
  Native chat() const;  // that, or else its user
  bool in_channel() const { return !text("channel_id").empty(); }

 private:
  json::View event_;
  std::uint64_t place_ = 0;
};

}  // namespace onebot::v11
