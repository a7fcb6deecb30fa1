// The gateway's words: opcodes, close codes and what follows from each, the frames we send, the answer of discovery.
// No state and no I/O. Platform: dev-prepare/event-emit/websocket and .../payload, openapi/wss.

#pragma once

#include "onebot/adapter.h"
#include "onebot/json.h"
#include "onebot/result.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qq {

// Of a frame. Messages quote messages that quote messages, two levels of JSON each.
inline constexpr onebot::json::Limits kFrameLimits{.bytes = 1 << 20, .depth = 128};

enum class Opcode : int {
  dispatch = 0,
  heartbeat = 1,
  identify = 2,
  resume = 6,
  reconnect = 7,
  invalid_session = 9,
  hello = 10,
  heartbeat_ack = 11,
  callback_ack = 12,  // of a webhook
  validation = 13,    // of its address
};

// What a closed connection leads to.
enum class Next {
  resume,  // after the backoff
  resume_now,
  resume_later,     // after a minute
  identify,         // the session is gone; after the backoff
  fresh_token,      // identify with a new access token
  fewer_intents,    // identify asking for less
  identify_slowly,  // what we sent was wrong: once more after ten minutes, then stop
  reshard,          // the guilds are too many for so few shards
  stop,             // final: the operator must act and start the bot again
};

// Whether the session goes on.
constexpr bool resumes(Next next) {
  return next == Next::resume || next == Next::resume_now || next == Next::resume_later;
}

struct Close {
  int first = 0, last = 0;  // close codes, both included
  Next next = Next::resume;
  onebot::LogLevel level = onebot::LogLevel::info;
  std::string_view meaning{};  // with what the operator must do, where there is something

  bool is_reason() const { return first >= 4000; }  // the platform's own, not the network's
};

const Close& meaning_of_close(int code);

// Guilds are divided among shards, each a session of its own: guild_id >> 22, modulo count.
struct Shard {
  int index = 0;
  int count = 1;
  bool operator==(const Shard&) const = default;
};

// Where a session is: what a resume needs.
struct Session {
  std::string id{};
  std::int64_t seq = 0;  // of the last event handed over; 0: none yet
  bool operator==(const Session&) const = default;
};

// The key of its record. A bot without shards has the key it always had.
std::string session_key(Shard shard);
std::optional<Shard> read_session_key(std::string_view key);  // nullopt: no such key
std::string write_session(const Session&);
std::optional<Session> read_session(std::string_view record);  // nullopt: no session in it

// Access tokens go in without their prefix.
std::string identify_frame(std::string_view token, std::uint32_t intents, Shard shard);
std::string resume_frame(std::string_view token, const Session&);
std::string heartbeat_frame(std::int64_t seq);  // 0: null

// The answer of GET /gateway/bot, or of GET /gateway, which has only the URL.
struct Discovery {
  std::string url{};
  std::int64_t shards = 1;
  std::optional<std::int64_t> remaining{};   // identifies left today; nullopt: not told
  std::chrono::milliseconds reset_after{0};  // until there are more
  std::int64_t max_concurrency = 1;          // identifies in 5 s
};
// secure: the question went over TLS, so the connection must, too.
onebot::Result<Discovery> read_discovery(onebot::json::View answer, bool secure);

// How long to wait before each attempt in a row; the last repeats, and jitter is added.
inline constexpr std::chrono::milliseconds kBackoff[] = {std::chrono::seconds{1},  std::chrono::seconds{2},
                                                         std::chrono::seconds{5},  std::chrono::seconds{10},
                                                         std::chrono::seconds{30}, std::chrono::seconds{60}};

}  // namespace qq
