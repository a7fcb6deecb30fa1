// A real loop with a server and a client on it, turned until a condition holds, and raw bytes for hostile ones.

#pragma once

#include "bridge/net/client.h"
#include "bridge/net/loop.h"
#include "bridge/net/server.h"
#include "onebot/frame.h"
#include "tests/fakes.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace sockets {

namespace io = onebot::io;

// Turns the loop until done() or the time is over; returns done().
inline bool turn(bridge::net::Loop& loop, const std::function<bool()>& done,
                 std::chrono::milliseconds limit = std::chrono::seconds(10)) {
  const auto end = loop.now() + limit;
  while (!done() && loop.now() < end) {
    const auto tick = loop.after(std::chrono::milliseconds(1), [] {});
    uv_run(loop.uv(), UV_RUN_ONCE);
  }
  return done();
}

// How often the loop turns in a fifth of a second, with nothing of its own to do.
inline int turns(bridge::net::Loop& loop) {
  int count = 0;
  uv_prepare_t each;
  uv_prepare_init(loop.uv(), &each);
  each.data = &count;
  uv_prepare_start(&each, [](uv_prepare_t* handle) { ++*static_cast<int*>(handle->data); });
  const auto end = loop.after(std::chrono::milliseconds(200), [&] { uv_stop(loop.uv()); });
  uv_run(loop.uv(), UV_RUN_DEFAULT);
  bool closed = false;
  each.data = &closed;
  uv_close(reinterpret_cast<uv_handle_t*>(&each), [](uv_handle_t* one) { *static_cast<bool*>(one->data) = true; });
  while (!closed) uv_run(loop.uv(), UV_RUN_NOWAIT);
  return count;
}

// Answers each request with its body, or "got" when there is none; "/slow" when the test does. A body that is too long
// for "/long" is answered with its size.
struct Echo : io::HttpService {
  std::optional<io::HttpResponse> refuse(const io::HttpRequest& request) override {
    if (request.url == "/refused") return io::HttpResponse{401, {}, "no\n"};
    return std::nullopt;
  }
  void serve(io::HttpRequest request, std::unique_ptr<io::Exchange> exchange) override {
    requests.push_back(request);
    if (request.url == "/slow") return kept.push_back(std::move(exchange));
    if (request.url == "/empty") return exchange->answer({204, {}, ""});
    if (request.url == "/dropped") return;
    if (request.url == "/large")
      return exchange->answer({200, {}, large}, [this](io::Receipt receipt) { note(receipt); });
    exchange->answer({200, {{"Content-Type", "text/plain"}}, request.body.empty() ? "got" : request.body},
                     [this](io::Receipt receipt) { note(receipt); });
  }
  std::unique_ptr<io::LongBody> serve_long(const io::HttpRequest& request) override {
    struct Counted : io::LongBody {
      void piece(std::string_view bytes) override { size += bytes.size(); }
      io::HttpResponse end() override { return {200, {}, std::to_string(size)}; }
      std::size_t size = 0;
    };
    return request.url == "/long" ? std::make_unique<Counted>() : nullptr;
  }
  void note(io::Receipt receipt) {
    ++(receipt == io::Receipt::none ? lost : receipt == io::Receipt::had ? had : ended);
  }
  std::vector<io::HttpRequest> requests;
  std::vector<std::unique_ptr<io::Exchange>> kept;
  std::string large = std::string(20 << 20, 'L');  // more than a kernel keeps
  int had = 0, ended = 0, lost = 0;
};

// A peer that keeps what it hears and sends what it is given.
struct Peer : io::WebSocketPeer {
  void on_open() override { opened = true; }
  void on_text(std::string_view text) override {
    texts.emplace_back(text);
    if (heard) heard();
  }
  void on_binary(std::string_view bytes) override { binaries.emplace_back(bytes); }
  void on_pong(std::string_view bytes) override { pongs.emplace_back(bytes); }
  bool on_too_long(Kind, std::string_view piece, bool last) override {
    passed += piece;
    too_long += last || !goes_on ? 1 : 0;
    return goes_on;
  }
  bool on_broken_text(std::string_view bytes) override {
    if (goes_on) broken_texts.emplace_back(bytes);
    return goes_on;
  }
  void on_broken(std::string_view why) override { faults.emplace_back(why); }
  std::string_view next_frames() override {
    sending = std::exchange(outbox, {});
    return sending;
  }
  void on_refused(const io::Headers& headers) override { refusal = headers; }
  void on_close(int code, std::string_view why, int status) override {
    closed = true;
    close_code = code;
    reason = why;
    http_status = status;
  }
  void send(std::string_view text) {
    onebot::frame::append_text(outbox, text);
    socket->wake();
  }
  bool opened = false, closed = false, goes_on = false;
  int close_code = 0, http_status = 0, too_long = 0;
  std::string reason, outbox, sending, passed;
  io::Headers refusal;
  std::vector<std::string> texts, binaries, pongs, broken_texts, faults;
  std::function<void()> heard;
  std::unique_ptr<io::WebSocket> socket;
};

