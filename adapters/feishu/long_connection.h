// LongConnection: one bot's connection to the platform, over which pushes come, kept up for ever.
// Platform: "receive events through a long connection"; what the page leaves out, as the platform's SDKs do it.
//
//   stopped -> asking -> opening -> open          every loss goes through lose(), which decides when to ask again
//                ^         |          |
//                +---------+----------+
//
// Each attempt asks for a new address. A ping goes out at once and then in each interval; when nothing at all has come
// for a while after one, the connection is dead, whatever the network says, and another one is made.

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/feishu/endpoint.h"
#include "adapters/feishu/frame.h"
#include "adapters/feishu/reassembly.h"
#include "onebot/adapter.h"
#include "onebot/io.h"

namespace feishu {

class LongConnectionPeer {
 public:
  virtual ~LongConnectionPeer() = default;
  // A payload as a webhook would bring it, in plain text. The exchange's answer is the acknowledgement: status 200
  // takes the delivery, anything else asks for it again; the body is what a card shall show.
  virtual void on_payload(std::string payload, std::unique_ptr<onebot::io::Exchange> exchange) = 0;
  virtual void on_connected(bool connected) = 0;  // changes only
};

class LongConnection final : private onebot::io::WebSocketPeer {
 public:
  struct Config {
    std::string url{};  // of the endpoint call
    std::string app_id{}, app_secret{};
    std::function<double()> random{};  // [0, 1); empty: a generator of its own
  };

  LongConnection(Config config, onebot::io::Loop& loop, onebot::io::Client& client, onebot::Log& log,
                 LongConnectionPeer& peer);
  ~LongConnection() override;

  void start();  // again does nothing
  void stop();   // the peer is not called any more
  // true: nothing is read until hold(false), and the silence meanwhile is no loss.
  void hold(bool on);
  bool connected() const { return phase_ == Phase::open; }

 private:
  enum class Phase { stopped, waiting, asking, opening, open };
  class Delivery;

  // io::WebSocketPeer
  void on_open() override;
  void on_text(std::string_view) override { heard(); }
  void on_binary(std::string_view bytes) override;
  void on_pong(std::string_view) override { heard(); }
  std::string_view next_frames() override;
  void on_close(int code, std::string_view reason, int http_status) override;

  void ask();
  void asked(onebot::Result<onebot::io::HttpResponse> answer);
  void lose(std::string_view why, Again again);
  std::chrono::milliseconds pause(Again again, bool was_open);
  void ping();
  void heard() { patience_.reset(); }
  void on_data(Frame frame);
  void send(const Frame& frame);

  Config config_;
  onebot::io::Loop& loop_;
  onebot::io::Client& client_;
  onebot::Log& log_;
  LongConnectionPeer& peer_;

  Phase phase_ = Phase::stopped;
  bool held_ = false;
  int failures_ = 0;  // since the last connection
  Endpoint endpoint_{};
  Reassembly parts_;
  std::string outgoing_{}, writing_{};
  std::shared_ptr<LongConnection*> life_{};  // of one connection, for the deliveries that came over it
  std::unique_ptr<onebot::io::WebSocket> socket_{};
  onebot::io::Owner call_{}, timer_{}, ping_{}, patience_{}, drop_{};
};

}  // namespace feishu
