// Turns: who may speak in a chat. Messages to one chat go out one after the other, in the order they were asked for;
// chats do not wait for each other.

#pragma once

#include "onebot/result.h"

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>

namespace kit {

class Turns {
 public:
  static constexpr std::size_t kMostInChat = 200, kMost = 5'000;

  // Runs go at once or when those before it have left. Error: queue_full, too many wait already.
  onebot::Status join(const std::string& chat, std::function<void()> go);
  // The one whose turn it is has been answered. The next is run inside.
  void leave(const std::string& chat);
  void clear() { chats_.clear(), waiting_ = 0; }

 private:
  std::unordered_map<std::string, std::deque<std::function<void()>>> chats_{};  // present: somebody has the turn
  std::size_t waiting_ = 0;
};

}  // namespace kit
