// Streams: messages of private chats that the bot sends part after part. Platform:
// autogen/api/v2_users_user_openid_stream_messages.post; what is known from bots beyond it: only whole texts
// ("replace") in Markdown, 300 ms apart, to a message of the last 5 minutes.

#pragma once

#include "adapters/kit/simulator/call.h"
#include "adapters/kit/simulator/routes.h"
#include "adapters/qq/simulator/chats.h"
#include "onebot/io.h"
#include "onebot/value.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace qq::simulator {

class Streams {
 public:
  static constexpr std::size_t kMost = 1'000;

  Streams(onebot::io::Loop& loop, Chats& chats) : loop_(loop), chats_(chats) {}

  void add_to(kit::simulator::Routes& routes);
  onebot::List list() const;  // [{id, user_openid, parts, content, ended}]

 private:
  struct Stream {
    std::string user{}, content{};
    std::int64_t parts = 0;
    std::chrono::milliseconds at{0};  // of the last part
    bool ended = false;
  };

  Reply take(const kit::simulator::Call& call);
  std::optional<Refusal> check_first(const Chat& chat, onebot::json::View body);
  std::optional<Refusal> check_next(const Stream* stream, const Chat& chat, onebot::json::View body) const;

  onebot::io::Loop& loop_;
  Chats& chats_;
  std::map<std::string, Stream, std::less<>> streams_{};
  std::int64_t number_ = 0;
};

}  // namespace qq::simulator
