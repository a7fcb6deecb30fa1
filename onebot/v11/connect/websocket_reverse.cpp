#include "onebot/v11/connect/websocket_reverse.h"

#include "onebot/connect/auth.h"
#include "onebot/connect/head.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace onebot::v11::connect {
namespace {

using onebot::connect::Proof;
using onebot::connect::public_url;
using onebot::connect::refused_line;

constexpr int kLongestPause = 10;  // intervals: an application that restarts must not wait for a minute

std::string_view word_for(Role role) {
  if (role == Role::api) return "API";
  return role == Role::event ? "Event" : "Universal";
}

ReverseOptions complete(ReverseOptions options) {
  options.reconnect_interval = std::max(options.reconnect_interval, std::chrono::milliseconds(1));
  if (options.api_url.empty()) options.api_url = options.url;
  if (options.event_url.empty()) options.event_url = options.url;
  return options;
}

std::string endpoint(const ReverseOptions& options) {
  return fmt::format("onebot11.websocket_reverse {}",
                     public_url(options.use_universal_client ? options.url : options.event_url));
}

}  // namespace

WebSocketReverse::WebSocketReverse(ReverseOptions options, Means means)
    : options_(complete(std::move(options))),
      means_(means),
      refusals_(means.ground.backend.log, endpoint(options_), onebot::connect::Way::websocket_reverse),
      places_("websocket_reverse", options_.section.name,
              public_url(options_.use_universal_client ? options_.url : options_.event_url) + options_.section.mark),
      feed_(means.ground, means.rendering, endpoint(options_), options_.section.asking.events) {
  for (const Bot* bot : options_.section.bots) {
    if (options_.use_universal_client) {
      add(*bot, Role::universal, options_.url);
    } else {
      add(*bot, Role::api, options_.api_url);
      add(*bot, Role::event, options_.event_url);
    }
  }
}

void WebSocketReverse::add(const Bot& bot, Role role, const std::string& url) {
  auto link = std::make_unique<Link>();
  link->bot = &bot;
  link->role = role;
  link->url = url;
  if (role != Role::api) link->consumer = places_.of(bot);
  links_.push_back(std::move(link));
}

Status WebSocketReverse::start() {
  running_ = true;
  places_.take_over(means_.ground.backend.cursors);
  // Known from now on: what happens before the first connection stands is not lost.
  for (const auto& link : links_) {
    if (!link->consumer.empty()) static_cast<void>(means_.ground.backend.cursors.position(link->consumer));
  }
  dial_known();
  return {};
}

void WebSocketReverse::stop() {
  running_ = false;
  for (const auto& link : links_) {
    link->redial.reset();
    if (const auto session = std::move(link->session)) session->link().leave(1001, "the bridge stops");
  }
}

void WebSocketReverse::wake() {
  dial_known();
  feed_.pump();
}

// A bot that comes online for the first time has a number then.
void WebSocketReverse::announce(std::string_view) {
  dial_known();
  for (const auto& link : links_) {
    if (link->session) link->session->check_status();
  }
}

void WebSocketReverse::dial_known() {
  if (!running_) return;
  for (const auto& link : links_) {
    if (!link->session && !link->redial && self_id(means_.ground, *link->bot) != 0) dial(*link);
  }
}

void WebSocketReverse::dial(Link& link) {
  const Number self = self_id(means_.ground, *link.bot);
  io::HttpRequest upgrade{.url = link.url,
                          .headers = {{"X-Self-ID", fmt::to_string(self)},
                                      {"X-Client-Role", std::string(word_for(link.role))},
                                      {"User-Agent", user_agent(means_.ground)}},
                          .max_body = kMostRequest};
  onebot::connect::add_authorization(upgrade.headers, options_.access_token);
  link.session = std::make_unique<Session>(
      means_, feed_,
      SessionOptions{.section = &options_.section,
                     .refusals = &refusals_,
                     .bot = link.bot,
                     .role = link.role,
                     .remote = public_url(link.url),
                     .link = {.consumer = link.consumer,
                              .known = &link.known,
                              .proof = Proof::pongs,
                              .max_frame = options_.max_frame}},
      [this, &link](int code, std::string_view reason, int http_status) { ended(link, code, reason, http_status); });
  onebot::connect::Link& socket = link.session->link();
  socket.attach(means_.ground.backend.client.connect(std::move(upgrade), socket));
}

void WebSocketReverse::ended(Link& link, int code, std::string_view reason, int http_status) {
  const bool was_open = link.session->link().opened();
  if (was_open) {
    link.reported.clear();
    link.failures = 0;
  }
  const int intervals = std::min(1 + link.failures++ / 3, kLongestPause);
  const auto pause = options_.reconnect_interval * intervals;
  const std::string ended =
      fmt::format("{} code={} reason=\"{}\"", was_open ? "closed" : "failed", code, onebot::connect::printable(reason));
  report(link, http_status != 0 ? refused_line(http_status, link.session->link().location()) : ended, pause);
  refusals_.ended(public_url(link.url), reason, link.url);
  link.session.reset();
  link.redial = means_.ground.backend.loop.after(pause, [this, &link] {
    const io::Owner over = std::move(link.redial);
    dial(link);
  });
}

// An application that is down for a night fills one line for each link, not ten thousand.
void WebSocketReverse::report(Link& link, std::string outcome, std::chrono::milliseconds pause) {
  const LogLevel level = outcome == link.reported ? LogLevel::debug : LogLevel::warn;
  means_.ground.backend.log.line(
      level, fmt::format("onebot11.websocket_reverse url={} bot={} {} next=reconnect in {}ms", public_url(link.url),
                         name_of(*link.bot), outcome, pause.count()));
  link.reported = std::move(outcome);
}

}  // namespace onebot::v11::connect
