// Inbox: what one delivery of the platform becomes: its events, the names by which repeats are dropped, and what else
// is to be done once it is on disk. Every part that acts on an event is asked here, and nowhere else.

#pragma once

#include "adapters/kit/identity.h"
#include "adapters/qq/audits.h"
#include "adapters/qq/events/events.h"
#include "adapters/qq/feed/receiver.h"
#include "adapters/qq/interactions.h"
#include "adapters/qq/memory.h"
#include "adapters/qq/own_guilds.h"
#include "onebot/adapter.h"
#include "onebot/json.h"
#include "onebot/translate.h"

#include <string>
#include <vector>

namespace qq {

class Inbox {
 public:
  struct Parts {
    onebot::EventSink& events;
    onebot::Log& log;
    onebot::io::Loop& loop;
    const kit::Profile& self;
    Memory& memory;
    Audits& audits;
    Interactions* interactions = nullptr;  // nullptr: applications acknowledge them
  };

  Inbox(const Parts& parts, std::string app_id);

  // A dispatch, well-formed or not.
  void take(onebot::json::View frame, Delivery delivery);

 private:
  std::vector<onebot::Event> read(const onebot::Native& native, std::string session_id);

  Parts parts_;
  OwnGuilds own_guilds_{};
  Context context_{};
};

}  // namespace qq
