#include "bridge/meta.h"

#include "onebot/encoding.h"
#include "onebot/event.h"

#include <utility>

namespace bridge {

using onebot::Fields;
using onebot::Value;

std::string MetaEvents::event(std::string detail_type, std::string name, Value value) const {
  const double now = loop_.wall();
  return onebot::to_json({.id = onebot::make_event_id(now),
                          .time = now,
                          .type = "meta",
                          .detail_type = std::move(detail_type),
                          .fields = {{std::move(name), std::move(value)}}});
}

std::string MetaEvents::connect_event() const { return event("connect", "version", version()); }

std::string MetaEvents::status_event() const { return event("status_update", "status", status()); }

std::string MetaEvents::changed_event(const std::optional<Bot::State>& former) const {
  if (!former) return status_event();
  onebot::List bots = bots_.states();
  bots.insert(bots.begin(), as_value(*former));
  return event("status_update", "status", Fields{{"good", durability_.healthy()}, {"bots", std::move(bots)}});
}

std::string MetaEvents::heartbeat_event(std::chrono::milliseconds interval) const {
  return event("heartbeat", "interval", Value(std::int64_t{interval.count()}));
}

Value MetaEvents::status() const { return Fields{{"good", durability_.healthy()}, {"bots", bots_.states()}}; }

Value MetaEvents::version() const {
  return Fields{{"impl", "onebridge"},
                {"version", version_},
                {"onebot_version", "12"},
                {"onebridge.max_request", std::int64_t{onebot::kMaxRequest}}};
}

}  // namespace bridge
