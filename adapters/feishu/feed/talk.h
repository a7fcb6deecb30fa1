// Talk: what is said over one open connection: pings and the silence after them, deliveries and how they are
// acknowledged.
//
// Any frame is a sign of life; none for a while after a ping is silence. A ping of the platform wants no answer.

#pragma once

#include "adapters/feishu/feed/assembly.h"
#include "adapters/feishu/feed/endpoint.h"
#include "adapters/feishu/feed/feed_peer.h"
#include "adapters/feishu/feed/frame.h"
#include "adapters/feishu/feed/receipt.h"
#include "adapters/kit/connection.h"
#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/lifetime.h"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace feishu {

class Talk {
 public:
  struct Parts {
    onebot::io::Loop& loop;
    onebot::Log& log;
  };
  // The platform's changes go into config. connection and config outlive this.
  Talk(kit::Connection& connection, std::int32_t service, ClientConfig& config, const Parts& parts, FeedPeer& peer);

  void start() { ping(); }
  void on_text();
  void on_binary(std::string_view bytes);
  bool has_heard() const { return has_heard_; }  // a frame of the platform

 private:
  void hear();
  void on_control(const Frame& frame);
  void on_data(Frame frame);
  Receipt receipt_for(Frame completing);
  void ping();
  void ping_at(std::chrono::milliseconds moment);
  void send(const Frame& frame) { connection_.send_binary(encode(frame)); }

  kit::Connection& connection_;
  std::int32_t service_;
  ClientConfig& config_;
  Parts parts_;
  FeedPeer& peer_;
  Assembly assembly_;
  std::chrono::milliseconds pinged_at_{0};
  bool has_heard_ = false;
  onebot::io::Owner ping_{};
  onebot::Lifetime lifetime_{};  // receipts may come after this
};

}  // namespace feishu