struct Sockets : io::WebSocketService {
  std::optional<io::HttpResponse> refuse(const io::HttpRequest& upgrade) override {
    if (upgrade.query == "no") return io::HttpResponse{401, {}, "no\n"};
    upgrades.push_back(upgrade);
    return std::nullopt;
  }
  std::string subprotocol(std::string_view offered) override {
    return offered.starts_with("12.") ? std::string(offered.substr(0, offered.find(','))) : "";
  }
  io::WebSocketPeer* accept(const io::HttpRequest&, std::unique_ptr<io::WebSocket> socket) override {
    peers.push_back(std::make_unique<Peer>());
    peers.back()->socket = std::move(socket);
    return peers.back().get();
  }
  std::vector<io::HttpRequest> upgrades;
  std::vector<std::unique_ptr<Peer>> peers;
};

// One end of a connection, as bytes.
struct Raw {
  explicit Raw(int port, bool small_window = false) : fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int few = 4096;
    if (small_window) ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &few, sizeof few);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ended = ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0;
    ::fcntl(fd, F_SETFL, O_NONBLOCK);
  }
  struct Accepted {
    int fd = -1;
  };
  explicit Raw(Accepted accepted) : fd(accepted.fd) { ::fcntl(fd, F_SETFL, O_NONBLOCK); }
  ~Raw() { ::close(fd); }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;

  void send(std::string_view bytes) const { static_cast<void>(!::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL)); }
  // What has come so far.
  const std::string& read() {
    char buffer[65536];
    for (;;) {
      const ssize_t got = ::recv(fd, buffer, sizeof buffer, 0);
      if (got > 0) {
        text.append(buffer, static_cast<std::size_t>(got));
        continue;
      }
      ended = ended || got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
      return text;
    }
  }
  bool has(std::string_view part) { return read().find(part) != std::string::npos; }
  int status() const { return text.starts_with("HTTP/1.1 ") ? std::stoi(text.substr(9, 3)) : 0; }

  int fd;
  std::string text;
  bool ended = false;
};

// A server of bytes.
struct RawServer {
  RawServer() : fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof to;
    ::bind(fd, reinterpret_cast<sockaddr*>(&to), size);
    ::listen(fd, 16);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&to), &size);
    port = ntohs(to.sin_port);
  }
  ~RawServer() { ::close(fd); }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  // The next client that has come; nullptr when there is none.
  std::unique_ptr<Raw> accept() const {
    const int accepted = ::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC);
    return accepted < 0 ? nullptr : std::make_unique<Raw>(Raw::Accepted{accepted});
  }
  std::string url(std::string_view scheme, std::string_view path = "/") const {
    return std::string(scheme) + "://127.0.0.1:" + std::to_string(port) + std::string(path);
  }
  int fd;
  int port = 0;
};

struct World {
  static constexpr std::size_t kPlaces = 64, kShare = 60, kInflight = 400'000;
  static constexpr int kRefusals = 5;
  bridge::net::Loop loop;
  fakes::Log log;
  Echo http;
  Sockets websocket;
  bridge::net::Server server{loop,
                             {.connections = kPlaces,
                              .per_peer = kShare,
                              .inflight = kInflight,
                              .refusals = kRefusals,
                              .request = std::chrono::milliseconds(700),
                              .idle = std::chrono::milliseconds(1500),
                              .stalled = std::chrono::milliseconds(1500)},
                             &log};
  bridge::net::Client client{loop, ""};
  int port = *server.listen({.port = 0, .max_body = 1 << 16, .hosts = {"api.test", "cdn.test"}}, &http, &websocket);

  bool until(const std::function<bool()>& done) { return turn(loop, done); }
  std::string url(std::string_view path) const {
    return "http://127.0.0.1:" + std::to_string(port) + std::string(path);
  }
  std::string ws(std::string_view path = "/") const {
    return "ws://127.0.0.1:" + std::to_string(port) + std::string(path);
  }
  // An exchange with the World's own client, to its end.
  onebot::Result<io::HttpResponse> fetch(io::HttpRequest request) {
    std::optional<onebot::Result<io::HttpResponse>> out;
    const auto owner = client.send(std::move(request), [&](auto result) { out = std::move(result); });
    until([&] { return out.has_value(); });
    return out ? *std::move(out) : onebot::fail(onebot::Retcode::network_error, "the test gave up");
  }
};

inline constexpr std::string_view kUpgrade =
    "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";

}  // namespace sockets
