// One client of the simulated long connection.

#pragma once

#include "adapters/feishu/simulator/long_connection.h"

#include <memory>
#include <string>
#include <string_view>

namespace feishu::simulator {

class LongConnections::Connection final : public onebot::io::WebSocketPeer {
 public:
  Connection(LongConnections& platform, std::unique_ptr<onebot::io::WebSocket> socket)
      : platform_(platform), socket_(std::move(socket)) {}

  void send(const Frame& frame);
  void tell_config();
  void mute() { muted_ = true; }
  void close(int code) { socket_->close(code, "closed on request"); }
  bool muted() const { return muted_; }

  // io::WebSocketPeer
  void on_text(std::string_view) override { socket_->close(1003, "frames are binary"); }
  void on_binary(std::string_view bytes) override;
  std::string_view next_frames() override;
  void on_close(int code, std::string_view reason, int http_status) override;

 private:
  LongConnections& platform_;
  std::unique_ptr<onebot::io::WebSocket> socket_;
  bool muted_ = false;
  std::string outgoing_{}, writing_{};
};

}  // namespace feishu::simulator
