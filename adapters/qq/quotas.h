// Quotas: how many active messages (those that answer nothing) may still be sent to a chat, and by the bot at all.
// Platform: server-inter/message/overview.

#pragma once

#include <deque>
#include <map>
#include <string>

#include "adapters/qq/chat.h"
#include "onebot/result.h"

namespace qq {

class Quotas {
 public:
  static constexpr std::size_t kMostChats = 10'000;

  // verified: whether the platform has verified who runs the bot, which raises what the bot may send in all.
  enum class Standing { unverified, verified };
  explicit Quotas(Standing standing) : standing_(standing) {}

  // Takes one; the error (34005) says in plain words which quota is used up. wall: seconds.
  onebot::Status take(const Chat& chat, double wall);

 private:
  struct Day {
    std::deque<double> minute{};  // when the last minute's were sent
    int sent = 0;
    double began = 0;
  };
  struct Limit {
    int per_minute = 0, per_day = 0;  // 0: none
  };

  static Limit of_chat(Chat::Kind kind);
  Limit of_bot(Chat::Kind kind) const;
  static void turn(Day& day, double wall);

  Standing standing_;
  std::map<std::string, Day, std::less<>> chats_{}, bot_{};  // by chat; by scene
};

}  // namespace qq
