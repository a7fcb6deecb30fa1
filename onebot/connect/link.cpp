#include "onebot/connect/link.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace onebot::connect {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kSlice = 64 << 10;    // bytes of events in one write
constexpr std::size_t kMaxRunning = 1'000;  // actions at once; then the peer is not read until half are answered
constexpr milliseconds kPoll{50};           // while events are unconfirmed and only the kernel can tell
constexpr milliseconds kWatch{5'000};       // to find a dead link
constexpr milliseconds kOpening{60'000};    // for the upgrade; also when DNS and TLS hang
constexpr milliseconds kClosing{5'000};     // for the closing handshake

}  // namespace

Link::Link(Backend& backend, LinkOptions options, Speaker& speaker)
    : backend_(backend), options_(std::move(options)), speaker_(&speaker) {}

void Link::attach(std::unique_ptr<io::WebSocket> socket) {
  socket_ = std::move(socket);
  if (life_ == Life::attached) arm(kOpening);
}

void Link::wake() {
  if (life_ != Life::open || asked_) return;
  asked_ = true;
  socket_->wake();
}

void Link::close(int code, std::string_view reason) {
  if (life_ == Life::closing || life_ == Life::gone) return;
  settle();
  life_ = Life::closing;
  arm(kClosing);
  socket_->close(code, reason);  // last: on_close() may come from inside
}

void Link::leave(int code, std::string_view reason) {
  speaker_ = nullptr;
  close(code, reason);
}

void Link::on_open() {
  const bool live = options_.consumer.empty();
  if (!live) {
    confirmed_ = backend_.cursors.position(options_.consumer);
    go_around();
  }
  const Acquaintance known = options_.known ? *options_.known : Acquaintance();
  confirmation_ = confirmation(options_.proof, backend_.loop.now(), live ? backend_.events.next() : confirmed_,
                               known.patience(), known.careful_until());
  life_ = Life::open;
  stream_ = speaker_->opened(live ? std::nullopt : std::optional(confirmed_));
  if (live) confirmed_ = position();
  read_to_ = sent_to_ = position();
  backend_.log.line(LogLevel::info,
                    fmt::format("websocket open consumer=\"{}\" from={}", options_.consumer, confirmed_));
  if (life_ != Life::open) return;
  arm(kWatch);
  wake();
}

void Link::on_text(std::string_view text) {
  if (life_ == Life::open && speaker_) speaker_->heard(text, frame::Opcode::text);
}

void Link::on_binary(std::string_view message) {
  if (life_ == Life::open && speaker_) speaker_->heard(message, frame::Opcode::binary);
}

bool Link::on_too_long(Kind kind, std::string_view piece, bool last) {
  if (life_ != Life::open || !speaker_) return false;
  return speaker_->too_long(kind == Kind::text ? frame::Opcode::text : frame::Opcode::binary, piece, last);
}

void Link::on_pong(std::string_view payload) {
  if (life_ != Life::open) return;
  confirmation_->pong(payload, backend_.loop.now());
  learn();
  confirm();
  wake();  // there may be room again
}

void Link::begun() {
  if (++running_ >= kMaxRunning && !held_) socket_->hold(held_ = true);
}

void Link::done() {
  --running_;
  if (life_ == Life::open && held_ && running_ <= kMaxRunning / 2) socket_->hold(held_ = false);
}

void Link::put(std::string_view message, frame::Opcode kind) {
  if (life_ != Life::open) return;
  frame::append(outbox_, kind, message);
  if (outbox_.size() <= std::max(options_.max_outbox, 3 * options_.max_frame)) return wake();
  backend_.log.count("consumers_overrun");
  backend_.log.line(LogLevel::warn, fmt::format("websocket consumer=\"{}\" closed: {} bytes of answers wait unread",
                                                options_.consumer, outbox_.size()));
  close(1008, "answers are not read");
}

std::string_view Link::next_frames() {
  asked_ = false;
  if (life_ != Life::open) return {};
  if (confirmation_->polls(backend_.loop.now())) settle();
  if (!outbox_.empty()) {
    sending_.clear();
    std::swap(sending_, outbox_);
    return given(sending_);
  }
  if (const std::string payload = confirmation_->ping(backend_.loop.now()); !payload.empty()) {
    sending_.clear();
    frame::append(sending_, frame::Opcode::ping, payload);
    return given(sending_);
  }
  const std::string_view frames = given(events());
  if (const auto wait = confirmation_->ping_in(backend_.loop.now()); wait) tick_in(*wait);
  return frames;
}

std::string_view Link::events() {
  if (!stream_) return {};
  const Confirmation::Room room = confirmation_->room(backend_.loop.now());
  if (room.events == 0 || room.bytes == 0) return {};
  const std::size_t slice = std::min({kSlice, options_.max_frame, room.bytes});
  std::string_view frames = stream_->frames(slice, room.events);
  while (frames.size() > options_.max_frame + frame::kMaxHeader) {  // longer than a slice: one event alone
    backend_.log.count("events_too_long");
    backend_.log.line(LogLevel::error,
                      fmt::format("websocket consumer=\"{}\" event {} left out: {} bytes, allowed {}",
                                  options_.consumer, position() - 1, frames.size(), options_.max_frame));
    frames = stream_->frames(slice, room.events);
  }
  report_skipped();
  return frames;
}

std::string_view Link::given(std::string_view frames) {
  if (frames.empty()) return frames;
  given_ += frames.size();
  const bool live = options_.consumer.empty();  // nobody remembers where it is
  sent_to_ = position();
  confirmation_->sent(given_, live ? 0 : sent_to_, backend_.loop.now());
  if (confirmation_->polls(backend_.loop.now())) tick_in(kPoll);
  return frames;
}

void Link::settle() {
  if (life_ != Life::open) return;
  confirmation_->acknowledged(socket_->acknowledged(), backend_.loop.now());
  learn();
  confirm();
}

void Link::confirm() {
  if (options_.consumer.empty() || confirmation_->have() <= confirmed_) return;
  confirmed_ = confirmation_->have();
  backend_.cursors.confirm(options_.consumer, confirmed_);
}

// A stream may pass over what is not for this link: with nothing under way, its place is where the application is.
void Link::confirm_quiet() {
  if (options_.consumer.empty() || !stream_ || confirmed_ < sent_to_ || position() <= confirmed_) return;
  confirmed_ = position();
  backend_.cursors.confirm(options_.consumer, confirmed_);
}

// An event at which link after link has ended would hold back all that are behind it.
void Link::go_around() {
  const auto behind = options_.known ? options_.known->way_around(confirmed_) : std::nullopt;
  if (!behind) return;
  backend_.log.count("events_stepped_over");
  backend_.log.line(LogLevel::error,
                    fmt::format("websocket consumer=\"{}\" event {} left out: {} connections in a row ended at it; its "
                                "application's log may say why next=\"go on behind it\"",
                                options_.consumer, *behind - 1, Acquaintance::kMeets));
  backend_.cursors.confirm(options_.consumer, *behind);
  confirmed_ = *behind;
}

void Link::learn() {
  const std::optional<bool> answers = confirmation_->answers();
  if (answers == std::exchange(answers_, answers) || !answers) return;
  wake();  // there is more room
  if (*answers) {
    if (options_.known) options_.known->learn(true);
    return;
  }
  backend_.log.count("consumers_without_pongs");
  if (options_.known && !options_.known->learn(false)) return;
  backend_.log.line(LogLevel::warn,
                    fmt::format("websocket consumer=\"{}\" does not answer pings: what its kernel has taken counts as "
                                "delivered, and is lost when the application dies before it reads it; use a WebSocket "
                                "library that answers pings",
                                options_.consumer));
}

void Link::tick() {
  if (life_ != Life::open) {
    return on_close(1006, life_ == Life::closing ? "the closing handshake took too long" : "the upgrade took too long",
                    0);
  }
  settle();
  confirm_quiet();
  const bool waited = soon_.has_value();
  const milliseconds now = backend_.loop.now();
  arm(kWatch);
  if (confirmation_->polls(now)) tick_in(kPoll);
  if (confirmation_->stalled(now)) {
    backend_.log.count("consumers_stalled");
    return close(1008, "no sign of life");
  }
  if (waited || confirmation_->ping_due(now)) wake();
}

void Link::tick_in(milliseconds delay) {
  const milliseconds at = backend_.loop.now() + delay;
  if (soon_ && *soon_ <= at) return;
  arm(delay);
  soon_ = at;
}

void Link::arm(milliseconds delay) {
  soon_.reset();
  timer_ = backend_.loop.after(delay, [this] { tick(); });
}

void Link::report_skipped() {
  const Seq first = std::exchange(read_to_, position());
  std::uint64_t skipped = stream_->skipped() - skipped_;
  skipped_ += skipped;
  if (options_.known) skipped = options_.known->left_out(first, skipped);
  if (skipped == 0) return;
  backend_.log.count("events_left_out", skipped);
  backend_.log.line(LogLevel::warn, fmt::format("websocket consumer=\"{}\" {} events left out: older than the replay "
                                                "window, or no longer kept",
                                                options_.consumer, skipped));
}

void Link::on_refused(const io::Headers& headers) {
  location_ = io::header(headers, "Location").value_or(std::string_view());
}

void Link::on_close(int code, std::string_view reason, int http_status) {
  if (life_ == Life::gone) return;
  if (life_ == Life::open && options_.known && stream_) {
    options_.known->lost(confirmed_, sent_to_, confirmation_->answers() == true);
  }
  life_ = Life::gone;
  timer_.reset();
  stream_.reset();
  if (Speaker* speaker = std::exchange(speaker_, nullptr)) {
    speaker->ended(code, reason, http_status);  // last: it may destroy this
  }
}

}  // namespace onebot::connect
