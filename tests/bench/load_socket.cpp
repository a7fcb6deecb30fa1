#include "tests/bench/load_socket.h"

#include "onebot/crypto.h"

#include <arpa/inet.h>
#include <chrono>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {

// Without this the kernel would keep an event back until the last one is acknowledged.
Socket::Socket(int fd) : fd_(fd) {
  const int one = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

Socket::~Socket() { ::close(fd_); }

int Socket::connect(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd);
    return -1;
  }
  return fd;
}

int Socket::listen(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  const int one = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(fd, 64) != 0) return -1;
  return fd;
}

bool Socket::write(std::string_view bytes) {
  const std::lock_guard lock(writing_);
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string_view Socket::read_more() {
  const ssize_t got = ::recv(fd_, buffer_.data(), buffer_.size(), 0);
  return got <= 0 ? std::string_view{} : std::string_view(buffer_.data(), static_cast<std::size_t>(got));
}

bool Socket::read_head(std::string& head, std::string& rest) {
  head = std::move(rest);
  rest.clear();
  for (;;) {
    const auto end = head.find("\r\n\r\n");
    if (end != std::string::npos) {
      rest = head.substr(end + 4);
      head.resize(end + 4);
      return true;
    }
    const std::string_view more = read_more();
    if (more.empty()) return false;
    head += more;
  }
}

void Socket::shut() { ::shutdown(fd_, SHUT_RDWR); }

bool Frames::next(int& opcode, std::string_view& payload) {
  const auto byte = [this](std::size_t i) { return static_cast<unsigned char>(pending_[at_ + i]); };
  const std::size_t have = pending_.size() - at_;
  std::size_t header = 2;
  if (have < header) return compact();
  std::uint64_t size = byte(1) & 0x7f;
  const int wide = size == 126 ? 2 : size == 127 ? 8 : 0;
  header += static_cast<std::size_t>(wide);
  if (have < header) return compact();
  if (wide != 0) {
    size = 0;
    for (int i = 0; i < wide; ++i) size = size << 8 | byte(2 + static_cast<std::size_t>(i));
  }
  const bool is_masked = (byte(1) & 0x80) != 0;
  if (is_masked) header += 4;
  if (have < header + size) return compact();
  if (is_masked) {
    for (std::uint64_t i = 0; i < size; ++i) {
      pending_[at_ + header + i] = static_cast<char>(byte(header + i) ^ byte(header - 4 + i % 4));
    }
  }
  opcode = byte(0) & 0x0f;
  payload = std::string_view(pending_).substr(at_ + header, size);
  at_ += header + size;
  return true;
}

bool Frames::compact() {
  pending_.erase(0, at_);
  at_ = 0;
  return false;
}

std::string accept_key(std::string_view client_key) {
  return onebot::crypto::base64(onebot::crypto::sha1(std::string(client_key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
}

std::string masked(int opcode, std::string_view payload) {
  std::string out(1, static_cast<char>(0x80 | opcode));
  if (payload.size() < 126) {
    out.push_back(static_cast<char>(0x80 | payload.size()));
  } else {
    out.push_back(static_cast<char>(0x80 | 126));
    out.push_back(static_cast<char>(payload.size() >> 8));
    out.push_back(static_cast<char>(payload.size() & 0xff));
  }
  out.append(4, '\0');  // a mask of zeros: the payload stays as it is
  return out.append(payload);
}

std::uint64_t now_ns() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count());
}

}  // namespace bench
