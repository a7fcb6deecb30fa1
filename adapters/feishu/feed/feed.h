// Feed: one bot's long connection to the platform, kept up for ever.
// Platform: event-subscription "receive events through a long connection".
//
//   waiting -> discovering -> opening -> open
//      ^            |            |         |
//      +------------+------------+---------+   whatever is lost
//
// open: Talk pings and listens. Silence after a ping, a close and an error all end in lose(); an attempt that fails
// ends in failed(). A connection counts as good from the first frame the platform sends.

#pragma once

#include "adapters/feishu/feed/endpoint.h"
#include "adapters/feishu/feed/receipt.h"
#include "adapters/feishu/feed/talk.h"
#include "onebot/adapter.h"
#include "onebot/io.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace feishu {

// What a feed tells the adapter.
class FeedPeer {
 public:
  virtual ~FeedPeer() = default;
  // One event in plain text, well-formed or not, and how it is answered; a receipt may outlive the connection.
  virtual void on_delivery(const std::string& body, Receipt receipt) = 0;
  virtual void on_online(bool online) = 0;  // changes only
};

class Feed final : private onebot::io::WebSocketPeer, private TalkPeer {
 public:
  struct Config {
    std::string api{};  // without a slash at its end
    std::string app_id{};
    std::string app_secret{};
    std::function<double()> random{};  // [0, 1), for jitter
  };
  struct Parts {
    onebot::io::Loop& loop;
    onebot::io::Client& client;
    onebot::Log& log;
  };

  Feed(Config config, const Parts& parts, FeedPeer& peer);

  void start();  // again does nothing
  void stop();   // the peer is not called any more
  // true: nothing is read from the platform until hold(false), and its silence meanwhile is no loss.
  void hold(bool on);
  bool online() const { return online_; }

 private:
  enum class Phase { stopped, waiting, discovering, opening, open };

  // io::WebSocketPeer
  void on_open() override;
  void on_text(std::string_view) override {
    if (talk_) talk_->on_text();
  }
  void on_binary(std::string_view bytes) override {
    if (talk_) talk_->on_binary(bytes);
  }
  std::string_view next_frames() override { return talk_ ? talk_->next_frames() : std::string_view(); }
  void on_refused(const onebot::io::Headers& headers) override { refusal_ = headers; }
  void on_close(int code, std::string_view reason, int http_status) override;

  // TalkPeer
  void on_delivery(const std::string& body, Receipt receipt) override { peer_.on_delivery(body, std::move(receipt)); }
  void on_silence() override { lose("no answer to a ping", onebot::LogLevel::warn); }
  void on_unread() override { lose("the platform does not read what we send", onebot::LogLevel::warn); }

  void begin_in(std::chrono::milliseconds delay);
  void begin();
  void discovered(onebot::Result<onebot::io::HttpResponse> answer);
  void connect(const std::string& url);
  void wait_for_open();
  void failed(const Setback& setback);
  void lose(std::string_view why, onebot::LogLevel level = onebot::LogLevel::info);
  void disconnect();
  void set_online(bool online);
  std::chrono::milliseconds pause_after(const Setback& setback);
  bool is_connected() const { return phase_ == Phase::opening || phase_ == Phase::open; }

  Config config_;
  Parts parts_;
  FeedPeer& peer_;

  Phase phase_ = Phase::stopped;
  bool online_ = false;
  bool held_ = false;
  Endpoint endpoint_{};            // as last discovered; without its URL
  int failures_ = 0;               // attempts in a row that came to nothing
  onebot::io::Headers refusal_{};  // of the upgrade under way

  std::unique_ptr<onebot::io::WebSocket> socket_{};
  std::unique_ptr<Talk> talk_{};  // while it is open
  onebot::io::Owner call_{}, timer_{}, drop_{};
};

}  // namespace feishu
