// The simulator's gateway: sessions with their events, and the connections that read them.
// Platform: dev-prepare/event-emit/websocket.
//
// A session is a numbered list of frames, kept for a while; a connection is a place in it, so that a slow client lags
// and a resume is a new place. Frames that only concern one connection (READY, RESUMED) are numbered too, and are left
// out when they are read again.

#pragma once

#include "adapters/kit/simulator/faults.h"
#include "adapters/kit/simulator/knobs.h"
#include "adapters/kit/simulator/socket.h"
#include "onebot/io.h"
#include "onebot/value.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace qq::simulator {

// What the platform allows, as GET /gateway/bot tells it.
struct Limits {
  std::int64_t remaining = 1500;  // identifies left
  std::int64_t max_concurrency = 20;
  std::int64_t shards = 1;                    // advised; fewer are refused
  std::chrono::milliseconds session_life{0};  // after which a connection is closed with 4009; 0 = never
};

struct Session {
  struct Entry {
    std::int64_t seq = 0;
    bool once = false;                          // READY, RESUMED
    std::shared_ptr<const std::string> rest{};  // of the frame, behind its "s"
  };
  std::string id{};
  std::uint32_t intents = 0;
  std::int64_t shard = 0, shards = 1;
  std::int64_t seq = 0;  // of the newest entry
  std::deque<Entry> entries{};
  std::size_t bytes = 0;
  bool connected = false;
};

class Gateway final : public onebot::io::WebSocketService {
 public:
  static constexpr std::size_t kMostEntries = 1 << 16, kMostBytes = 64 << 20, kMostSessions = 16;

  // valid: whether "QQBot <token>" may identify. user: of READY.
  Gateway(onebot::io::Loop& loop, std::function<bool(std::string_view)> valid, onebot::Fields user);
  ~Gateway() override;

  void add_to(kit::simulator::Knobs& knobs);  // what tests may do to it
  void emit(std::string_view name, const std::string& id, const onebot::Value& content);
  void close_all(int code, std::int64_t shard = -1);  // -1: of every shard
  void freeze_all();                                  // half-open: nothing is read from them or sent any more
  void invalidate_all(bool resumable);                // op 9; sessions that are not resumable are gone
  bool has_sessions() const { return !sessions_.empty(); }
  Limits& limits() { return limits_; }
  std::optional<kit::simulator::Fault> discovery_fault() { return discoveries_.next(); }  // of this question for it
  void ask_reconnect();                                                                   // op 7
  void grant(std::uint32_t bits);  // intents beyond these are refused with 4014
  onebot::Fields state() const;

  // io::WebSocketService
  std::optional<onebot::io::HttpResponse> refuse(const onebot::io::HttpRequest& upgrade) override;
  onebot::io::WebSocketPeer* accept(const onebot::io::HttpRequest& upgrade,
                                    std::unique_ptr<onebot::io::WebSocket> socket) override;

 private:
  class Connection;

  bool may_identify();
  Session& open_session(std::uint32_t intents, std::int64_t shard, std::int64_t shards);
  Session* find_session(std::string_view id);
  void append(Session& session, std::string_view name, const std::string& id, const onebot::Value& content, bool once);
  void push(Session& session, std::shared_ptr<const std::string> rest, bool once);
  std::string new_session_id();

  onebot::io::Loop& loop_;
  std::function<bool(std::string_view)> valid_;
  onebot::Fields user_;
  std::uint32_t granted_;
  std::list<Session> sessions_{};  // the one opened last at the end
  kit::simulator::Sockets<Connection> connections_;
  Limits limits_{};
  kit::simulator::Faults discoveries_{}, identifies_refused_{};  // the next ones
  std::deque<std::chrono::milliseconds> identified_at_{};        // in the last 5 s
  std::int64_t identifies_ = 0, resumes_ = 0, heartbeats_ = 0, over_limit_ = 0;
};

}  // namespace qq::simulator
