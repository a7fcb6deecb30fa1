// Carrier: what moves the bytes of a Stream, libwebsockets or libcurl. It keeps nothing back and decides nothing: what
// the kernel does not take, and when the connection ends, is the Stream's business.
//
// It tells its Stream: opened() once, received() and ready() as it was asked to, lost() last.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace bridge::net {

class Carrier {
 public:
  struct Wish {
    bool reading = true;   // Stream::received() may be called
    bool writing = false;  // Stream::ready() is wanted
  };

  virtual ~Carrier() = default;  // ends the connection at once, and tells nobody
  // How many of the bytes it took; 0: none just now; nullopt: the connection is broken.
  virtual std::optional<std::size_t> offer(std::string_view bytes) = 0;
  virtual bool flushed() const = 0;  // all that it took is with the kernel
  virtual void want(Wish wish) = 0;
  virtual void shut() = 0;  // our half of the connection
  virtual void cut() = 0;   // Stream::lost() follows, never inside this call
  // Bytes the other side's kernel has not acknowledged; nullopt while some have not reached ours.
  virtual std::optional<std::uint64_t> unacknowledged() const = 0;
};

}  // namespace bridge::net
