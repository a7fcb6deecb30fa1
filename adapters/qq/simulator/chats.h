// The simulator's chats: messages the bot sends and takes back, checked as the platform checks them.
// Platform: server-inter/message/send-receive/send.

#pragma once

#include "onebot/io.h"
#include "onebot/json.h"
#include "onebot/value.h"

#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace qq::simulator {

struct Refusal {
  int status = 400;
  int code = 0;
  std::string_view message{};
};

enum class Scene { user, group, channel, dm };

// "/v2/users/X/messages[/ID]", or the same of a group, a channel or a direct message in a guild.
struct ChatPath {
  Scene scene = Scene::user;
  std::string openid{};
  std::string message_id{};
};
std::optional<ChatPath> read_chat_path(std::string_view path);

class Chats {
 public:
  static constexpr std::size_t kMostSent = 10'000, kMostAnswerable = 100'000;

  explicit Chats(onebot::io::Loop& loop) : loop_(loop) {}

  // Something the bot may answer: a message by its id, or an event by that of its frame.
  void can_answer(const std::string& id, std::string_view openid, Scene scene);
  // How a file that the bot brought is known, for messages that name one.
  using KnowsFile = std::function<bool(std::string_view file_info, std::string_view scene)>;
  void on_media(KnowsFile knows) { knows_file_ = std::move(knows); }
  // The platform's answer to a message. path: for the list of what was sent.
  std::expected<onebot::Fields, Refusal> send(const ChatPath& chat, const std::string& path, onebot::json::View body);
  std::expected<void, Refusal> recall(const ChatPath& chat);
  // The next messages fail with this code.
  void refuse_next(int code, int status, int count);
  onebot::List sent() const;
  void withdraw(std::string_view message_id);  // it was never shown

 private:
  struct Answerable {
    std::string openid{};
    Scene scene = Scene::user;
    std::chrono::milliseconds at{0};
    std::set<std::int64_t> used{};  // msg_seq
  };
  struct Sent {
    std::string id{}, openid{}, path{};
    std::chrono::milliseconds at{0};
    onebot::Value body{};
    bool recalled = false;
  };

  std::optional<Refusal> check_content(const ChatPath& chat, onebot::json::View body) const;
  std::optional<Refusal> check_answer(const ChatPath& chat, onebot::json::View body);

  onebot::io::Loop& loop_;
  KnowsFile knows_file_{};
  std::map<std::string, Answerable, std::less<>> answerable_{};
  std::deque<std::string> answerable_order_{};
  std::deque<Sent> sent_{};
  Refusal refusal_{};
  int refusals_left_ = 0;
  std::uint64_t number_ = 0;
};

// "2026-11-24T10:00:00+08:00"
std::string platform_time(double wall);

}  // namespace qq::simulator
