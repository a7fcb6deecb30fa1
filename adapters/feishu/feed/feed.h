// Feed: one bot's long connection to the platform. Platform: event-subscription "receive events through a long
// connection".
//
// Each connection is found by a call of its own and spoken over by a Talk; that there is one again and again is
// kit/connection's. It counts as good from the first frame the platform sends.

#pragma once

#include "adapters/feishu/feed/endpoint.h"
#include "adapters/feishu/feed/feed_peer.h"
#include "adapters/feishu/feed/talk.h"
#include "adapters/kit/connection.h"
#include "adapters/kit/jitter.h"
#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/redial.h"
#include "onebot/secrets.h"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace feishu {

class Feed final : private kit::ConnectionPeer {
 public:
  struct Config {
    std::string api{};  // without a slash at its end
    std::string app_id{};
    std::string app_secret{};
    kit::Random random{};  // for jitter
  };
  struct Parts {
    onebot::io::Loop& loop;
    onebot::io::Client& client;
    onebot::Log& log;
  };

  Feed(Config config, const Parts& parts, FeedPeer& peer);

  void start() { connection_.start(); }  // again does nothing
  void stop();                           // the peer is not called any more
  // true: nothing is read from the platform until hold(false), and its silence meanwhile is no loss.
  void hold(bool on) { connection_.hold(on); }
  bool online() const { return online_; }
  const kit::Loss& last_loss() const { return connection_.last_loss(); }

 private:
  // kit::ConnectionPeer
  onebot::Task<Address> prepare() override;
  void on_open() override;
  void on_text(std::string_view) override;
  void on_binary(std::string_view bytes) override;
  std::string as_told(std::string reason) const override { return secrets_.masked(std::move(reason)); }
  kit::Loss on_end(const kit::Ending& ending) override;

  onebot::io::HttpRequest discovery() const;
  kit::Loss lost(const kit::Ending& ending);
  kit::Loss failed(const Setback& setback);
  std::chrono::milliseconds pause_after(const Setback& setback);
  void set_online(bool online);

  Config config_;
  Parts parts_;
  FeedPeer& peer_;
  const onebot::Secrets secrets_;

  bool online_ = false;
  Endpoint endpoint_{};   // as last discovered; without its URL
  onebot::Redial waits_;  // after attempts that came to nothing
  kit::Connection connection_;
  std::unique_ptr<Talk> talk_{};  // while it is open
};

}  // namespace feishu
