#include "onebot/connect/websocket_reverse.h"

#include "onebot/connect/auth.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace onebot::connect {
namespace {

ReverseOptions complete(ReverseOptions options) {
  if (options.consumer.empty()) options.consumer = WebSocketReverse::consumer_name(options.url);
  options.reconnect_interval = std::max(options.reconnect_interval, std::chrono::milliseconds(1));
  return options;
}

}  // namespace

std::string WebSocketReverse::consumer_name(std::string_view url) {
  return fmt::format("websocket_reverse:{}", public_url(url));
}

WebSocketReverse::WebSocketReverse(ReverseOptions options, Backend& backend, Implementation implementation)
    : options_(complete(std::move(options))),
      consumer_(options_.name.empty() ? options_.consumer : fmt::format("websocket_reverse:{}", options_.name)),
      backend_(backend),
      implementation_(std::move(implementation)),
      refusals_(backend.log, fmt::format("websocket_reverse {}", public_url(options_.url)),
                {Dialect::onebot12, Way::websocket_reverse, {}}) {}

Status WebSocketReverse::start() {
  if (!options_.name.empty()) backend_.cursors.rename(options_.consumer, consumer_);
  // Known from now on: what happens before the first connection stands is not lost.
  static_cast<void>(backend_.cursors.position(consumer_));
  dial();
  return {};
}

void WebSocketReverse::stop() {
  redial_.reset();
  if (const auto session = std::move(session_)) session->link().leave(1001, "the bridge stops");
}

void WebSocketReverse::wake() {
  if (session_) session_->link().wake();
}

void WebSocketReverse::announce(std::string_view meta_event) {
  if (session_) session_->announce(meta_event);
}

void WebSocketReverse::dial() {
  io::HttpRequest upgrade{.url = options_.url,
                          .headers = {{"User-Agent", user_agent(implementation_)},
                                      {"Sec-WebSocket-Protocol", fmt::format("12.{}", implementation_.name)}},
                          .max_body = kMaxRequest};
  add_authorization(upgrade.headers, options_.access_token);
  session_ = std::make_unique<Session>(
      backend_,
      SessionOptions{
          .refusals = &refusals_,
          .remote = public_url(options_.url),
          .link = {.consumer = consumer_, .known = &known_, .proof = Proof::pongs, .max_frame = options_.max_frame}},
      [this](int code, std::string_view reason, int http_status) { ended(code, reason, http_status); });
  session_->link().attach(backend_.client.connect(std::move(upgrade), session_->link()));
}

void WebSocketReverse::ended(int code, std::string_view reason, int http_status) {
  const bool was_open = session_->link().opened();
  if (was_open) reported_.clear();
  report(http_status != 0
             ? refused_line(http_status, session_->link().location())
             : fmt::format("{} code={} reason=\"{}\"", was_open ? "closed" : "failed", code, printable(reason)));
  refusals_.ended(public_url(options_.url), reason, options_.url);
  session_.reset();
  redial_ = backend_.loop.after(options_.reconnect_interval, [this] { dial(); });
}

// An application that is down for a night fills one line, not ten thousand.
void WebSocketReverse::report(std::string outcome) {
  const LogLevel level = outcome == reported_ ? LogLevel::debug : LogLevel::warn;
  backend_.log.line(level, fmt::format("websocket_reverse url={} {} next=reconnect in {}ms", public_url(options_.url),
                                       outcome, options_.reconnect_interval.count()));
  reported_ = std::move(outcome);
}

}  // namespace onebot::connect
