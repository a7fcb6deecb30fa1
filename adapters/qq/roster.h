// Roster: the users and groups that the bot has met, kept over restarts. The platform lists neither, so it is what
// events have shown: a part of the whole. Platform: autogen/event/friend_add, group_add_robot.
//
//   record = "met", chat-key -> "-" name      of users (c2c) and groups

#pragma once

#include "adapters/kit/remembered.h"
#include "adapters/qq/chat.h"
#include "onebot/adapter.h"
#include "onebot/value.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace qq {

class Roster {
 public:
  static constexpr std::string_view kRecord = "met";
  static constexpr std::size_t kMost = 10'000;

  explicit Roster(onebot::Remember remember);

  void recall(onebot::EventSink& events) { met_.recall(events.recall(kRecord)); }
  // name: "" = as it was.
  void meet(const Chat& chat, std::string_view name);
  void leave(const Chat& chat) { met_.forget(chat_key(chat)); }
  const std::string* name_of(const Chat& chat) const { return met_.find(chat_key(chat)); }  // nullptr: never met
  onebot::List users() const;   // as get_friend_list tells them
  onebot::List groups() const;  // as get_group_list does

 private:
  kit::Remembered<std::string> met_;
};

}  // namespace qq
