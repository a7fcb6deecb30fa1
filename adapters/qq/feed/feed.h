// Feed: one connection to the gateway, which is one shard of a bot, kept up for ever.
// Platform: dev-prepare/event-emit/websocket.
//
//   waiting -> entering    -> opening -> greeting -> identifying | resuming -> ready
//      ^            |             |          |               |                    |
//      +------------+-------------+----------+---------------+--------------------+   whatever is lost
//
// entering waits for the gate (gate.h); greeting for the hello; identifying for READY; resuming for RESUMED, while
// missed events come. Every loss goes through lose(); what follows from it is in recovery.h.

#pragma once

#include "adapters/kit/outbox.h"
#include "adapters/qq/calls/token.h"
#include "adapters/qq/feed/feed_peer.h"
#include "adapters/qq/feed/gate.h"
#include "adapters/qq/feed/gateway.h"
#include "adapters/qq/feed/granted_intents.h"
#include "adapters/qq/feed/heartbeat.h"
#include "adapters/qq/feed/kept_session.h"
#include "adapters/qq/feed/presence.h"
#include "adapters/qq/feed/recovery.h"
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

class Feed final : private onebot::io::WebSocketPeer {
 public:
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
  bool online() const { return presence_.online(); }
  Shard shard() const { return config_.shard; }

 private:
  enum class Phase { stopped, waiting, entering, opening, greeting, identifying, resuming, ready };

  // io::WebSocketPeer
  void on_open() override;
  void on_text(std::string_view text) override;
  std::string_view next_frames() override;
  void on_close(int code, std::string_view reason, int http_status) override;

  // From nothing to an open socket, and back.
  void begin_in(std::chrono::milliseconds delay);
  void begin();
  void entered(const std::expected<std::string, Gate::Refusal>& url);
  void connect(const std::string& url);
  void lose(Next next, std::string_view why, std::optional<std::chrono::milliseconds> delay = std::nullopt,
            onebot::LogLevel level = onebot::LogLevel::info);
  void lose(const Recovery::Loss& loss) { lose(loss.next, loss.why, loss.pause); }
  void prepare(Next next);
  std::chrono::milliseconds ask_for_less();
  void give_up(std::string_view why);
  void disconnect();

  // What the gateway says.
  void on_hello(onebot::json::View content);
  void on_frame(onebot::json::View frame);
  void greet();
  void greet_with(const std::string& token);
  void on_dispatch(onebot::json::View frame);
  void on_ready(onebot::json::View frame);
  void on_resumed();
  void on_invalid_session(bool resumable);
  void beat(bool acknowledged);
  void watch(std::chrono::milliseconds patience, std::string_view what);
  void send(std::string_view text);

  Config config_;
  Parts parts_;
  FeedPeer& peer_;

  Phase phase_ = Phase::stopped;
  bool held_ = false;
  KeptSession session_;
  std::uint32_t intents_used_ = 0;  // in the last identify
  std::string name_;                // in log lines

  Presence presence_;
  Recovery recovery_;
  Heartbeat heartbeat_;
  std::string token_used_{};
  kit::Outbox outbox_{};

  std::unique_ptr<onebot::io::WebSocket> socket_{};
  onebot::io::Owner turn_{};  // at the gate
  onebot::io::Owner call_{}, timer_{}, watch_{}, drop_{};
};

}  // namespace qq
