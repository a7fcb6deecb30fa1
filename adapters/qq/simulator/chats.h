// Chats: the messages the bot sends and takes back, checked as the platform checks them, or going wrong as the script
// of faults says. Platform: server-inter/message/send-receive/send.
//
//   {"audit": "pass", "after_ms": 50}   under review; the event with the result follows ("reject": too)

#pragma once

#include "adapters/kit/simulator/call.h"
#include "adapters/kit/simulator/faults.h"
#include "adapters/kit/simulator/routes.h"
#include "onebot/io.h"
#include "onebot/json.h"
#include "onebot/simulator.h"
#include "onebot/value.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace qq::simulator {

using kit::simulator::Refusal;
using kit::simulator::refused;
using kit::simulator::Reply;

inline constexpr Refusal kBadBody{400, 50037, "the body is not understood"};

enum class Scene { user, group, channel, dm };

struct Chat {
  Scene scene = Scene::user;
  std::string openid{};
};

class Chats {
 public:
  static constexpr std::size_t kMostSent = 10'000, kMostAnswerable = 100'000;
  // How a file that the bot brought is known, for messages that name one.
  using KnowsFile = std::function<bool(std::string_view file_info, std::string_view scene)>;
  using Emit = std::function<void(std::string_view name, const std::string& id, const onebot::Value& content)>;

  Chats(onebot::io::Loop& loop, kit::simulator::Faults& faults, KnowsFile knows, onebot::Shown shown, Emit emit);

  void add_to(kit::simulator::Routes& routes);
  // Something the bot may answer: a message by its id, or an event by that of its frame.
  void can_answer(const std::string& id, std::string_view openid, Scene scene);
  onebot::List sent() const;
  // Whether the body names something that this chat can be answered to; it takes one of the answers.
  std::optional<Refusal> check_answer(const Chat& chat, onebot::json::View body);
  // Of what the bot may answer; 0 of anything else.
  std::chrono::milliseconds age_of(std::string_view id) const;

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

  Reply send(const Chat& chat, const kit::simulator::Call& call);
  Reply keep(const Chat& chat, const std::string& path, onebot::json::View body);
  Reply recall(const Chat& chat, std::string_view message_id);
  Reply review(const kit::simulator::Fault& fault, const Chat& chat, const std::string& message_id);
  void reviewed(std::string_view result, const Chat& chat, const std::string& audit_id, const std::string& message_id);
  std::optional<Refusal> check_content(const Chat& chat, onebot::json::View body) const;

  onebot::io::Loop& loop_;
  kit::simulator::Faults& faults_;
  KnowsFile knows_file_;
  onebot::Shown shown_;
  Emit emit_;
  std::map<std::string, Answerable, std::less<>> answerable_{};
  std::deque<std::string> answerable_order_{};
  std::deque<Sent> sent_{};
  std::map<std::string, onebot::io::Owner> reviews_{};  // by audit id
  std::uint64_t number_ = 0;
};

// "2026-11-24T10:00:00+08:00"
std::string platform_time(double wall);

}  // namespace qq::simulator
