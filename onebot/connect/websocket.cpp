#include "onebot/connect/websocket.h"

#include "onebot/connect/auth.h"
#include "onebot/connect/head.h"

#include <fmt/format.h>

#include <algorithm>

namespace onebot::connect {
namespace {

constexpr std::size_t kLongestName = 64;

bool is_consumer_name(std::string_view name) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  return !name.empty() && name.size() <= kLongestName && name.find_first_not_of(kAllowed) == std::string_view::npos;
}

}  // namespace

Status WebSocket::start() {
  const auto port =
      backend_.server.listen({.host = options_.host, .port = options_.port, .max_body = kMaxRequest}, nullptr, this);
  if (!port) return std::unexpected(port.error());
  backend_.log.line(LogLevel::info, fmt::format("websocket listens host={} port={}", options_.host, *port));
  return {};
}

void WebSocket::stop() {
  stopped_ = true;
  const auto sessions = std::move(sessions_);
  sessions_.clear();
  for (const auto& session : sessions) session->leave(1001, "the bridge stops");
}

void WebSocket::wake() {
  for (auto next = sessions_.begin(); next != sessions_.end();) (*next++)->wake();  // one may end in between
}

void WebSocket::announce(std::string_view meta_event) {
  for (auto next = sessions_.begin(); next != sessions_.end();) (*next++)->announce(meta_event);
}

std::optional<io::HttpResponse> WebSocket::refuse(const io::HttpRequest& upgrade) {
  if (stopped_) return io::HttpResponse{.status = 503};
  if (upgrade.url != "/") return io::HttpResponse{.status = 404};
  if (!authorized(upgrade, options_.access_token)) return unauthorized();
  const auto name = io::query_param(upgrade.query, "consumer");
  if (name && !is_consumer_name(*name)) {
    return io::HttpResponse{.status = 400,
                            .headers = {{"Content-Type", "text/plain"}},
                            .body = "consumer: 1 to 64 letters, digits, \"-\", \"_\" or \".\"\n"};
  }
  return std::nullopt;
}

std::string WebSocket::subprotocol(std::string_view offered) {
  while (!offered.empty()) {
    std::string_view one = offered.substr(0, offered.find(','));
    offered.remove_prefix(std::min(offered.size(), one.size() + 1));
    one.remove_prefix(std::min(one.find_first_not_of(" \t"), one.size()));
    one = one.substr(0, one.find_first_of(" \t"));
    if (one == "12" || one.starts_with("12.")) return std::string(one);
  }
  return {};
}

std::string WebSocket::consumer(const io::HttpRequest& upgrade) const {
  const auto name = io::query_param(upgrade.query, "consumer");
  return name ? fmt::format("websocket:{}:{}:{}", options_.host, options_.port, *name) : std::string();
}

io::WebSocketPeer* WebSocket::accept(const io::HttpRequest& upgrade, std::unique_ptr<io::WebSocket> socket) {
  const std::string name = consumer(upgrade);
  for (auto next = sessions_.begin(); !name.empty() && next != sessions_.end();) {
    Session& other = **next++;
    if (other.consumer() == name) other.close(1008, "a newer connection of this consumer took over");
  }
  const auto place = sessions_.emplace(sessions_.end());
  *place = std::make_unique<Session>(
      backend_, SessionOptions{.consumer = name, .max_frame = options_.max_frame},
      [this, place](int code, std::string_view reason, int) {
        backend_.log.line(LogLevel::debug,
                          fmt::format("websocket closed code={} reason=\"{}\"", code, printable(reason)));
        sessions_.erase(place);
      });
  (*place)->attach(std::move(socket));
  return place->get();
}

}  // namespace onebot::connect
