#include "bridge/hindsight.h"

#include "onebot/event.h"
#include "onebot/json.h"

#include <algorithm>

namespace bridge {

using onebot::Seq;

Hindsight::Hindsight(onebot::EventLog& log, const Bots& bots, Whereabouts& whereabouts)
    : bots_(bots),
      whereabouts_(whereabouts),
      until_(log.next()),
      reader_(log, until_ - std::min(until_, kEvents), 0, [this] { read(); }) {
  read();
}

void Hindsight::read() {
  while (reader_.position() < until_) {
    const auto entry = reader_.next();
    if (!entry) return;
    learn(entry->json);
  }
}

void Hindsight::learn(std::string_view json) {
  const std::string_view self = onebot::self_in(json);
  const auto bot = std::ranges::find_if(bots_.all(), [self](const Bot* one) { return one->goes_by(self); });
  if (bot == bots_.all().end()) return;
  if (const auto event = onebot::json::Document::parse(json)) whereabouts_.met((*bot)->number(), event->root());
}

}  // namespace bridge
