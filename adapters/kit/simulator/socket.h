// Socket: one WebSocket that a simulated platform serves, as what speaks on it needs it: what waits to be written, and
// the ends it may come to. Sockets: all of them.

#pragma once

#include "onebot/frame.h"
#include "onebot/io.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kit::simulator {

class Socket {
 public:
  explicit Socket(std::unique_ptr<onebot::io::WebSocket> socket) : socket_(std::move(socket)) {}

  void text(std::string_view payload) { push(onebot::frame::Opcode::text, payload); }
  void binary(std::string_view payload) { push(onebot::frame::Opcode::binary, payload); }
  void wake() {
    if (!muted_) socket_->wake();
  }
  // 1006, which no close frame can say, cuts it.
  void close(int code, std::string_view reason) { code == 1006 ? socket_->cut() : socket_->close(code, reason); }
  // Half-open from here on: it says nothing, and its owner listens to nothing; the other side must find out by itself.
  void mute() { muted_ = true; }
  bool muted() const { return muted_; }
  // For WebSocketPeer::next_frames(): what waited, and room for more. Valid until the next call.
  std::string& take() {
    written_.clear();
    if (!muted_) std::swap(written_, waiting_);
    return written_;
  }

 private:
  void push(onebot::frame::Opcode opcode, std::string_view payload) {
    if (muted_) return;
    onebot::frame::append(waiting_, opcode, payload);
    wake();
  }

  std::unique_ptr<onebot::io::WebSocket> socket_;
  std::string waiting_{}, written_{};
  bool muted_ = false;
};

// Connection: a WebSocketPeer that calls ended() in its on_close().
template <class Connection>
class Sockets {
 public:
  explicit Sockets(onebot::io::Loop& loop) : loop_(loop) {}

  Connection* add(std::unique_ptr<Connection> connection) { return open_.emplace_back(std::move(connection)).get(); }
  // The connection is still calling; it goes with the next turn of the loop.
  void ended(Connection& connection) {
    const auto found = std::ranges::find(open_, &connection, &std::unique_ptr<Connection>::get);
    if (found == open_.end()) return;
    ended_.splice(ended_.end(), open_, found);
    burial_ = loop_.after(std::chrono::milliseconds(0), [this] { ended_.clear(); });
  }
  // A copy, since closing one may end it at once.
  std::vector<Connection*> all() const {
    std::vector<Connection*> all;
    for (const auto& connection : open_) all.push_back(connection.get());
    return all;
  }
  std::size_t size() const { return open_.size(); }
  bool empty() const { return open_.empty(); }

 private:
  onebot::io::Loop& loop_;
  std::list<std::unique_ptr<Connection>> open_{}, ended_{};
  onebot::io::Owner burial_{};
};

}  // namespace kit::simulator
