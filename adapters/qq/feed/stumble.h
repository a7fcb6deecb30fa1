// Stumble: whether connections break at one place of their session. A resume brings what broke one back, for ever, so
// the second time the session has to go.

#pragma once

#include "adapters/qq/feed/gateway.h"

#include <optional>
#include <utility>

namespace qq {

class Stumble {
 public:
  void passed_over() { passed_over_ = true; }  // a message was too long, so that its number is not known
  void went_on() { passed_over_ = false; }     // a dispatch came behind it
  void broke() { broke_ = true; }              // what came could not be read at all

  // The connection has ended, where the session stands. True: for the second time here.
  bool again(const Session& at, bool resuming) {
    const bool passed_over = std::exchange(passed_over_, false) && resuming;
    if (!std::exchange(broke_, false) && !passed_over) return false;
    if (last_ != at) {
      last_ = at;
      return false;
    }
    last_.reset();
    return true;
  }

 private:
  bool passed_over_ = false, broke_ = false;
  std::optional<Session> last_{};  // where one broke
};

}  // namespace qq
