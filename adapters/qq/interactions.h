// Interactions: tells the platform that a person's button or menu was noticed, which it waits for about 3 s before it
// shows the person a failure. Platform: openapi interactions/{interaction_id}.
//
// Told when the event is on disk, once for each interaction, however often it is delivered.

#pragma once

#include "adapters/qq/calls/api.h"
#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/lifetime.h"
#include "onebot/told.h"
#include "onebot/translate.h"

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace qq {

class Interactions {
 public:
  static constexpr std::size_t kMostKnown = 1'000;

  Interactions(Api& api, onebot::Log& log) : api_(api), log_(log) {}

  // Whether this is what the platform waits for.
  static bool waits(const onebot::Native& native);
  // What to call when the event is on disk, or cannot be: first `committed`, then the platform is told, if it waits.
  onebot::Told<bool> after(const onebot::Native& native, onebot::Told<bool> committed);
  void stop() {  // nobody is told any more
    stored_.emplace();
    calls_.clear();
  }

 private:
  void acknowledge(const std::string& id);

  Api& api_;
  onebot::Log& log_;
  std::deque<std::string> known_{};  // told already, oldest first
  std::map<std::string, onebot::io::Owner, std::less<>> calls_{};
  std::optional<onebot::Lifetime> stored_{std::in_place};  // of those that wait for the disk
};

}  // namespace qq
