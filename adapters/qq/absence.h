// Absence: what is sent while the gateway is away. For about a minute after a lost connection the platform takes
// messages to users and groups and shows them to nobody, so they wait for the session; but not for long, since it may
// show them all the same.

#pragma once

#include "adapters/qq/chat.h"
#include "onebot/action.h"
#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/task.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string_view>
#include <utility>

namespace qq {

class Absence {
 public:
  static constexpr std::chrono::seconds kPatience{5};
  static constexpr std::size_t kMost = 100;  // wait at once; further ones do not

  // away: at this moment.
  Absence(std::function<bool()> away, onebot::io::Loop& loop, onebot::Log& log)
      : away_(std::move(away)), loop_(loop), log_(log) {}

  // Waits for the session, until kPatience after it was asked for. True: it is away still, and the chat minds.
  onebot::Task<bool> outlasts(Chat::Kind kind, std::chrono::milliseconds asked_at);
  // What was sent meanwhile; told to whoever asked.
  onebot::ActionResult warn(onebot::ActionResult sent) const;

 private:
  std::function<bool()> away_;
  onebot::io::Loop& loop_;
  onebot::Log& log_;
  std::size_t waiting_ = 0;
};

}  // namespace qq
