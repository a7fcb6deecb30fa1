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

constexpr seconds kEndpointPatience{15}, kHandshakePatience{15};
constexpr seconds kSoonest{1};     // after a loss, however small the platform's spread is
constexpr seconds kFirstPause{5};  // after a failed attempt; each further one is twice as long
constexpr int kDoublings = 10;
constexpr std::chrono::minutes kSlow{10};

milliseconds scaled(milliseconds time, double by) {
  return milliseconds(static_cast<std::int64_t>(by * static_cast<double>(time.count())));
}

}  // namespace

Feed::Feed(Config config, const Parts& parts, FeedPeer& peer)
    : config_(std::move(config)), parts_(parts), peer_(peer) {}

void Feed::start() {
  if (phase_ == Phase::stopped) begin();
}

void Feed::stop() {
  phase_ = Phase::stopped;
  call_.reset();
  timer_.reset();
  drop_.reset();
  disconnect();
  socket_.reset();
  online_ = false;
}

void Feed::hold(bool on) {
  held_ = on;
  if (!talk_) return;
  talk_->hold(on);
  socket_->hold(on);
}

void Feed::begin_in(milliseconds delay) {
  phase_ = Phase::waiting;
  timer_ = parts_.loop.after(delay, [this] { begin(); });
}

void Feed::begin() {
  drop_.reset();
  socket_.reset();
  phase_ = Phase::discovering;
  onebot::io::HttpRequest request{
      .method = "POST",
      .url = config_.api + std::string(kEndpointPath),
      .headers = {{"Content-Type", "application/json"}, {"locale", "zh"}, {"User-Agent", "onebridge"}},
      .body = onebot::json::write(onebot::Fields{{"AppID", config_.app_id}, {"AppSecret", config_.app_secret}}),
      .timeout = kEndpointPatience,
      .max_body = 64 << 10};
  call_ = parts_.client.send(std::move(request), [this](auto answer) {
    const onebot::io::Owner done = std::exchange(call_, nullptr);
    discovered(std::move(answer));
  });
}

void Feed::discovered(onebot::Result<onebot::io::HttpResponse> answer) {
  if (!answer) return failed({Setback::Kind::passing, answer.error().message});
  auto endpoint = read_endpoint(*answer, endpoint_.config, config_.api.starts_with("https://"));
  if (!endpoint) return failed(endpoint.error());
  endpoint_ = *std::move(endpoint);
  connect(std::exchange(endpoint_.url, {}));
}

void Feed::connect(const std::string& url) {
  phase_ = Phase::opening;
  refusal_.clear();
  wait_for_open();
  socket_ = parts_.client.connect({.url = url, .headers = {{"User-Agent", "onebridge"}}}, *this);
}

void Feed::wait_for_open() {
  timer_ = parts_.loop.after(kHandshakePatience, [this] {
    if (held_) return wait_for_open();  // we are not reading, so we cannot know
    failed({Setback::Kind::passing, "the connection did not open in time"});
  });
}

void Feed::on_open() {
  if (phase_ != Phase::opening) return;
  phase_ = Phase::open;
  timer_.reset();
  talk_ = std::make_unique<Talk>(*socket_, endpoint_.service, endpoint_.config, Talk::Parts{parts_.loop, parts_.log},
                                 static_cast<TalkPeer&>(*this));
  if (held_) hold(true);
  parts_.log.line(LogLevel::info,
                  fmt::format("long connection open device=\"{}\" service={} ping={}s",
                              kit::shortened(endpoint_.device, 80), endpoint_.service, endpoint_.config.ping.count()));
  talk_->start();
  set_online(true);
}

void Feed::on_close(int code, std::string_view reason, int http_status) {
  if (!is_connected()) return;
  parts_.log.count("long_connection_closed");
  if (http_status != 0) return failed(read_refusal(http_status, refusal_));
  const std::string why = fmt::format("closed with {} \"{}\"", code, kit::shortened(reason, 120));
  if (phase_ == Phase::opening) return failed({Setback::Kind::passing, why});
  lose(why);
}

// An open connection has ended.
void Feed::lose(std::string_view why, LogLevel level) {
  if (!talk_->has_heard()) return failed({Setback::Kind::passing, fmt::format("{} before anything came over it", why)});
  failures_ = 0;
  disconnect();
  const milliseconds pause = std::max<milliseconds>(scaled(endpoint_.config.spread, config_.random()), kSoonest);
  parts_.log.line(level, fmt::format("long connection lost: {}; retry in {}ms", why, pause.count()));
  begin_in(pause);
  set_online(false);
}

// An attempt has come to nothing.
void Feed::failed(const Setback& setback) {
  if (phase_ == Phase::stopped) return;
  parts_.log.count("long_connection_failures");
  disconnect();
  const milliseconds pause = pause_after(setback);
  parts_.log.line(setback.kind == Setback::Kind::passing ? LogLevel::warn : LogLevel::error,
                  fmt::format("no long connection: {}; retry in {}ms", setback.why, pause.count()));
  begin_in(pause);
  set_online(false);
}

milliseconds Feed::pause_after(const Setback& setback) {
  const ClientConfig& config = endpoint_.config;
  const bool spent = config.attempts >= 0 && failures_ + 1 >= config.attempts;
  const int doublings = std::min(failures_++, kDoublings);
  milliseconds pause = std::min<milliseconds>(config.reconnect, kFirstPause * (1 << doublings));
  if (setback.kind != Setback::Kind::passing || spent) pause = kSlow;
  return pause + scaled(pause, 0.2 * config_.random());
}

// The socket itself may be calling, so it goes with the next turn of the loop.
void Feed::disconnect() {
  timer_.reset();
  talk_.reset();
  if (phase_ == Phase::stopped || !socket_) return;
  phase_ = Phase::waiting;
  drop_ = parts_.loop.after(milliseconds(0), [this] { socket_.reset(); });
}

void Feed::set_online(bool online) {
  if (std::exchange(online_, online) != online) peer_.on_online(online);
}

}  // namespace feishu
