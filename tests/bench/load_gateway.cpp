#include "tests/bench/load_gateway.h"

#include "onebot/frame.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <sys/socket.h>

namespace bench {
namespace {

std::string http(std::string_view body) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}", body.size(),
                     body);
}

std::string header(std::string_view head, std::string_view name) {
  for (std::size_t at = 0; (at = head.find("\r\n", at)) != std::string_view::npos;) {
    at += 2;
    const std::string_view line = head.substr(at, head.find("\r\n", at) - at);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || colon != name.size()) continue;
    if (::strncasecmp(line.data(), name.data(), name.size()) != 0) continue;
    const auto value = line.find_first_not_of(' ', colon + 1);
    return value == std::string_view::npos ? std::string() : std::string(line.substr(value));
  }
  return {};
}

std::string text_frame(std::string_view text) {
  std::string out;
  onebot::frame::append_text(out, text);
  return out;
}

}  // namespace

Gateway::Gateway(int port) : port_(port), listener_(Socket::listen(port)) {
  if (listener_ < 0) {
    fmt::print(stderr, "bench_load: cannot listen on port {}\n", port);
    std::exit(1);
  }
  accepting_ = std::thread([this] {
    for (;;) {
      const int fd = ::accept(listener_, nullptr, nullptr);
      if (fd < 0) return;
      std::thread([this, socket = std::make_shared<Socket>(fd)] { serve(socket); }).detach();
    }
  });
  accepting_.detach();
}

void Gateway::serve(std::shared_ptr<Socket> socket) {
  std::string head, rest;
  while (socket->read_head(head, rest)) {
    if (!header(head, "Upgrade").empty()) {
      socket->write(
          fmt::format("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Accept: {}\r\n\r\n",
                      accept_key(header(head, "Sec-WebSocket-Key"))));
      return serve_gateway(std::move(socket), std::move(rest));
    }
    const std::string length = header(head, "Content-Length");
    for (std::size_t want = length.empty() ? 0 : std::stoul(length); rest.size() < want;) rest += socket->read_more();
    rest.clear();
    if (head.find("getAppAccessToken") != std::string::npos) {
      socket->write(http(R"({"access_token":"T","expires_in":"7200"})"));
    } else if (head.find("/gateway") != std::string::npos) {
      socket->write(http(fmt::format(
          R"({{"url":"ws://127.0.0.1:{}/ws","shards":1,"session_start_limit":{{"total":1000,"remaining":999,"reset_after":1,"max_concurrency":20}}}})",
          port_)));
    } else {
      socket->write(http(R"({"id":"1","username":"bench","bot":true})"));
    }
  }
}

void Gateway::serve_gateway(std::shared_ptr<Socket> socket, std::string rest) {
  socket->write(text_frame(R"({"op":10,"d":{"heartbeat_interval":30000}})"));
  Frames frames;
  frames.feed(rest);
  for (;;) {
    int opcode = 0;
    std::string_view payload;
    while (frames.next(opcode, payload)) on_frame(socket, payload);
    const std::string_view more = socket->read_more();
    if (more.empty()) return;
    frames.feed(more);
  }
}

void Gateway::on_frame(const std::shared_ptr<Socket>& socket, std::string_view payload) {
  if (payload.find("\"op\":1,") != std::string_view::npos || payload.find("\"op\":1}") != std::string_view::npos) {
    socket->write(text_frame(R"({"op":11})"));
  } else if (payload.find("\"op\":2") != std::string_view::npos) {
    const std::lock_guard lock(mutex_);
    socket->write(text_frame(fmt::format(
        R"({{"op":0,"s":1,"t":"READY","d":{{"version":1,"session_id":"S{0}","user":{{"id":"9{0}","username":"bench","bot":true}},"shard":[0,1]}}}})",
        bots_.size())));
    bots_.push_back({socket, 1});
    changed_.notify_all();
  }
}

void Gateway::wait_for(std::size_t bots) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return bots_.size() >= bots; });
}

void Gateway::append_message(std::string& out, std::uint64_t seq, std::size_t number) {
  static constexpr std::string_view kMembers[] = {"A0B1C2D3E4F5061728394A5B6C7D8E9F",
                                                  "C4D5E6F708192A3B4C5D6E7F80910213"};
  const std::string text = fmt::format(
      R"({{"op":0,"s":{0},"t":"GROUP_AT_MESSAGE_CREATE","id":"GROUP_AT_MESSAGE_CREATE:b{1:012}","d":{{"id":"ROBOT1.0_bench{1:012}!","author":{{"id":"{2}","member_openid":"{2}","union_openid":"","username":"Lin","member_role":"member","bot":false}},"content":" bench {3} weather tomorrow in the mountains, please, and the day after ","timestamp":"2026-09-21T22:13:40+08:00","group_openid":"5F1E9C7A3B8D42604E7A9B1C2D3F5A68","group_id":"5F1E9C7A3B8D42604E7A9B1C2D3F5A68","message_type":0,"message_scene":{{"source":"default","ext":["msg_idx=REFIDX_CJ2fEBDs0rzWBhiB3Q4gAQ=="]}}}}}})",
      seq, number, kMembers[number % 2], now_ns());
  onebot::frame::append_text(out, text);
}

void Gateway::send(std::size_t count, double rate) {
  std::vector<Bot> bots;
  {
    const std::lock_guard lock(mutex_);
    bots = bots_;
  }
  const auto started = now_ns();
  const std::size_t burst = rate > 0 ? 1 : 64;
  std::string out;
  for (std::size_t sent = 0; sent < count;) {
    Bot& bot = bots[sent / burst % bots.size()];
    out.clear();
    for (std::size_t i = 0; i < burst && sent < count; ++i, ++sent) append_message(out, ++bot.seq, sent);
    if (!bot.socket->write(out)) {
      fmt::print(stderr, "bench_load: the program under load closed its gateway connection\n");
      std::exit(1);
    }
    if (rate > 0) {
      const auto due = started + static_cast<std::uint64_t>(static_cast<double>(sent) / rate * 1e9);
      if (const auto now = now_ns(); due > now) std::this_thread::sleep_for(std::chrono::nanoseconds(due - now));
    }
  }
}

}  // namespace bench
