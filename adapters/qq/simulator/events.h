// Events: native events as they are played: completed, made known to what can be answered, and sent to the gateway's
// sessions or, when there are none, to the bot's address.

#pragma once

#include "adapters/qq/simulator/chats.h"
#include "adapters/qq/simulator/community.h"
#include "adapters/qq/simulator/pushes.h"
#include "adapters/qq/simulator/sessions.h"
#include "onebot/io.h"
#include "onebot/json.h"
#include "onebot/result.h"
#include "onebot/value.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace qq::simulator {

class Events {
 public:
  Events(Gateway& gateway, Pushes& pushes, Chats& chats, Community& community, onebot::io::Loop& loop)
      : gateway_(gateway), pushes_(pushes), chats_(chats), community_(community), loop_(loop) {}

  onebot::Status play(onebot::json::View native);
  void emit(std::string_view name, const std::string& id, const onebot::Value& content);

 private:
  Gateway& gateway_;
  Pushes& pushes_;
  Chats& chats_;
  Community& community_;
  onebot::io::Loop& loop_;
  std::int64_t played_ = 0;
};

}  // namespace qq::simulator
