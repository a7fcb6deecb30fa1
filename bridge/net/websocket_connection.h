// WebSocketConnection: an upgraded connection of a server, between a Stream and a WebSocketPeer. RFC 6455.
//
//   101 -> open -> close frame, ours or theirs -> the other's close frame, or two seconds -> gone
//
// The peer's ready-made frames go out as they are, many per write.

#pragma once

#include <memory>
#include <string>

#include "bridge/net/frame_reader.h"
#include "bridge/net/stream.h"
#include "onebot/io.h"

namespace bridge::net {

class WebSocketConnection : public StreamUser, public std::enable_shared_from_this<WebSocketConnection> {
 public:
  // welcome: the 101 answer. early: what came behind the request.
  WebSocketConnection(Loop& loop, std::shared_ptr<Stream> stream, std::size_t max_message, std::string welcome,
                      std::string early)
      : loop_(loop),
        stream_(std::move(stream)),
        reader_(max_message),
        welcome_(std::move(welcome)),
        early_(std::move(early)) {}

  // Asks the service for the peer, and hands it the socket.
  void begin(onebot::io::WebSocketService& service, const onebot::io::HttpRequest& upgrade);

  void on_bytes(std::string_view bytes) override;
  void on_writable() override;
  void on_gone() override;

 private:
  template <class Connection>
  friend class SocketHandle;
  void wake();
  void hold(bool held);
  void close(int code, std::string_view reason);
  void detach();
  std::uint64_t acknowledged() const;

  void open();
  void read(std::string_view bytes);
  void take(const FrameReader::Item& item);
  void write_close();
  void end(int code, std::string_view reason);

  Loop& loop_;
  std::shared_ptr<Stream> stream_;  // nullptr: gone
  FrameReader reader_;
  std::string welcome_;                        // until it was written
  std::string early_;                          // bytes read but not yet looked at
  onebot::io::WebSocketPeer* peer_ = nullptr;  // nullptr: nobody listens any more
  bool open_ = false, held_ = false, detached_ = false;
  std::string pong_;    // a frame that answers the latest ping
  int close_code_ = 0;  // of the close frame to send, or sent; 0: none
  std::string close_reason_;
  bool close_sent_ = false;
  bool over_ = false;          // nothing more is read: they have closed, or broken the protocol
  std::uint64_t written_ = 0;  // bytes of next_frames()
  mutable std::uint64_t acknowledged_ = 0;
  onebot::io::Owner deadline_;  // of a close that is not answered
};

}  // namespace bridge::net
