// WebSocketConnection: one WebSocket, between a ByteStream and a WebSocketPeer, whichever side dialed. RFC 6455.
//
//   as a server:  101 sent ---------------> open -> close frame, ours or theirs -> the other's, or two seconds -> gone
//   as a client:  request sent -> 101 read ---^
//
// The peer's ready-made frames go out many per write; a client's are masked on the way (section 5.3).

#pragma once

#include "bridge/net/byte_stream.h"
#include "bridge/net/client_upgrade.h"
#include "bridge/net/frame_reader.h"
#include "bridge/net/loop.h"
#include "onebot/io.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace bridge::net {

class WebSocketConnection : public StreamUser, public std::enable_shared_from_this<WebSocketConnection> {
 public:
  enum class Role { server, client };

  // stream: nullptr for one that never opens, see fail_soon().
  WebSocketConnection(Loop& loop, std::shared_ptr<ByteStream> stream, Role role, std::size_t max_message)
      : loop_(loop),
        stream_(std::move(stream)),
        role_(role),
        reader_(max_message, role == Role::server ? FrameReader::From::client : FrameReader::From::server) {}

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
  void detach();
  std::uint64_t acknowledged() const;

  void greet(std::string_view bytes);
  void open();
  void read(std::string_view bytes);
  void take(const FrameReader::Item& item);
  void write(std::string_view frames);
  void write_close();
  void end(int code, std::string_view reason, int http_status = 0);

  Loop& loop_;
  std::shared_ptr<ByteStream> stream_;  // nullptr: gone
  const Role role_;
  FrameReader reader_;
  std::optional<ClientUpgrade> upgrade_{};     // until it was answered
  std::string place_{};                        // of the server we dial
  std::string first_{};                        // the request, or the 101 answer, until it was written
  std::string early_{};                        // bytes read but not yet looked at
  std::string scratch_{};                      // masked frames
  onebot::io::WebSocketPeer* peer_ = nullptr;  // nullptr: nobody listens any more
  bool open_ = false, held_ = false, detached_ = false;
  std::string pong_{};  // a frame that answers the latest ping
  int close_code_ = 0;  // of the close frame to send, or sent; 0: none
  std::string close_reason_{};
  bool close_sent_ = false;
  bool over_ = false;          // nothing more is read: they have closed, or broken the protocol
  std::uint64_t written_ = 0;  // bytes of next_frames()
  mutable std::uint64_t acknowledged_ = 0;
  onebot::io::Owner deadline_{};  // of the handshake, then of a close that is not answered
};

}  // namespace bridge::net
