// Replies: the ledger of what a chat can still be answered to. An answer names the message or event it answers (msg_id
// or event_id) and its own number among the answers to that (msg_seq); it does not count against the quota of active
// messages. The ledger outlives the process, so times are wall time, in seconds.
// Platform: server-inter/message/overview, server-inter/message/send-receive/send.
//
// On disk a chat has kPerChat places, written over in turn:
//   record = "reply", chat-key "/" place -> what " " at " " used " " id
//   what   = "m" (a message) / "e" (an event) / "x" (no more answers)

#pragma once

#include "adapters/qq/chat.h"
#include "onebot/adapter.h"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace qq {

// What to put into a message that answers.
struct Answer {
  std::string msg_id{};  // one of these two
  std::string event_id{};
  int msg_seq = 1;
  double at = 0;  // when that came; wall time
};

class Replies {
 public:
  static constexpr std::string_view kRecord = "reply";
  static constexpr std::size_t kMost = 20'000;  // contexts in memory; the oldest go first
  static constexpr std::size_t kPerChat = 16;
  static constexpr double kAnyAge = 1e9;        // as old as the platform lets it be
  static constexpr double kBetweenRecords = 1;  // seconds; a chat that is flooded writes no more often than this

  explicit Replies(onebot::Remember remember) : remember_(std::move(remember)) {}

  enum class What { message, event };
  struct Credit {  // what is left of one message or event
    What what = What::message;
    std::string id{};
    int left = 0;      // -1: not limited
    double until = 0;  // wall time
  };

  void recall(const std::vector<onebot::Record>& records, double wall);
  void add(const Chat& chat, What what, std::string id, double wall);
  bool knows(const Chat& chat, std::string_view id) const;  // whether or not it can still be answered
  // Takes the next answer of that message or event; nullopt when it is unknown, too old or used up. Some answers must
  // come sooner than others: not_older is in seconds.
  std::optional<Answer> to(const Chat& chat, std::string_view id, double wall, double not_older = kAnyAge);
  // Takes the next answer of what expires first.
  std::optional<Answer> next(const Chat& chat, double wall, double not_older = kAnyAge);
  // Takes an answer of the newest message, unless it is the last one: of what comes before an answer.
  std::optional<Answer> before_answer(const Chat& chat, double wall);
  std::vector<Credit> credits(const Chat& chat, double wall) const;  // that which expires first in front
  // The platform says that this one cannot be answered any more.
  void close(const Chat& chat, std::string_view id);
  void forget(const Chat& chat);  // the bot is no longer in it
  void save();                    // writes what the pace of records has held back

 private:
  struct Context {
    What what = What::message;
    std::string id{};
    double at = 0;
    int used = 0;
    bool closed = false;
    std::size_t place = 0;  // on disk
    bool kept = false;      // on disk
  };
  struct Contexts {
    std::deque<Context> all{};  // oldest first, which also expires first
    std::size_t places = 0;     // handed out
    double written = -kBetweenRecords;
    std::size_t on_disk = 0;  // one bit for each place
  };

  static bool answerable(const Chat& chat, const Context& context, double wall);
  Answer take(const Chat& chat, Contexts& contexts, Context& context);
  void write(const std::string& key, Contexts& contexts, Context& context);
  void drop_oldest(const std::string& key, Contexts& contexts);
  void erase(const std::string& key, std::size_t place);
  Contexts* find(const Chat& chat);
  void expire(double wall);

  onebot::Remember remember_;
  std::unordered_map<std::string, Contexts> chats_{};
  std::deque<std::pair<double, std::string>> order_{};  // one entry per add()
};

}  // namespace qq
