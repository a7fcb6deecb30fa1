#include "onebot/connect/websocket.h"

#include "onebot/connect/auth.h"
#include "onebot/connect/head.h"

#include <fmt/format.h>

#include <algorithm>

namespace onebot::connect {
namespace {

constexpr std::size_t kMostKnown = 1000;  // consumers; one more, and those that are not connected are forgotten

}  // namespace

WebSocket::WebSocket(WebSocketOptions options, Backend& backend)
    : options_(std::move(options)),
      backend_(backend),
      refusals_(backend.log, fmt::format("websocket {}:{}", options_.host, options_.port),
                {Dialect::onebot12, Way::websocket, options_.elsewhere}) {}

Status WebSocket::start() {
  if (!options_.name.empty()) {
    backend_.cursors.rename(fmt::format("websocket:{}:{}:", options_.host, options_.port), cursor(""));
  }
  const auto port = backend_.server.listen(
      {.host = options_.host, .port = options_.port, .max_body = kMaxRequest, .hosts = options_.hosts}, nullptr, this);
  if (!port) return std::unexpected(port.error());
  backend_.log.line(LogLevel::info, fmt::format("websocket listens host={} port={}", options_.host, *port));
  return {};
}

void WebSocket::stop() {
  stopped_ = true;
  const auto sessions = std::move(sessions_);
  sessions_.clear();
  for (const auto& session : sessions) session->link().leave(1001, "the bridge stops");
}

void WebSocket::wake() {
  for (auto next = sessions_.begin(); next != sessions_.end();) (*next++)->link().wake();  // one may end in between
}

void WebSocket::announce(std::string_view meta_event) {
  for (auto next = sessions_.begin(); next != sessions_.end();) (*next++)->announce(meta_event);
}

std::optional<io::HttpResponse> WebSocket::refuse(const io::HttpRequest& upgrade) {
  if (stopped_) return io::HttpResponse{.status = 503};
  if (upgrade.url != "/") return refusals_.path(upgrade);
  if (!authorized(upgrade, options_.access_token)) return refusals_.token(upgrade);
  const auto name = io::query_param(upgrade.query, "consumer");
  if (name && !is_name(*name)) return refusals_.consumer(upgrade);
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
  return name ? cursor(*name) : nameless(upgrade);
}

std::string WebSocket::cursor(std::string_view name) const {
  if (!options_.name.empty()) return fmt::format("websocket:{}:{}", options_.name, name);
  return fmt::format("websocket:{}:{}:{}", options_.host, options_.port, name);
}

std::string WebSocket::nameless(const io::HttpRequest& upgrade) const {
  if (options_.default_consumer.empty()) return {};
  std::string consumer = cursor(options_.default_consumer);
  if (!connected(consumer)) return consumer;
  backend_.log.count("consumers_nameless");
  backend_.log.line(
      LogLevel::warn,
      fmt::format("websocket client={} has no name, and another one is connected: it is served live only, "
                  "and misses what happens while it is away; let it say ?consumer=NAME",
                  upgrade.remote));
  return {};
}

bool WebSocket::connected(std::string_view consumer) const {
  return std::ranges::any_of(
      sessions_, [&](const auto& session) { return session->consumer() == consumer && !session->link().ends(); });
}

Acquaintance* WebSocket::known(const std::string& consumer) {
  if (consumer.empty()) return nullptr;
  if (known_.size() >= kMostKnown) {
    std::erase_if(known_, [&](const auto& one) {
      return std::ranges::none_of(sessions_, [&](const auto& session) { return session->consumer() == one.first; });
    });
  }
  return &known_[consumer];
}

io::WebSocketPeer* WebSocket::accept(const io::HttpRequest& upgrade, std::unique_ptr<io::WebSocket> socket) {
  const std::string name = consumer(upgrade);
  for (auto next = sessions_.begin(); !name.empty() && next != sessions_.end();) {
    Session& other = **next++;
    if (other.consumer() == name) other.link().close(1008, "a newer connection of this consumer took over");
  }
  const auto place = sessions_.emplace(sessions_.end());
  *place = std::make_unique<Session>(
      backend_,
      SessionOptions{.refusals = &refusals_,
                     .remote = upgrade.remote,
                     .link = {.consumer = name,
                              .known = known(name),
                              .proof = name.empty() ? Proof::kernel : Proof::probe,
                              .max_frame = options_.max_frame}},
      [this, place, remote = upgrade.remote](int code, std::string_view reason, int) {
        refusals_.ended(remote, reason);
        backend_.log.line(LogLevel::debug,
                          fmt::format("websocket closed code={} reason=\"{}\"", code, printable(reason)));
        sessions_.erase(place);
      });
  (*place)->link().attach(std::move(socket));
  return &(*place)->link();
}

}  // namespace onebot::connect
