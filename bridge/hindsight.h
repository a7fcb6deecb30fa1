// Hindsight: what the newest events of an earlier run teach, read once after the start, a page at a time.

#pragma once

#include "bridge/bot.h"
#include "bridge/whereabouts.h"
#include "onebot/event_log.h"

namespace bridge {

class Hindsight {
 public:
  static constexpr onebot::Seq kEvents = 10'000;

  // All of these outlive it.
  Hindsight(onebot::EventLog& log, const Bots& bots, Whereabouts& whereabouts);
  Hindsight(const Hindsight&) = delete;

 private:
  void read();
  void learn(std::string_view json);

  const Bots& bots_;
  Whereabouts& whereabouts_;
  const onebot::Seq until_;
  onebot::EventLog::Reader reader_;
};

}  // namespace bridge
