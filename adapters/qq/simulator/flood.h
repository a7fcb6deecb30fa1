// Flood: many messages to a group at a steady rate: " flood 0 ....", " flood 1 ....".

#pragma once

#include "adapters/kit/simulator/call.h"
#include "adapters/qq/simulator/chats.h"
#include "adapters/qq/simulator/events.h"
#include "onebot/io.h"
#include "onebot/value.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>

namespace qq::simulator {

class Flood {
 public:
  Flood(Events& events, Chats& chats, onebot::io::Loop& loop) : events_(events), chats_(chats), loop_(loop) {}

  // count messages, `rate` a second, each with about `bytes` of text.
  Reply begin(const kit::simulator::Call& call);
  bool is_pouring() const { return !streams_.empty(); }

 private:
  struct Stream {
    std::int64_t count = 0, sent = 0;
    double rate = 1000;  // a second
    std::size_t bytes = 100;
    std::chrono::milliseconds since{0};
  };

  void pour();
  void send(Stream& stream);

  Events& events_;
  Chats& chats_;
  onebot::io::Loop& loop_;
  std::list<Stream> streams_{};
  std::int64_t number_ = 0;
  onebot::io::Owner pouring_{};
};

}  // namespace qq::simulator
