// Event: one thing that happened. Spec: connect/data-protocol/event.

#pragma once

#include "onebot/segment.h"
#include "onebot/value.h"

#include <string>
#include <string_view>

namespace onebot {

struct Self {
  std::string platform{};  // as in the configuration
  std::string user_id{};   // may be empty until the platform has told it; such a bot is not announced yet
  bool operator==(const Self&) const = default;
};

struct Event {
  std::string id{};           // unique; empty until the bridge stamps it
  double time = 0;            // seconds since the epoch, as the platform reports it; 0: stamped by the bridge
  std::string type{};         // "message", "notice", "request" or "meta"
  std::string detail_type{};  // "group", "friend_increase", or with a prefix
  std::string sub_type{};
  Self self{};                // empty for meta events
  Message message{};          // only when type is "message"
  std::string alt_message{};  // only when type is "message"; empty: made by alt_text()
  Fields fields{};            // everything else, in the order it is written
};

// The one serialisation of an event; compact, valid UTF-8.
void append_json(std::string& out, const Event& event);
std::string to_json(const Event& event);

// The JSON of an event's "self", as append_json() writes it; looks at no more than what stands before it. "" when it
// has none. event: what append_json() has written.
std::string_view self_in(std::string_view event);
std::string to_json(const Self& self);

// A UUIDv7: unique, and rising with time.
std::string make_event_id(double now_seconds);

}  // namespace onebot
