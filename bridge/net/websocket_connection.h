// WebSocketConnection: one WebSocket, between a Stream and a WebSocketPeer, whichever side dialed. RFC 6455.
//
//   opening --> open --> closing ----> waiting --> gone      closing:   our close frame is to be written
//      |          |         |                       ^        waiting:   it is written, theirs has not come
//      |          |         v                       |        answering: theirs has come, or they broke the protocol;
//      |          `----> answering -----------------+                   nothing more is read, ours is to be written
//      `------------------------------------------- '        gone:      the stream is, or it is left to its own end
//
// opening, as a server: until the 101 answer is written; as a client: until it is read. A close asked for meanwhile
// waits until a server is open, and ends a client at once. Closing and waiting last two seconds at most.
//
// The peer's ready-made frames go out many per write; a client's are masked on the way (section 5.3).

#pragma once

#include "bridge/net/client_upgrade.h"
#include "bridge/net/frame_reader.h"
#include "bridge/net/stream.h"
#include "onebot/io.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace bridge::net {

class WebSocketConnection : public StreamUser, public std::enable_shared_from_this<WebSocketConnection> {
 public:
  enum class Role { server, client };
  enum class State { opening, open, closing, waiting, answering, gone };
  static constexpr bool follows(State from, State to);

  // stream: nullptr for one that never opens, see fail_soon().
  WebSocketConnection(onebot::io::Loop& loop, std::shared_ptr<Stream> stream, Role role, std::size_t max_message)
      : loop_(loop),
        stream_(std::move(stream)),
        role_(role),
        reader_(max_message, role == Role::server ? FrameReader::From::client : FrameReader::From::server) {}

  void count_in(Inflight& inflight);  // messages that are not whole
  // As a server: asks the service for the peer, and hands it the socket. welcome: the 101 answer. early: what came
  // behind the request.
  void begin(onebot::io::WebSocketService& service, const onebot::io::HttpRequest& upgrade, std::string welcome,
             std::string early);
  // As a client: the peer holds the handle. place: of the server, for on_close(). limit: until it is open.
  void begin(onebot::io::WebSocketPeer& peer, ClientUpgrade upgrade, std::string place,
             std::chrono::milliseconds limit);
  void fail_soon(onebot::io::WebSocketPeer& peer, std::string why);  // on_close() comes a turn later
  std::unique_ptr<onebot::io::WebSocket> handle();

  void on_bytes(std::string_view bytes) override;
  void on_writable() override;
  void on_gone(std::string_view why) override;

 private:
  template <class Connection>
  friend class SocketHandle;
  void wake();
  void hold(bool held);
  void close(int code, std::string_view reason);
  void cut();
  void detach();
  std::uint64_t acknowledged() const;

  // The close code and its reason: of the close frame that is to be written, or was.
  struct Farewell {
    int code = 0;
    std::string reason{};
  };

  bool go(State next);  // false: it does not follow, and nothing changes
  bool reads() const { return state_ != State::answering && state_ != State::gone; }
  void greet(std::string_view bytes);
  void open();
  void read(std::string_view bytes);
  void take(const FrameReader::Item& item);
  bool tell(const FrameReader::Item& item);
  void pong(std::string_view payload);
  void leave_with(const Farewell& farewell);
  void write(std::string_view frames);
  void write_close();
  void leave();
  void end(int code, std::string_view reason, int http_status = 0);

  // Constant after construction.
  onebot::io::Loop& loop_;
  const std::shared_ptr<Stream> stream_;
  const Role role_;

  State state_ = State::opening;
  FrameReader reader_;
  std::optional<ClientUpgrade> upgrade_{};     // of a client, until it was answered
  std::string place_{};                        // of the server we dial
  std::string first_{};                        // the request, or the 101 answer, until it was written
  std::string early_{};                        // bytes read but not yet looked at
  std::string masked_{};                       // frames; kept for its memory
  onebot::io::WebSocketPeer* peer_ = nullptr;  // nullptr: nobody listens any more
  bool held_ = false, detached_ = false;       // the peer: wants to hear nothing just now; has dropped its handle
  std::string pong_{};                         // a frame that answers the latest ping
  std::optional<Farewell> farewell_{};
  std::uint64_t written_ = 0;  // bytes of next_frames()
  mutable std::uint64_t acknowledged_ = 0;
  onebot::io::Owner deadline_{};  // of the handshake, then of a close that is not answered
};

constexpr bool WebSocketConnection::follows(State from, State to) {
  switch (to) {
    case State::opening:
      return false;
    case State::open:
      return from == State::opening;
    case State::closing:
      return from == State::open;
    case State::waiting:
      return from == State::closing;
    case State::answering:
      return from == State::open || from == State::closing;
    case State::gone:
      return from != State::gone;
  }
  return false;
}

}  // namespace bridge::net
