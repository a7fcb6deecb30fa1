// Memory: what a bot keeps of its chats, each part with a rule of its own, and what an event adds to them. Which event
// teaches what is said by its row (events/table.cpp).
//
// On disk, besides the parts': record = "own_member", group -> what the bot is called there

#pragma once

#include "adapters/qq/chat.h"
#include "adapters/qq/consent.h"
#include "adapters/qq/heard.h"
#include "adapters/qq/known_messages.h"
#include "adapters/qq/messages/media.h"
#include "adapters/qq/people.h"
#include "adapters/qq/quotas.h"
#include "adapters/qq/replies.h"
#include "adapters/qq/roster.h"
#include "onebot/adapter.h"
#include "onebot/event.h"
#include "onebot/translate.h"

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace qq {

class Memory {
 public:
  static constexpr std::string_view kMemberRecord = "own_member";
  static constexpr std::size_t kMostMembers = 10'000;

  Memory(std::vector<Quota> limits, const onebot::Remember& remember);

  void recall(onebot::EventSink& events, double wall);
  // wall: seconds, now.
  void learn(const onebot::Native& native, const onebot::Self& self, double wall);
  // What applications are told of the same.
  void learn(const onebot::Event& event) { heard.learn(event, messages); }
  // Whether it shows the bot what it wrote itself.
  bool is_own_echo(const onebot::Native& native) const;

  Replies replies;
  Messages messages;
  Heard heard;
  Consent consent;
  Quotas quotas;
  FileInfos file_infos;
  People people;
  Roster roster;

 private:
  void meet(const Chat& chat, const onebot::Native& native);
  void learn_message(const Chat& chat, const onebot::Native& native, double wall);
  void learn_person(const Chat& chat, const onebot::Native& native);
  void learn_own_member(const Chat& chat, const onebot::Native& native, const onebot::Self& self);

  onebot::Remember remember_;
  std::set<std::string, std::less<>> own_members_{};  // what the bot is called in groups
};

}  // namespace qq
