#include "adapters/feishu/long_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <random>
#include <utility>

#include "onebot/crypto.h"
#include "onebot/frame.h"

namespace feishu {
namespace {

using onebot::LogLevel;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kHandshake{15}, kFloor{1}, kFirst{5}, kLeastPatience{10};
constexpr std::chrono::minutes kSlow{10};
constexpr std::size_t kMostQueued = 1 << 20;

double drawn() {
  static thread_local std::minstd_rand random{std::random_device{}()};
  return std::uniform_real_distribution(0.0, 1.0)(random);
}

// How long after a ping silence means death: found out within two intervals, however short they are.
milliseconds patience(seconds interval) {
  return std::min<milliseconds>(interval, std::max<milliseconds>(kLeastPatience, milliseconds(interval) / 4));
}

}  // namespace

// A delivery that waits for its acknowledgement: the frame that made it whole, sent back once.
class LongConnection::Delivery final : public onebot::io::Exchange {
 public:
  Delivery(std::weak_ptr<LongConnection*> connection, Frame frame, onebot::io::Loop& loop)
      : connection_(std::move(connection)), frame_(std::move(frame)), loop_(loop), came_at_(loop.now()) {}
  ~Delivery() override {
    if (!answered_) acknowledge({.status = 500});
  }

  void answer(onebot::io::HttpResponse response, std::function<void(bool)> written) override {
    acknowledge(response);
    if (written) written(!gone());
  }
  bool gone() const override { return connection_.expired(); }

 private:
  void acknowledge(const onebot::io::HttpResponse& response) {
    answered_ = true;
    const auto connection = connection_.lock();
    if (!connection) return;
    onebot::Fields body{{"code", response.status == 200 ? 200 : 500}};
    const bool says_something = response.status == 200 && !response.body.empty() && response.body != "{}";
    if (says_something) body.push_back({"data", onebot::crypto::base64(response.body)});
    frame_.headers.emplace_back("biz_rt", fmt::format("{}", (loop_.now() - came_at_).count()));
    frame_.payload = onebot::json::write(body);
    (*connection)->send(frame_);
  }

