#include "adapters/feishu/feed/feed.h"

#include "adapters/kit/characters.h"
#include "onebot/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace feishu {
namespace {

using onebot::LogLevel;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kEndpointPatience{15};
constexpr seconds kFewSeconds{5};
constexpr seconds kSoonest{1};  // after a loss, however small the platform's spread is
// After failed attempts, no longer than the platform's interval, which is an hour at most.
constexpr milliseconds kPauses[] = {seconds{5},   seconds{10},  seconds{20},  seconds{40},   seconds{80},
                                    seconds{160}, seconds{320}, seconds{640}, seconds{1280}, seconds{3600}};
constexpr std::chrono::minutes kSlow{10};

}  // namespace

Feed::Feed(Config config, const Parts& parts, FeedPeer& peer)
    : config_(std::move(config)),
      parts_(parts),
      peer_(peer),
      secrets_({config_.app_secret}),
      waits_(kPauses, config_.random),
      connection_("long connection", {parts.loop, parts.client, parts.log}, static_cast<kit::ConnectionPeer&>(*this)) {}

void Feed::stop() {
  connection_.stop();
  talk_.reset();
  online_ = false;
}

onebot::Task<kit::ConnectionPeer::Address> Feed::prepare() {
  auto answer = co_await onebot::answer_to(parts_.client, discovery());
  if (!answer) co_return std::unexpected(failed(Setback{Setback::Kind::passing, answer.error().message}));
  answer->body = secrets_.masked(std::move(answer->body));
  auto endpoint = read_endpoint(*answer, endpoint_.config, config_.api.starts_with("https://"));
  if (!endpoint) co_return std::unexpected(failed(endpoint.error()));
  endpoint_ = *std::move(endpoint);
  co_return std::exchange(endpoint_.url, std::string());
}

onebot::io::HttpRequest Feed::discovery() const {
  return {.method = "POST",
          .url = config_.api + std::string(kEndpointPath),
          .headers = {{"Content-Type", "application/json"}, {"locale", "zh"}, {"User-Agent", "onebridge"}},
          .body = onebot::json::write(onebot::Fields{{"AppID", config_.app_id}, {"AppSecret", config_.app_secret}}),
          .timeout = kEndpointPatience,
          .max_body = 64 << 10};
}

void Feed::on_open() {
  talk_ = std::make_unique<Talk>(connection_, endpoint_.service, endpoint_.config, Talk::Parts{parts_.loop, parts_.log},
                                 peer_);
  parts_.log.line(LogLevel::info,
                  fmt::format("long connection open device=\"{}\" service={} ping={}s",
                              kit::shortened(endpoint_.device, 80), endpoint_.service, endpoint_.config.ping.count()));
  talk_->start();
  set_online(true);
}

void Feed::on_text(std::string_view) {
  waits_.reset();
  talk_->on_text();
}

void Feed::on_binary(std::string_view bytes) {
  waits_.reset();
  talk_->on_binary(bytes);
}

kit::Loss Feed::on_end(const kit::Ending& ending) {
  if (ending.code != 0) parts_.log.count("long_connection_closed");
  if (ending.http_status != 0) return failed(read_refusal(ending.http_status, ending.headers));
  if (!talk_) return failed({Setback::Kind::passing, ending.why});
  if (!talk_->has_heard()) {
    return failed({Setback::Kind::passing, fmt::format("{} before anything came over it", ending.why)});
  }
  return lost(ending);
}

// An open connection has ended.
kit::Loss Feed::lost(const kit::Ending& ending) {
  talk_.reset();
  set_online(false);
  return {.why = ending.why,
          .pause = std::max<milliseconds>(waits_.part_of(endpoint_.config.spread), kSoonest),
          .level = ending.code == 0 ? LogLevel::warn : LogLevel::info};
}

// An attempt has come to nothing.
kit::Loss Feed::failed(const Setback& setback) {
  parts_.log.count("long_connection_failures");
  talk_.reset();
  set_online(false);
  const LogLevel level = setback.kind == Setback::Kind::passing ? LogLevel::warn : LogLevel::error;
  return {.why = setback.why, .pause = pause_after(setback), .level = level};
}

milliseconds Feed::pause_after(const Setback& setback) {
  const ClientConfig& config = endpoint_.config;
  const milliseconds pause = waits_.next(config.reconnect);
  const bool spent = config.attempts >= 0 && static_cast<std::int64_t>(waits_.failures()) >= config.attempts;
  if (setback.kind != Setback::Kind::passing || spent) return waits_.jittered(kSlow);
  return setback.wait ? std::max(pause, *setback.wait + waits_.part_of(kFewSeconds)) : pause;
}

void Feed::set_online(bool online) {
  if (std::exchange(online_, online) != online) peer_.on_online(online);
}

}  // namespace feishu
