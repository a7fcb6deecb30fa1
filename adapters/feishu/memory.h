// Memory: what earlier events told and later ones leave out: who wrote a message and where, what kind a chat is,
// by what other id a person goes. Bounded: the oldest is forgotten.

#pragma once

#include "adapters/kit/remembered.h"

#include <string>
#include <string_view>

namespace feishu {

using kit::Recent;

struct Memory {
  struct Message {
    std::string user_id{};  // who wrote it, as applications see it
    std::string chat_id{};
  };

  Recent<Message> messages{20'000};
  Recent<bool> chats{20'000};           // true: between the bot and one person
  Recent<std::string> aliases{20'000};  // the id under which a person is known -> the one to send to

  std::string author(std::string_view message_id) const {
    const Message* message = messages.find(message_id);
    return message ? message->user_id : std::string();
  }
  std::string chat_of(std::string_view message_id) const {
    const Message* message = messages.find(message_id);
    return message ? message->chat_id : std::string();
  }
  // An unknown chat is taken for a group.
  bool is_private(std::string_view chat_id) const {
    const bool* known = chats.find(chat_id);
    return known && *known;
  }
};

}  // namespace feishu
