// Feed: one connection to the gateway, which is one shard of a bot. Platform: dev-prepare/event-emit/websocket.
//
//   away -> greeting -> identifying | resuming -> ready
//     ^        |               |                    |
//     +--------+---------------+--------------------+   whatever is lost
//
// greeting waits for the hello; identifying for READY; resuming for RESUMED, while missed events come. That there is a
// connection again and again is kit/connection's; what follows from its loss is in recovery.h.

#pragma once

#include "adapters/kit/connection.h"
#include "adapters/kit/jitter.h"
#include "adapters/qq/calls/token.h"
#include "adapters/qq/feed/feed_peer.h"
#include "adapters/qq/feed/gate.h"
#include "adapters/qq/feed/gateway.h"
#include "adapters/qq/feed/granted_intents.h"
#include "adapters/qq/feed/heartbeat.h"
#include "adapters/qq/feed/kept_session.h"
#include "adapters/qq/feed/presence.h"
#include "adapters/qq/feed/recovery.h"
#include "adapters/qq/feed/stumble.h"
#include "onebot/adapter.h"
#include "onebot/io.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace qq {

class Feed final : private kit::ConnectionPeer {
 public:
  struct Config {
    Shard shard{};
    bool fixed_url = false;  // the gate has not asked the API
    kit::Random random{};    // for jitter
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
  bool has_session() const { return phase_ == Phase::ready && !invalid_; }  // at this moment
  const kit::Loss& last_loss() const { return connection_.last_loss(); }
  Shard shard() const { return config_.shard; }

 private:
  enum class Phase { away, greeting, identifying, resuming, ready };

  // kit::ConnectionPeer
  onebot::Task<Address> prepare() override;
  void on_open() override;
  void on_text(std::string_view text) override;
  void on_binary(std::string_view bytes) override { on_text(bytes); }  // frames are JSON, however they are sent
  void on_passed_over() override { stumble_.passed_over(); }
  std::string as_told(std::string reason) const override { return parts_.token.masked(std::move(reason)); }
  kit::Loss on_end(const kit::Ending& ending) override;

  kit::Loss not_let_in(const Gate::Refusal& refusal);
  Recovery::Loss meaning_of(const kit::Ending& ending);
  kit::Loss lost(Recovery::Loss loss);
  void give_up_if_stuck(Recovery::Loss& loss);
  void lose(Recovery::Loss loss) { connection_.lose(lost(std::move(loss))); }
  void change_for(Next next);
  std::chrono::milliseconds ask_for_less();

  // What the gateway says.
  void on_hello(onebot::json::View content);
  void on_frame(onebot::json::View frame);
  void greet();
  void on_dispatch(onebot::json::View frame);
  void on_ready(onebot::json::View frame);
  void on_resumed();
  void on_invalid_session(bool resumable);
  void beat(bool acknowledged);

  Config config_;
  Parts parts_;
  FeedPeer& peer_;

  Phase phase_ = Phase::away;
  std::optional<Recovery::Invalid> invalid_{};  // an op 9 whose cause may still come
  KeptSession session_;
  Stumble stumble_{};
  std::uint32_t intents_used_ = 0;  // in the last identify
  std::string token_used_{};
  Presence presence_;
  Recovery recovery_;
  Heartbeat heartbeat_;
  kit::Connection connection_;
  onebot::io::Owner turn_{};  // at the gate
};

}  // namespace qq
