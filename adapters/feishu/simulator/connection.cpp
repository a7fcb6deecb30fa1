#include "adapters/feishu/simulator/connection.h"

namespace feishu::simulator {

void LongConnections::Connection::tell_config() {
  send({.service = kService,
        .method = Frame::kControl,
        .headers = {{"type", "pong"}},
        .payload = platform_.config_json()});
}

void LongConnections::Connection::on_binary(std::string_view bytes) {
  if (muted()) return;
  const auto frame = decode(bytes);
  if (!frame || frame->service != kService) return socket_.close(1008, "no frame of this service");
  if (frame->method == Frame::kData) return platform_.acknowledged(*frame);
  if (frame->header("type") != "ping") return;
  ++platform_.pings_;
  tell_config();
}

}  // namespace feishu::simulator
