// Talk: what is said over one open connection: pings and the silence after them, deliveries and how they are
// acknowledged.
//
// Any frame is a sign of life; none for a while after a ping is silence. A ping of the platform wants no answer.

#pragma once

#include "adapters/feishu/feed/assembly.h"
#include "adapters/feishu/feed/endpoint.h"
#include "adapters/feishu/feed/frame.h"
#include "adapters/feishu/feed/receipt.h"
#include "adapters/kit/outbox.h"
#include "onebot/adapter.h"
#include "onebot/io.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace feishu {

class TalkPeer {
 public:
  virtual ~TalkPeer() = default;
  // One event in plain text, well-formed or not, and how it is answered; a receipt may outlive the connection. May
  // destroy the talk.
  virtual void on_delivery(const std::string& body, Receipt receipt) = 0;
  virtual void on_silence() = 0;  // may destroy the talk
  virtual void on_unread() = 0;   // too much waits for a platform that does not read; may destroy the talk
};

class Talk {
 public:
  struct Parts {
    onebot::io::Loop& loop;
    onebot::Log& log;
  };
  // The platform's changes go into config. socket and config outlive this.
  Talk(onebot::io::WebSocket& socket, std::int32_t service, ClientConfig& config, const Parts& parts, TalkPeer& peer);

  void start() { ping(); }
  // What is to be written now. Valid until the next call.
  std::string_view next_frames();
  void on_text();
  void on_binary(std::string_view bytes);
  // true: nothing is read meanwhile, so silence proves nothing.
  void hold(bool on) { held_ = on; }
  bool has_heard() const { return has_heard_; }  // a frame of the platform

 private:
  // The way out, shared with the receipts of what came in.
  struct Line {
    onebot::io::WebSocket& socket;
    TalkPeer& peer;
    kit::Outbox outbox{};
    bool unread = false;
    bool send(const Frame& frame);  // false: the talk may be gone
  };

  void hear();
  void on_control(const Frame& frame);
  void on_data(Frame frame);
  Receipt receipt_for(Frame completing) const;
  void ping();
  void ping_at(std::chrono::milliseconds moment);
  void watch();

  std::int32_t service_;
  ClientConfig& config_;
  Parts parts_;
  TalkPeer& peer_;
  Assembly assembly_;
  std::shared_ptr<Line> line_;
  std::chrono::milliseconds pinged_at_{0};
  bool has_heard_ = false;
  bool held_ = false;
  onebot::io::Owner ping_{}, watch_{};
};

}  // namespace feishu
