#include "onebot/connect/webhook.h"

#include "onebot/connect/auth.h"
#include "onebot/connect/signature.h"
#include "onebot/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace onebot::connect {
namespace {

using std::chrono::milliseconds;

// The last is what a recovery may take, and a fifth (docs/guarantees.md).
constexpr std::array<milliseconds, 5> kPauses{milliseconds(1'000), milliseconds(2'000), milliseconds(4'000),
                                              milliseconds(8'000), milliseconds(16'000)};
constexpr milliseconds kStatusPause{60'000};  // of a status that is refused again and again
constexpr milliseconds kNobody{8'000};        // the longest pause while nobody answers; a fifth more by chance
constexpr milliseconds kMostAsked{300'000};   // of what a Retry-After may ask
constexpr milliseconds kLate{1'000};          // a heartbeat says that we live now
constexpr milliseconds kQuiet{5'000};
constexpr int kAway[] = {408, 425, 429};     // besides everything that is no 4xx
constexpr std::size_t kMaxAnswer = 1 << 20;  // bytes of a list of actions

WebhookOptions complete(WebhookOptions options) {
  if (options.consumer.empty()) options.consumer = Webhook::consumer_name(options.url);
  return options;
}

// Just enough to tell the two kinds of announcements apart; we wrote them ourselves.
bool is_heartbeat(std::string_view meta_event) {
  return meta_event.find("\"detail_type\":\"heartbeat\"") != std::string_view::npos;
}

std::string id_of(std::string_view event) {
  const auto read = json::Document::parse(event);
  return read ? std::string(read->root().at("id").str()) : std::string();
}

std::string outcome(const Result<io::HttpResponse>& answer) {
  return answer ? fmt::format("status={}", answer->status)
                : fmt::format("error=\"{}\"", printable(answer.error().message));
}

}  // namespace

std::string Webhook::consumer_name(std::string_view url) { return fmt::format("webhook:{}", public_url(url)); }

Webhook::Webhook(WebhookOptions options, Backend& backend, Implementation implementation)
    : options_(complete(std::move(options))),
      consumer_(options_.name.empty() ? options_.consumer : fmt::format("webhook:{}", options_.name)),
      backend_(backend),
      implementation_(std::move(implementation)),
      refusals_(backend.log, fmt::format("webhook {}", public_url(options_.url)),
                {Dialect::onebot12, Way::webhook, {}}),
      actions_(backend, public_url(options_.url), refusals_, [this] { pump(); }),
      redial_(kPauses) {}

Status Webhook::start() {
  running_ = true;
  if (!options_.name.empty()) backend_.cursors.rename(options_.consumer, consumer_);
  confirmed_ = backend_.cursors.position(consumer_);
  read_from(confirmed_);
  status_ = backend_.meta.status_event();
  pump();
  return {};
}

void Webhook::stop() {
  running_ = false;
  pushing_.reset();
  pausing_.reset();
  status_timer_.reset();
  quiet_.reset();
  reader_.reset();
  actions_.stop();
}

void Webhook::announce(std::string_view meta_event) {
  if (!running_) return;
  if (is_heartbeat(meta_event)) {
    heartbeat_ = meta_event;
    heartbeat_at_ = backend_.loop.now();
  } else {
    // Two changes of single bots do not fit into one; the whole status says both.
    status_ = status_ ? backend_.meta.status_event() : std::string(meta_event);
    status_parked_ = false;  // a new one gets its chance
  }
  pump();
}

void Webhook::pump() {
  if (!running_ || pushing_ || pausing_ || actions_.full()) return;
  if (auto push = pick()) send(*std::move(push));
}

std::optional<Webhook::Push> Webhook::pick() {
  if (status_ && !status_parked_) return Push{.kind = Kind::status, .body = *status_};
  if (auto event = pick_event()) return event;
  const auto heartbeat = std::exchange(heartbeat_, std::nullopt);
  if (!heartbeat || backend_.loop.now() - heartbeat_at_ > kLate) return std::nullopt;
  return Push{.kind = Kind::heartbeat, .body = *heartbeat};
}

std::optional<Webhook::Push> Webhook::pick_event() {
  if (std::exchange(reread_, false)) read_from(confirmed_);
  const std::optional<LogEntry> entry = reader_->next();
  if (const std::uint64_t skipped = reader_->skipped() - std::exchange(skipped_, reader_->skipped()); skipped > 0) {
    backend_.log.count("events_left_out", skipped);
    confirm(entry ? entry->seq : reader_->position());  // for good: a retry does not come to them again
  }
  if (!entry) {
    confirm_quiet();
    return std::nullopt;
  }
  return Push{.seq = entry->seq, .body = std::string(entry->json)};
}

// Nothing is under way: what was passed over, since it is not told here, is done with. Now and then is enough.
void Webhook::confirm_quiet() {
  if (quiet_ || !backend_.only || reader_->position() <= confirmed_) return;
  quiet_ = backend_.loop.after(kQuiet, [this] {
    const io::Owner done = std::move(quiet_);  // owns this function: it stays until the end
    const bool waits = pushing_ || pausing_ || reread_;
    if (!waits && reader_->position() > confirmed_) confirm(reader_->position());
  });
}

// What has become older than the replay window in the meantime is left out.
void Webhook::read_from(Seq position) {
  skipped_ = 0;
  reader_.emplace(
      backend_.events, position, backend_.cursors.replay_since(), [this] { pump(); }, backend_.only);
}

void Webhook::send(Push push) {
  io::HttpRequest request{.method = "POST",
                          .url = options_.url,
                          .headers = headers(push),
                          .body = push.body,
                          .timeout = options_.timeout,
                          .max_body = kMaxAnswer};
  pushing_ = backend_.client.send(std::move(request), [this, push = std::move(push)](Result<io::HttpResponse> answer) {
    const io::Owner done = std::move(pushing_);  // owns this function: it stays until the end
    ended(push, answer);
    pump();
  });
}

io::Headers Webhook::headers(const Push& push) const {
  io::Headers headers{{"Content-Type", "application/json"},
                      {"User-Agent", user_agent(implementation_)},
                      {"X-OneBot-Version", "12"},
                      {"X-Impl", implementation_.name}};
  add_authorization(headers, options_.access_token);
  if (!options_.secret.empty()) {
    add_signature(headers, options_.secret, id_of(push.body), static_cast<std::int64_t>(backend_.loop.wall()),
                  push.body);
  }
  return headers;
}

void Webhook::ended(const Push& push, const Result<io::HttpResponse>& answer) {
  if (answer && (answer->status == 200 || answer->status == 204)) return succeeded(push, *answer);
  backend_.log.count("webhook_pushes_failed");
  failed(push, failure_of(answer));
  const LogLevel level = push.kind == Kind::heartbeat ? LogLevel::debug : LogLevel::warn;
  backend_.log.line(level, fmt::format("webhook url={} push failed {} next={}", public_url(options_.url),
                                       outcome(answer), pausing_ ? "retry after a pause" : "go on"));
  if (answer && answer->status / 100 == 4) {
    refusals_.ended(public_url(options_.url), answer->body, options_.url);
  }
}

void Webhook::succeeded(const Push& push, const io::HttpResponse& answer) {
  redial_.reset();
  if (push.kind == Kind::status) {
    status_refusals_ = 0;
    if (status_ == push.body) status_.reset();  // else a newer one has come
  }
  if (push.kind == Kind::event) confirm(push.seq + 1);
  if (answer.status == 200) actions_.add(answer, push.body);
}

// A 4xx is about what was pushed; anything else about the application, or about what stands in front of it.
Webhook::Failure Webhook::failure_of(const Result<io::HttpResponse>& answer) const {
  if (!answer) return {};
  const bool about_event = answer->status / 100 == 4 && std::ranges::find(kAway, answer->status) == std::end(kAway);
  return {.answered = true, .away = !about_event, .wait = retry_after(answer->headers, backend_.loop.wall())};
}

void Webhook::failed(const Push& push, const Failure& failure) {
  if (push.kind == Kind::status) status_failed(failure);
  if (push.kind == Kind::event) event_failed(push.seq, failure);
}

// Some answer every meta event with an error.
void Webhook::status_failed(const Failure& failure) {
  if (!failure.answered || ++status_refusals_ < kMaxRefusals) return pause(failure);
  status_parked_ = true;
  status_timer_ = backend_.loop.after(kStatusPause, [this] {
    status_parked_ = false;
    pump();
  });
}

void Webhook::event_failed(Seq seq, const Failure& failure) {
  if (seq != failing_) refused_ = 0;
  failing_ = seq;
  if (failure.away || ++refused_ < kMaxRefusals) {
    reread_ = true;
    return pause(failure);
  }
  backend_.log.count("webhook_events_given_up");
  backend_.log.line(LogLevel::error, fmt::format("webhook url={} event {} given up after {} refusals",
                                                 public_url(options_.url), seq, kMaxRefusals));
  redial_.reset();
  confirm(seq + 1);
}

void Webhook::confirm(Seq next) {
  confirmed_ = next;
  backend_.cursors.confirm(consumer_, next);
}

void Webhook::pause(const Failure& failure) {
  const milliseconds step = failure.answered ? redial_.next() : redial_.next(kNobody);
  const milliseconds asked = std::min(failure.wait.value_or(milliseconds(0)), kMostAsked);
  pausing_ = backend_.loop.after(std::max(step, asked), [this] {
    const io::Owner done = std::move(pausing_);  // owns this function: it stays until the end
    pump();
  });
}

}  // namespace onebot::connect
