#include "tests/bench/load_consumer.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdlib>

namespace bench {

using namespace std::chrono_literals;

namespace {
constexpr int kPing = 9, kPong = 10;  // RFC 6455, section 5.2
}

Consumer::Consumer(int port, const std::string& path) {
  ages_.reserve(1 << 20);
  int fd = -1;
  for (int tries = 0; tries < 10'000 && fd < 0; ++tries) {
    fd = Socket::connect(port);
    if (fd < 0) std::this_thread::sleep_for(1ms);
  }
  socket_ = std::make_unique<Socket>(fd);
  std::string head, rest;
  if (fd < 0 ||
      !socket_->write("GET " + path +
                      " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n") ||
      !socket_->read_head(head, rest) || !head.starts_with("HTTP/1.1 101")) {
    fmt::print(stderr, "bench_load: no WebSocket on port {}: {}\n", port, head.substr(0, 80));
    std::exit(1);
  }
  reading_ = std::thread([this, rest] { read(rest); });
}

Consumer::~Consumer() {
  socket_->shut();
  reading_.join();
}

void Consumer::read(std::string rest) {
  Frames frames;
  frames.feed(rest);
  for (;;) {
    int opcode = 0;
    std::string_view payload;
    while (frames.next(opcode, payload)) {
      if (opcode == kPing) socket_->write(masked(kPong, payload));
      const auto mark = payload.find("bench ");
      if (mark == std::string_view::npos) continue;
      std::uint64_t sent = 0;
      if (std::from_chars(payload.data() + mark + 6, payload.data() + payload.size(), sent).ec != std::errc{}) continue;
      const std::uint64_t now = now_ns();
      ages_.push_back(now - sent);
      last_ns_ = now;
      ++events_;
    }
    const std::string_view more = socket_->read_more();
    if (more.empty()) return;
    frames.feed(more);
  }
}

bool Consumer::wait_for(std::size_t events, double seconds) {
  const auto until = now_ns() + static_cast<std::uint64_t>(seconds * 1e9);
  while (events_ < events && now_ns() < until) std::this_thread::sleep_for(200us);
  return events_ >= events;
}

}  // namespace bench
