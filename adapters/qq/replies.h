// Replies: which messages and events of a chat can still be answered. An answer names the one it answers (msg_id or
// event_id) and its own number among its answers (msg_seq); it does not count against the quota of active messages.
// Platform: server-inter/message/send-receive/send.

#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace qq {

struct Chat {
  enum class Kind { c2c, group };
  Kind kind = Kind::c2c;
  std::string openid{};  // the user's or the group's
  bool operator==(const Chat&) const = default;
};

// What to put into a message that answers.
struct Answer {
  std::string msg_id{};  // one of these two
  std::string event_id{};
  int msg_seq = 1;
};

class Replies {
 public:
  static constexpr std::size_t kMost = 20'000;  // contexts in memory; the oldest go first
  static constexpr std::size_t kPerChat = 16;

  enum class What { message, event };
  void add(const Chat& chat, What what, std::string id, std::chrono::milliseconds now);
  // Takes the next answer of that message; nullopt when it is unknown, too old or used up.
  std::optional<Answer> to(const Chat& chat, std::string_view id, std::chrono::milliseconds now);
  // Takes the next answer of the newest that has one left.
  std::optional<Answer> newest(const Chat& chat, std::chrono::milliseconds now);
  // The platform says that this one cannot be answered any more.
  void close(const Chat& chat, std::string_view id);
  void forget(const Chat& chat);  // the bot is no longer in it

 private:
  struct Context {
    What what = What::message;
    std::string id{};
    std::chrono::milliseconds at{0};
    int used = 0;
    bool closed = false;
  };
  using Contexts = std::deque<Context>;

  static std::string key(const Chat& chat);
  static bool answerable(const Chat& chat, const Context& context, std::chrono::milliseconds now);
  static Answer take(Context& context);
  Contexts* find(const Chat& chat);
  void expire(std::chrono::milliseconds now);

  std::unordered_map<std::string, Contexts> chats_{};                      // newest last
  std::deque<std::pair<std::chrono::milliseconds, std::string>> order_{};  // one entry per add()
};

}  // namespace qq
