// Feed: one connection to the gateway, which is one shard of a bot, kept up for ever.
// Platform: dev-prepare/event-emit/websocket.
//
//   waiting -> entering    -> opening -> greeting -> identifying | resuming -> ready
//      ^            |             |          |               |                    |
//      +------------+-------------+----------+---------------+--------------------+   whatever is lost
//
// entering waits for the gate (gate.h); greeting for the hello; identifying for READY; resuming for RESUMED, while
// missed events come. Every loss goes through lose(), which decides from the close code (gateway.h) what the next
// connection begins with and when.

#pragma once

#include "adapters/kit/outbox.h"
#include "adapters/qq/calls/token.h"
#include "adapters/qq/feed/feed_intents.h"
#include "adapters/qq/feed/gate.h"
#include "adapters/qq/feed/gateway.h"
#include "adapters/qq/feed/receiver.h"
#include "onebot/adapter.h"
#include "onebot/io.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qq {

// What a feed tells its owner; on_ready() to remember() as in ReceiverPeer.
class FeedPeer {
 public:
  virtual ~FeedPeer() = default;
  virtual void on_ready(onebot::json::View user) = 0;
  virtual void on_dispatch(onebot::json::View frame, Delivery delivery) = 0;
  virtual void remember(onebot::Record record) = 0;
  virtual void on_online_changed() = 0;
  // The platform wants more shards. With the same ones it is tried again in ten minutes.
  virtual void on_overloaded() = 0;
};

class Feed final : private onebot::io::WebSocketPeer {
 public:
  static constexpr std::string_view kSessionRecord = "session";

  struct Config {
    Shard shard{};
    bool fixed_url = false;            // the gate has not asked the API
    std::function<double()> random{};  // [0, 1), for jitter
  };
  struct Parts {
    AccessToken& token;
    Gate& gate;
    GrantedIntents& intents;  // of all the bot's shards
    onebot::io::Loop& loop;
    onebot::io::Client& client;
    onebot::Log& log;
  };

  Feed(Config config, const Parts& parts, FeedPeer& peer);

  void start(std::optional<Session> session);
  void stop();  // the peer is not called any more
  // true: nothing is read from the gateway until hold(false), and its silence meanwhile is no loss.
  void hold(bool on);
  bool online() const { return online_; }
  const Session& session() const { return session_; }
  Shard shard() const { return config_.shard; }

 private:
  enum class Phase { stopped, waiting, entering, opening, greeting, identifying, resuming, ready };

  // io::WebSocketPeer
  void on_open() override;
  void on_text(std::string_view text) override;
  std::string_view next_frames() override;
  void on_close(int code, std::string_view reason, int http_status) override;

  // feed.cpp: from nothing to an open socket, and back
  void begin_in(std::chrono::milliseconds delay);
  void begin();
  void entered(const std::expected<std::string, Gate::Refusal>& url);
  void connect(const std::string& url);
  void lose(Next next, std::string_view why, std::optional<std::chrono::milliseconds> delay = std::nullopt,
            onebot::LogLevel level = onebot::LogLevel::info);
  void count_loss(Next next);
  void prepare(Next next);
  std::chrono::milliseconds delay_of(Next next);
  std::chrono::milliseconds jittered(std::chrono::milliseconds delay);
  std::chrono::milliseconds short_pause();
  void forget_session();
  void keep_session();
  onebot::Record session_record() const;
  void give_up(std::string_view why);
  void disconnect();
  void set_online(bool online);

  // feed_frames.cpp: what the gateway says
  void on_hello(onebot::json::View content);
  void greet();
  void greet_with(const std::string& token);
  void on_dispatch(onebot::json::View frame);
  void on_ready(onebot::json::View frame);
  void on_resumed();
  void on_invalid_session(bool resumable);
  void beat();
  void beat_in(std::chrono::milliseconds delay);
  void watch(std::chrono::milliseconds patience, std::string_view what);
  void send(std::string_view text);

  Config config_;
  Parts parts_;
  FeedPeer& peer_;

  Phase phase_ = Phase::stopped;
  bool online_ = false;
  bool held_ = false;
  Session session_{};
  std::uint32_t intents_used_ = 0;  // in the last identify
  std::string name_;                // in log lines

  std::optional<std::chrono::milliseconds> opened_at_{};
  int attempts_ = 0;            // since the last stable connection
  int short_losses_ = 0;        // connections in a row that ended within 5 s
  bool resumed_again_ = false;  // the one more resume after an op 9 was used
  bool wrong_once_ = false;     // 4001 or 4002 came once
  bool token_renewed_ = false;  // after an op 9, before intents are suspected

  std::chrono::milliseconds interval_{0};  // of heartbeats; 0: no hello yet
  bool acknowledged_ = true;
  std::string token_used_{};
  kit::Outbox outbox_{};

  std::unique_ptr<onebot::io::WebSocket> socket_{};
  onebot::io::Owner turn_{};  // at the gate
  onebot::io::Owner call_{}, timer_{}, heartbeat_{}, watch_{}, grace_{}, drop_{};
};

}  // namespace qq