  std::weak_ptr<LongConnection*> connection_;
  Frame frame_;
  onebot::io::Loop& loop_;
  milliseconds came_at_;
  bool answered_ = false;
};

LongConnection::LongConnection(Config config, onebot::io::Loop& loop, onebot::io::Client& client, onebot::Log& log,
                               LongConnectionPeer& peer)
    : config_(std::move(config)), loop_(loop), client_(client), log_(log), peer_(peer), parts_(loop, log) {
  if (!config_.random) config_.random = drawn;
}

LongConnection::~LongConnection() { stop(); }

void LongConnection::start() {
  if (phase_ == Phase::stopped) ask();
}

void LongConnection::stop() {
  phase_ = Phase::stopped;
  for (onebot::io::Owner* owner : {&call_, &timer_, &ping_, &patience_, &drop_}) owner->reset();
  life_.reset();
  parts_.clear();
  socket_.reset();
}

void LongConnection::hold(bool on) {
  held_ = on;
  if (phase_ == Phase::open) socket_->hold(on);
  if (on) patience_.reset();
}

void LongConnection::ask() {
  drop_.reset();
  socket_.reset();
  phase_ = Phase::asking;
  onebot::io::HttpRequest request{
      .method = "POST",
      .url = config_.url,
      .headers = {{"Content-Type", "application/json"}, {"locale", "zh"}, {"User-Agent", "onebridge"}},
      .body = endpoint_request(config_.app_id, config_.app_secret),
      .timeout = kHandshake,
      .max_body = 64 << 10};
  call_ = client_.send(std::move(request), [this](auto answer) {
    const onebot::io::Owner done = std::exchange(call_, nullptr);
    asked(std::move(answer));
  });
}

void LongConnection::asked(onebot::Result<onebot::io::HttpResponse> answer) {
  if (!answer) return lose(answer.error().message, Again::soon);
  auto endpoint = read_endpoint(answer->status, answer->body, endpoint_.config);
  if (!endpoint) return lose(fmt::format("no endpoint: {}", endpoint.error().error.message), endpoint.error().again);
  endpoint_ = *std::move(endpoint);
  phase_ = Phase::opening;
  outgoing_.clear();
  timer_ = loop_.after(kHandshake, [this] { lose("no answer to the handshake", Again::soon); });
  socket_ = client_.connect({.url = std::exchange(endpoint_.url, {}), .headers = {{"User-Agent", "onebridge"}}}, *this);
}

void LongConnection::on_open() {
  if (phase_ != Phase::opening) return;
  phase_ = Phase::open;
  failures_ = 0;
  timer_.reset();
  life_ = std::make_shared<LongConnection*>(this);
  log_.line(LogLevel::info, fmt::format("long connection open device={} ping_s={}", endpoint_.device,
                                        endpoint_.config.ping_interval.count()));
  if (held_) socket_->hold(true);
  ping();
  peer_.on_connected(true);
}

void LongConnection::on_close(int code, std::string_view reason, int http_status) {
  if (phase_ != Phase::opening && phase_ != Phase::open) return;
  const std::string why =
      http_status == 0 ? fmt::format("closed with {} \"{}\"", code, onebot::json::repair_utf8(reason.substr(0, 120)))
                       : fmt::format("the handshake was refused with HTTP {}", http_status);
  lose(why, http_status == 403 ? Again::slowly : Again::soon);
}

// Ends this connection, if there is one, and arranges for the next.
void LongConnection::lose(std::string_view why, Again again) {
  if (phase_ == Phase::stopped) return;
  const bool was_open = std::exchange(phase_, Phase::waiting) == Phase::open;
  ping_.reset();
  patience_.reset();
  life_.reset();
  parts_.clear();
  // The socket may be the caller.
  drop_ = loop_.after(milliseconds(0), [this] { socket_.reset(); });
  const milliseconds wait = pause(again, was_open);
  log_.count("long_connection_lost");
  log_.line(again == Again::slowly ? LogLevel::error : LogLevel::warn,
            fmt::format("no long connection: {}; next attempt in {}ms", why, wait.count()));
  timer_ = loop_.after(wait, [this] { ask(); });
  if (was_open) peer_.on_connected(false);
}

milliseconds LongConnection::pause(Again again, bool was_open) {
  const ConnectionConfig& config = endpoint_.config;
  if (again == Again::slowly) return kSlow;
  if (was_open) {
    const double most = static_cast<double>(milliseconds(config.reconnect_nonce).count());
    return std::max<milliseconds>(kFloor, milliseconds(static_cast<std::int64_t>(most * config_.random())));
  }
  if (config.reconnect_count >= 0 && failures_ >= config.reconnect_count) return kSlow;
  const milliseconds doubled = milliseconds(kFirst) * (1 << std::min(failures_++, 10));
  return std::min<milliseconds>(doubled, config.reconnect_interval);
}

// --- frames ---

void LongConnection::ping() {
  const seconds interval = endpoint_.config.ping_interval;
  send({.service = endpoint_.service, .method = Frame::control, .headers = {{"type", "ping"}}});
  if (phase_ != Phase::open) return;
  if (!held_) {
    patience_ = loop_.after(patience(interval), [this] { lose("nothing came after a ping", Again::soon); });
  }
  ping_ = loop_.after(interval, [this] { ping(); });
}

void LongConnection::on_binary(std::string_view bytes) {
  if (phase_ != Phase::open) return;
  heard();
  auto frame = decode(bytes);
  if (!frame) {
    log_.count("long_connection_unreadable");
    return log_.line(LogLevel::warn, fmt::format("unreadable frame bytes={}", bytes.size()));
  }
  if (frame->method == Frame::data) return on_data(*std::move(frame));
  if (frame->method != Frame::control || frame->header("type") != "pong" || frame->payload.empty()) return;
  const auto config = onebot::json::Document::parse(frame->payload);
  if (config) endpoint_.config = updated(endpoint_.config, config->root());
}

void LongConnection::on_data(Frame frame) {
  if (frame.header("type") != "event") return;
  auto payload = parts_.add(frame);
  if (!payload) return;
  frame.payload.clear();
  peer_.on_payload(*std::move(payload), std::make_unique<Delivery>(life_, std::move(frame), loop_));
}

void LongConnection::send(const Frame& frame) {
  if (phase_ != Phase::open) return;
  if (outgoing_.size() > kMostQueued) return lose("the platform does not read", Again::soon);
  onebot::frame::append(outgoing_, onebot::frame::Opcode::binary, encode(frame));
  socket_->wake();
}

std::string_view LongConnection::next_frames() {
  writing_ = std::exchange(outgoing_, {});
  return writing_;
}

}  // namespace feishu
