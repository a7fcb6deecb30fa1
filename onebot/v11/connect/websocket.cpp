#include "onebot/v11/connect/websocket.h"

#include "onebot/connect/head.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onebot::v11::connect {
namespace {

using onebot::connect::Proof;

constexpr std::size_t kMostKnown = 1000;  // consumers; one more, and those that are not connected are forgotten

constexpr std::array<std::pair<std::string_view, Role>, 3> kPaths = {
    {{"/", Role::universal}, {"/api", Role::api}, {"/event", Role::event}}};

std::optional<Role> role_of(std::string_view path) {
  const auto* known = std::ranges::find(kPaths, path, &std::pair<std::string_view, Role>::first);
  return known == kPaths.end() ? std::nullopt : std::optional(known->second);
}

}  // namespace

WebSocket::WebSocket(WebSocketOptions options, Means means)
    : options_(std::move(options)),
      means_(means),
      refusals_(means.ground.backend.log, fmt::format("onebot11.websocket {}:{}", options_.host, options_.port),
                onebot::connect::Way::websocket, options_.section.elsewhere),
      places_("websocket", options_.section.name, fmt::format("{}:{}", options_.host, options_.port)),
      feed_(means.ground, means.rendering, fmt::format("onebot11.websocket {}:{}", options_.host, options_.port),
            options_.section.asking.events) {}

Status WebSocket::start() {
  places_.take_over(means_.ground.backend.cursors);
  const auto port = means_.ground.backend.server.listen(
      {.host = options_.host, .port = options_.port, .max_body = kMostRequest, .hosts = options_.hosts}, nullptr, this);
  if (!port) return std::unexpected(port.error());
  return {};
}

void WebSocket::stop() {
  stopped_ = true;
  const auto sessions = std::move(sessions_);
  sessions_.clear();
  for (const auto& session : sessions) session->link().leave(1001, "the bridge stops");
}

// The event itself is OneBot 12's; it says that something may have changed.
void WebSocket::announce(std::string_view) {
  for (auto next = sessions_.begin(); next != sessions_.end();) (*next++)->check_status();
}

std::optional<io::HttpResponse> WebSocket::refuse(const io::HttpRequest& upgrade) {
  if (stopped_) return refusals_.stopping();
  if (auto refusal = refusals_.dialect(upgrade)) return refusal;
  if (auto refusal = refusals_.entry(upgrade, options_.access_token)) return refusal;
  const Reached reached = reach(means_.ground, options_.section, upgrade.url);
  if (!reached.bot || !role_of(reached.rest)) {
    return refusals_.path(upgrade, prefixes(means_.ground, options_.section));
  }
  if (self_id(means_.ground, *reached.bot) == 0) return refusals_.unknown_bot(upgrade);
  const auto name = io::query_param(upgrade.query, "consumer");
  if (name && !onebot::connect::is_name(*name)) return refusals_.consumer(upgrade);
  return std::nullopt;
}

std::string WebSocket::consumer(const io::HttpRequest& upgrade, const Bot& bot, Role role) const {
  const auto name = io::query_param(upgrade.query, "consumer");
  return name && role != Role::api ? places_.of(bot, *name) : "";
}

WebSocket::Acquaintance* WebSocket::known(const std::string& consumer) {
  if (consumer.empty()) return nullptr;
  if (known_.size() >= kMostKnown) {
    std::erase_if(known_, [&](const auto& one) {
      return std::ranges::none_of(sessions_, [&](const auto& session) { return session->consumer() == one.first; });
    });
  }
  return &known_[consumer];
}

io::WebSocketPeer* WebSocket::accept(const io::HttpRequest& upgrade, std::unique_ptr<io::WebSocket> socket) {
  const Reached reached = reach(means_.ground, options_.section, upgrade.url);
  const Role role = role_of(reached.rest).value_or(Role::universal);
  const std::string name = consumer(upgrade, *reached.bot, role);
  for (auto next = sessions_.begin(); !name.empty() && next != sessions_.end();) {
    Session& other = **next++;
    if (other.consumer() == name) other.link().close(1008, "a newer connection of this consumer took over");
  }
  const auto place = sessions_.emplace(sessions_.end());
  *place = std::make_unique<Session>(
      means_, feed_,
      SessionOptions{.section = &options_.section,
                     .refusals = &refusals_,
                     .bot = reached.bot,
                     .role = role,
                     .remote = upgrade.remote,
                     .link = {.consumer = name,
                              .known = known(name),
                              .proof = name.empty() ? Proof::kernel : Proof::probe,
                              .max_frame = options_.max_frame}},
      [this, place, remote = upgrade.remote](int code, std::string_view reason, int) {
        refusals_.ended(remote, reason);
        means_.ground.backend.log.line(LogLevel::debug, fmt::format("onebot11.websocket closed code={} reason=\"{}\"",
                                                                    code, onebot::connect::printable(reason)));
        sessions_.erase(place);
      });
  (*place)->link().attach(std::move(socket));
  return &(*place)->link();
}

}  // namespace onebot::v11::connect
