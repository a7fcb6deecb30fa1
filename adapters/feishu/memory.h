// Memory: what earlier events, lists and actions told and later ones leave out: who wrote a message and where, in
// which thread, what kind a chat is, by what other id a person goes, what they are called, who is in a group, what was
// sent together. Bounded.
//
// On disk: record = "private_chat", chat -> "p2p" | "alias", person -> id to send to | "sent", id -> ids, by blanks

#pragma once

#include "adapters/feishu/members.h"
#include "adapters/feishu/threads.h"
#include "adapters/kit/remembered.h"
#include "onebot/adapter.h"
#include "onebot/event.h"
#include "onebot/json.h"
#include "onebot/value.h"

#include <string>
#include <string_view>
#include <vector>

namespace feishu {

struct Account;
struct Native;

struct Memory {
  struct Message {
    std::string user_id{};  // who wrote it, as applications see it
    std::string chat_id{};
  };

  kit::Recent<Message> messages{20'000};
  kit::Remembered<bool> chats;                               // true: between the bot and one person
  kit::Remembered<std::string> aliases;                      // the id a person is known by -> the one to send to
  kit::Remembered<std::vector<std::string>> groups_of_sent;  // first message id -> all of that OneBot message
  kit::Recent<std::string> names{5000};                      // of people, as far as lists told them
  kit::Recent<bool> topic_chats{5000};  // groups in which every message begins a topic or is in one
  Members members{};
  Threads threads{};

  explicit Memory(const onebot::Remember& remember);

  // What earlier runs of the program have kept.
  void recall(onebot::EventSink& events);
  // Keeps what later events will not say.
  void learn(const Native& native, const std::vector<onebot::Event>& events, const Account& account);
  // The messages of the platform that one OneBot message became; they go by the id of the first.
  void keep_sent(std::vector<std::string> ids);
  std::vector<std::string> sent_with(std::string_view first) const;
  // The people in what a list told.
  void learn_names(const onebot::Value& told);

  std::string author(std::string_view message_id) const {
    const Message* message = messages.find(message_id);
    return message ? message->user_id : std::string();
  }
  std::string chat_of(std::string_view message_id) const {
    const Message* message = messages.find(message_id);
    return message ? message->chat_id : std::string();
  }
  // Of an unknown chat neither is true.
  bool is_private(std::string_view chat_id) const {
    const bool* known = chats.find(chat_id);
    return known && *known;
  }
  bool is_group(std::string_view chat_id) const {
    const bool* known = chats.find(chat_id);
    return known && !*known;
  }

 private:
  void learn_thread(const onebot::Event& message, const Account& account);
  void learn_chat_of(const onebot::Event& event, const Account& account);
  void learn_alias(onebot::json::View sender, const Account& account);
};

}  // namespace feishu
