// Shards: the gateway connections of one bot. Guilds are divided among them; where everything else arrives the platform
// does not say. Platform: dev-prepare/event-emit/websocket (sharding).
//
// Each shard is a feed with a session of its own. The bot is online while all of its shards are: an application that is
// told "online" may count on hearing everything.

#pragma once

#include "adapters/kit/jitter.h"
#include "adapters/qq/calls/token.h"
#include "adapters/qq/feed/feed.h"
#include "adapters/qq/feed/gate.h"
#include "adapters/qq/feed/granted_intents.h"
#include "adapters/qq/feed/receiver.h"
#include "adapters/qq/feed/shard_plan.h"
#include "onebot/redial.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace qq {

class Shards final : public Receiver, private FeedPeer {
 public:
  struct Config {
    ShardPlan plan{};
    std::uint32_t intents = 0;
    std::string gateway_url{};  // "" = ask the API
    kit::Random random{};       // for jitter
  };
  struct Parts {
    AccessToken& token;
    Api& api;
    onebot::io::Loop& loop;
    onebot::io::Client& client;
    onebot::Log& log;
  };

  Shards(Config config, const Parts& parts, ReceiverPeer& peer);

  void start() override;
  void stop() override;
  void hold(bool on) override;
  bool online() const override { return online_; }
  bool is_away() const override;
  onebot::Adapter::Trouble trouble() const override;

 private:
  // FeedPeer
  void on_ready(onebot::json::View user) override { peer_.on_ready(user); }
  void on_dispatch(onebot::json::View frame, Delivery delivery) override;
  void remember(onebot::Record record) override { peer_.remember(std::move(record)); }
  void on_online_changed() override { update_online(); }
  void on_overloaded() override;

  void ask_advice();
  void advised(const Gate::Answer& url);
  void open();
  void close();
  void reshard(int count);
  void update_online();

  Config config_;
  Parts parts_;
  ReceiverPeer& peer_;
  Gate gate_;
  GrantedIntents intents_;
  ShardPlan plan_;        // as it is now
  onebot::Redial waits_;  // to ask for advice again
  std::vector<std::unique_ptr<Feed>> feeds_{};
  bool online_ = false;
  bool held_ = false;
  std::string why_{};  // the number of shards could not be asked
  onebot::io::Owner advice_{}, timer_{};
};

}  // namespace qq
