// Stream: one accepted connection, TCP or TLS, as bytes. The raw role of libwebsockets carries it.
//
// Bytes go out only when libwebsockets says that they can, and what the kernel does not take is kept here. While
// anything is kept nothing is read: a client that never reads is not served, and costs one write of memory.

#pragma once

#include "bridge/net/byte_stream.h"
#include "bridge/net/loop.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct lws;
struct lws_protocols;
struct lws_vhost;

namespace bridge::net {

class Stream final : public ByteStream, public std::enable_shared_from_this<Stream> {
 public:
  Stream(Loop& loop, std::function<void(Stream&)> ended) : loop_(loop), ended_(std::move(ended)) {}

  // Takes an accepted socket over; the Stream lives until ended(). TLS when the vhost has a certificate.
  void adopt(lws_vhost* vhost, bool tls, int socket);
  void set_user(std::shared_ptr<StreamUser> user) { user_ = std::move(user); }

  bool open() const { return socket_ && !dead_; }
  bool flushed() const;  // everything written so far is with the kernel
  void abandon();        // ends now, and calls nobody again

  void ask_writable() override;
  void write(std::string_view bytes) override;
  void hold(bool held) override;
  void finish() override;  // what still comes is thrown away
  void kill() override;
  std::optional<std::uint64_t> unacknowledged() const override;

  static const lws_protocols* protocols();

 private:
  friend int on_stream(lws*, int, void*, void*, std::size_t);
  int receive(std::string_view bytes);
  int writable();
  void close();
  void drain();
  void shut() const;
  void apply_flow();

  Loop& loop_;
  std::function<void(Stream&)> ended_;
  std::shared_ptr<StreamUser> user_;  // nullptr: nobody listens any more
  lws* socket_ = nullptr;
  bool in_callback_ = false, dead_ = false, finishing_ = false, heard_ = false;
  bool held_ = false, flowing_ = true;
  std::string kept_;  // what the kernel did not take, from kept_at_ on
  std::size_t kept_at_ = 0;
  onebot::io::Owner deadline_;  // of a polite end
};

}  // namespace bridge::net
