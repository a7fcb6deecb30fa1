// One client of the simulated long connection.

#pragma once

#include "adapters/feishu/simulator/long_connection.h"
#include "adapters/kit/simulator/socket.h"

#include <memory>
#include <string_view>

namespace feishu::simulator {

class LongConnections::Connection final : public onebot::io::WebSocketPeer {
 public:
  Connection(LongConnections& platform, std::unique_ptr<onebot::io::WebSocket> socket)
      : platform_(platform), socket_(std::move(socket)) {}

  void send(const Frame& frame) { socket_.binary(encode(frame)); }
  void tell_config();
  void mute() { socket_.mute(); }
  void close(int code) { socket_.close(code, "closed on request"); }
  bool muted() const { return socket_.muted(); }

  // io::WebSocketPeer
  void on_text(std::string_view) override { socket_.close(1003, "frames are binary"); }
  void on_binary(std::string_view bytes) override;
  std::string_view next_frames() override { return socket_.take(); }
  void on_close(int, std::string_view, int) override { platform_.connections_.ended(*this); }

 private:
  LongConnections& platform_;
  kit::simulator::Socket socket_;
};

}  // namespace feishu::simulator
