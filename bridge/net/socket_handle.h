// SocketHandle: what a WebSocketPeer owns of a connection. Dropping it detaches the peer and closes the connection.

#pragma once

#include "onebot/io.h"

#include <memory>
#include <utility>

namespace bridge::net {

template <class Connection>
class SocketHandle : public onebot::io::WebSocket {
 public:
  explicit SocketHandle(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  ~SocketHandle() override { connection_->detach(); }
  SocketHandle(const SocketHandle&) = delete;
  SocketHandle& operator=(const SocketHandle&) = delete;
  void wake() override { connection_->wake(); }
  void close(int code, std::string_view reason) override { connection_->close(code, reason); }
  void cut() override { connection_->cut(); }
  void hold(bool held) override { connection_->hold(held); }
  std::uint64_t acknowledged() const override { return connection_->acknowledged(); }

 private:
  std::shared_ptr<Connection> connection_;
};

}  // namespace bridge::net
