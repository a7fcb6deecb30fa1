// Heard: ids of messages that the bot has not seen itself and that an event named to applications: what somebody quotes
// or reacts to. Whatever was told can be answered. Platform: autogen/event/c2c_message_create (msg_elements).
//
// In private chats and groups the platform calls a quoted message by an index, which quotes it again and does nothing
// else.
//
//   record = "heard", id -> chat-key [ " index" ]

#pragma once

#include "adapters/kit/remembered.h"
#include "adapters/qq/chat.h"
#include "adapters/qq/known_messages.h"
#include "onebot/event.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace qq {

struct HeardMessage {
  Chat chat{};
  bool is_index = false;  // and no id
};

class Heard {
 public:
  static constexpr std::string_view kRecord = "heard";
  static constexpr std::size_t kMost = 2'000;

  explicit Heard(onebot::Remember remember);

  void recall(const std::vector<onebot::Record>& records) { messages_.recall(records); }
  // What an event tells applications of messages that are not among those the bot has seen.
  void learn(const onebot::Event& event, const Messages& seen);
  const HeardMessage* find(std::string_view id) const { return messages_.find(id); }

 private:
  kit::Remembered<HeardMessage> messages_;
};

}  // namespace qq
