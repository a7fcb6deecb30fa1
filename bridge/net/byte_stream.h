// ByteStream: one connection, TCP or TLS, as bytes, whichever side dialed. StreamUser: what speaks over it.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bridge::net {

class StreamUser {
 public:
  virtual ~StreamUser() = default;
  virtual void on_bytes(std::string_view bytes) = 0;  // valid inside the call
  virtual void on_writable() = 0;                     // everything written so far is with the kernel
  virtual void on_gone(std::string_view why) = 0;     // the last call; the stream ends after it
};

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  virtual void ask_writable() = 0;                 // on_writable() follows, once there is a connection
  virtual void write(std::string_view bytes) = 0;  // within on_writable() alone
  virtual void hold(bool held) = 0;                // true: read nothing until hold(false)
  virtual void finish() = 0;                       // ends politely once all is written; the user hears nothing more
  virtual void kill() = 0;                         // ends now; on_gone() follows
  // Bytes the other side's kernel has not acknowledged; nullopt while some have not reached ours.
  virtual std::optional<std::uint64_t> unacknowledged() const = 0;
};

}  // namespace bridge::net
