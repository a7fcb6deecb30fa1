// One client of the simulated gateway: says hello, checks who it is, and serves it its session's frames.

#pragma once

#include "adapters/kit/simulator/socket.h"
#include "adapters/qq/simulator/sessions.h"

#include <memory>
#include <string_view>

namespace qq::simulator {

class Gateway::Connection final : public onebot::io::WebSocketPeer {
 public:
  static constexpr std::chrono::milliseconds kInterval{30'000};

  Connection(Gateway& gateway, std::unique_ptr<onebot::io::WebSocket> socket)
      : gateway_(gateway), socket_(std::move(socket)) {}

  void wake(const Session& grown);
  void send(std::string_view frame) { socket_.text(frame); }
  void close(int code, std::string_view reason) { socket_.close(code, reason); }
  void freeze();
  std::int64_t shard() const { return session_ ? session_->shard : -1; }
  // Tells it that its session is no more; which it was, and is not any longer unless it is resumable.
  const Session* invalidate(bool resumable);

  // io::WebSocketPeer
  void on_open() override;
  void on_text(std::string_view text) override;
  std::string_view next_frames() override;
  void on_close(int code, std::string_view reason, int http_status) override;

 private:
  void identify(onebot::json::View content);
  void resume(onebot::json::View content);
  bool authorized(onebot::json::View content);
  void refuse(const kit::simulator::Fault& fault);
  void attach(Session& session, std::int64_t from);
  void expect_heartbeat();
  void grow_old();

  Gateway& gateway_;
  kit::simulator::Socket socket_;
  Session* session_ = nullptr;  // once identified; sessions that are read are never removed
  std::int64_t next_ = 0;       // the entry to send next
  onebot::io::Owner silence_{}, life_{}, refusal_{};
};

}  // namespace qq::simulator
