// Blocking sockets and WebSocket frames for the load generator: as little work as possible, so that what is measured
// is the program under load.

#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

// One TCP connection. Reading belongs to one thread; writing is guarded by a mutex.
class Socket {
 public:
  explicit Socket(int fd);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  static int connect(int port);                          // -1 when refused
  static int listen(int port);                           // -1 when it cannot
  bool write(std::string_view bytes);                    // all of it; false when the peer is gone
  std::string_view read_more();                          // what arrived; "" at the end. Valid until the next call
  bool read_head(std::string& head, std::string& rest);  // an HTTP head, and the bytes behind it
  void shut();

 private:
  int fd_;
  std::mutex writing_;
  std::vector<char> buffer_ = std::vector<char>(1 << 18);
};

// Cuts a byte stream into WebSocket frames, unmasking them.
class Frames {
 public:
  void feed(std::string_view bytes) { pending_.append(bytes); }
  // The next whole frame; payload is valid until the next call. False when more bytes are needed.
  bool next(int& opcode, std::string_view& payload);

 private:
  bool compact();  // forgets what was read; always false

  std::string pending_;
  std::size_t at_ = 0;
};

std::string accept_key(std::string_view client_key);
std::string masked(int opcode, std::string_view payload);
std::uint64_t now_ns();

}  // namespace bench
