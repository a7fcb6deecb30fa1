#include "adapters/feishu/simulator/connection.h"

#include "onebot/frame.h"

#include <utility>

namespace feishu::simulator {

void LongConnections::Connection::send(const Frame& frame) {
  if (muted_) return;
  onebot::frame::append(outgoing_, onebot::frame::Opcode::binary, encode(frame));
  socket_->wake();
}

void LongConnections::Connection::tell_config() {
  send({.service = kService,
        .method = Frame::kControl,
        .headers = {{"type", "pong"}},
        .payload = platform_.config_json()});
}

void LongConnections::Connection::on_binary(std::string_view bytes) {
  if (muted_) return;
  const auto frame = decode(bytes);
  if (!frame || frame->service != kService) return socket_->close(1008, "no frame of this service");
  if (frame->method == Frame::kData) return platform_.acknowledged(*frame);
  if (frame->header("type") != "ping") return;
  ++platform_.pings_;
  tell_config();
}

std::string_view LongConnections::Connection::next_frames() {
  writing_.clear();
  std::swap(writing_, outgoing_);
  return writing_;
}

void LongConnections::Connection::on_close(int, std::string_view, int) { platform_.ended(*this); }

}  // namespace feishu::simulator
