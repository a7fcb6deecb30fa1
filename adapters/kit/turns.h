// Turns: who may speak in a chat. Messages to one chat go out one after the other, in the order they were asked for;
// chats do not wait for each other.

#pragma once

#include "onebot/io.h"
#include "onebot/lifetime.h"
#include "onebot/result.h"
#include "onebot/task.h"
#include "onebot/told.h"

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>
#include <utility>

namespace kit {

class Turns {
 public:
  static constexpr std::size_t kMostInChat = 200, kMost = 5'000;

  // Runs go at once or when those before it have left. Error: queue_full, too many wait already.
  onebot::Status join(const std::string& chat, onebot::Then go);
  // The one whose turn it is has been answered. The next is run inside.
  void leave(const std::string& chat);
  void clear() { chats_.clear(), waiting_ = 0; }

 private:
  std::unordered_map<std::string, std::deque<onebot::Then>> chats_{};  // present: somebody has the turn
  std::size_t waiting_ = 0;
};

// A message's turn in its chat. Whoever has it keeps it until this goes out of scope.
class Turn {
 public:
  Turn() = default;
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  ~Turn() {
    if (turns_) turns_->leave(chat_);
  }

  // For co_await, once: when those before it have left. Error: queue_full. The turns outlive this.
  auto enter(Turns& turns, std::string chat) {
    chat_ = std::move(chat);
    return onebot::until_told<onebot::Status>([this, &turns](auto tell) -> onebot::io::Owner {
      auto joined = turns.join(chat_, lifetime_.guard([this, &turns, tell] {
        turns_ = &turns;
        tell({});
      }));
      if (!joined) tell(std::move(joined));
      return nullptr;
    });
  }

 private:
  Turns* turns_ = nullptr;  // once it has come
  std::string chat_{};
  onebot::Lifetime lifetime_{};
};

}  // namespace kit
