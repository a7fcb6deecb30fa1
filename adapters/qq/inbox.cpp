#include "adapters/qq/inbox.h"

#include <fmt/format.h>

#include <utility>

namespace qq {

using onebot::Native;
using onebot::Trait;

Inbox::Inbox(const Parts& parts, std::string app_id) : parts_(parts), context_{.appid = std::move(app_id)} {
  context_.message_id_of = [&messages = parts_.memory.messages](std::string_view index) {
    return messages.id_of(index);
  };
}

void Inbox::take(onebot::json::View frame, Delivery delivery) {
  const Native native = native_of(frame);
  onebot::Arrival arrival{
      .keys = keys(native), .records = std::move(delivery.records), .committed = std::move(delivery.committed)};
  // Without an id of its own, a frame that is played back is known by the way it came.
  if (native.id.empty() && !delivery.name.empty()) arrival.keys.push_back(std::move(delivery.name));
  if (parts_.interactions) arrival.committed = parts_.interactions->after(native, std::move(arrival.committed));
  if (parts_.memory.is_own_echo(native)) {
    parts_.log.count("own_echoes");
  } else {
    parts_.memory.learn(native, parts_.identity.self(), parts_.loop.wall());
    parts_.audits.hear(native);
    arrival.events = read(native, std::move(delivery.session_id));
  }
  parts_.events.emit(std::move(arrival));
}

std::vector<onebot::Event> Inbox::read(const Native& native, std::string session_id) {
  context_.self = parts_.identity.self();
  context_.name = parts_.identity.name();
  context_.session_id = std::move(session_id);
  auto events = translate(native, context_);
  if (events && native.trait(Trait::Kind::own_twice)) {
    const auto told = [this](const onebot::Event& event) { return own_guilds_.repeats(event, parts_.loop.now()); };
    parts_.log.count("events_duplicate", std::erase_if(*events, told));
  }
  if (!events || is_malformed(*events)) {
    parts_.log.count("events_malformed");
    parts_.log.line(onebot::LogLevel::warn,
                    fmt::format("event malformed id=\"{}\" seq={}", native.id, native.frame.at("s").text()));
  }
  if (!events) return {};
  for (const onebot::Event& event : *events) parts_.memory.learn(event);
  return *std::move(events);
}

}  // namespace qq
