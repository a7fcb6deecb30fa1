// Consent: which users and groups have switched off what the bot sends unasked. The platform tells it in events, and
// refuses such messages (40054013, 40034105); asking here first spares the call.
// Platform: server-inter/user/manage/event, server-inter/group/manage/event.
//
// On disk: record = "consent", chat-key -> ("off" / "on") " " seconds

#pragma once

#include "adapters/qq/chat.h"
#include "onebot/adapter.h"
#include "onebot/result.h"

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qq {

class Consent {
 public:
  static constexpr std::string_view kRecord = "consent";
  static constexpr std::size_t kMost = 20'000;  // chats; those that spoke longest ago are forgotten

  enum class Switch { off, on };

  explicit Consent(onebot::Remember remember) : remember_(std::move(remember)) {}

  void recall(const std::vector<onebot::Record>& records);
  // at: when it was said, in seconds. Deliveries may overtake each other, so what is older than what is known is passed
  // over.
  void said(const Chat& chat, Switch now, double at);
  void forget(const Chat& chat);  // the bot is no longer in it
  // Error: unasked_refused, in words for a human.
  onebot::Status check(const Chat& chat) const;

 private:
  struct Word {
    Switch now = Switch::on;
    double at = 0;
  };
  using Words = std::map<std::string, Word, std::less<>>;
  void keep(const std::string& key, Word word);
  void drop(Words::iterator word);

  onebot::Remember remember_;
  Words words_{};                                     // by chat-key
  std::set<std::pair<double, std::string>> order_{};  // the same, by when it was said
};

}  // namespace qq
