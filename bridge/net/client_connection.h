// ClientConnection: one WebSocket that we dial, between the client role of libwebsockets and a WebSocketPeer.
//
//   look-up -> dial, address after address -> handshake -> open -> close frame, ours or theirs -> gone
//
// Bytes go out only from WRITEABLE and never while libwebsockets still holds a partial write. The peer's ready-made
// frames are masked on the way (RFC 6455 section 5.3), many per write.

#pragma once

#include <uv.h>

#include <memory>
#include <string>
#include <vector>

#include "bridge/net/loop.h"
#include "bridge/net/socket_url.h"
#include "onebot/io.h"

struct lws;
struct lws_protocols;
struct lws_vhost;

namespace bridge::net {

class ClientConnection : public std::enable_shared_from_this<ClientConnection> {
 public:
  ClientConnection(Loop& loop, onebot::io::WebSocketPeer& peer) : loop_(loop), peer_(&peer) {}

  std::unique_ptr<onebot::io::WebSocket> handle();  // for the peer
  void begin(lws_vhost* vhost, SocketUrl url, onebot::io::Headers headers, std::chrono::milliseconds limit);
  void fail_soon(std::string why);  // never opens; on_close() comes a turn later

  static const lws_protocols* protocols();

 private:
  template <class Connection>
  friend class SocketHandle;
  friend int on_client(lws*, int, void*, void*, std::size_t);
  void wake();
  void close(int code, std::string_view reason);
  void hold(bool held);
  void detach();
  std::uint64_t acknowledged() const;

  void look_up();
  void dial();
  int add_headers(lws* socket, unsigned char** at, unsigned char* end) const;
  void on_open();
  int on_receive(const char* bytes, std::size_t size);
  int on_writeable();
  void on_peer_close(const unsigned char* bytes, std::size_t size);
  void on_refused(std::string why, int status);
  int write(std::string_view frames);
  int write_close();
  int give_up(int code, std::string_view reason);
  int skip(onebot::io::WebSocketPeer::Kind kind, std::size_t rest, bool last);
  void let_go();
  void kill();
  void end(int code, std::string_view reason, int http_status = 0);

  Loop& loop_;
  onebot::io::WebSocketPeer* peer_;            // nullptr: nobody listens any more
  std::shared_ptr<ClientConnection> alive_{};  // itself, while libuv or libwebsockets may call back
  lws_vhost* vhost_ = nullptr;
  SocketUrl url_{};
  onebot::io::Headers headers_{};
  std::string subprotocols_{};  // offered
  uv_getaddrinfo_t lookup_{};
  std::vector<std::string> addresses_{};  // still to be tried, the best last
  lws* socket_ = nullptr;                 // nullptr: not dialed yet, or gone
  bool connected_ = false, open_ = false, ended_ = false, held_ = false, close_sent_ = false;
  std::string arriving_{};  // a message, until its last fragment
  bool skipping_ = false;   // the rest of a message beyond the limit
  std::string scratch_{};   // masked frames
  int close_code_ = 0;      // ours, to be sent; 0: none
  std::string close_reason_{};
  int peer_code_ = 1006;
  std::string peer_reason_{};
  std::uint64_t written_ = 0;
  mutable std::uint64_t acknowledged_ = 0;
  onebot::io::Owner deadline_{};  // of the handshake, then of a close that is not answered
};

}  // namespace bridge::net
