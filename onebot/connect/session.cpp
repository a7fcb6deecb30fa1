#include "onebot/connect/session.h"

#include "onebot/frame.h"

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

Session::Session(Backend& backend, SessionOptions options, Closed closed)
    : backend_(backend), options_(std::move(options)), closed_(std::move(closed)) {}

void Session::attach(std::unique_ptr<io::WebSocket> socket) {
  socket_ = std::move(socket);
  if (life_ == Life::attached) arm(kOpening);
}

void Session::wake() {
  if (life_ != Life::open || asked_) return;
  asked_ = true;
  socket_->wake();
}

void Session::announce(std::string_view meta_event) {
  if (life_ == Life::open) put(meta_event, Encoding::json);
}

void Session::close(int code, std::string_view reason) {
  if (life_ == Life::closing || life_ == Life::gone) return;
  settle();
  life_ = Life::closing;
  arm(kClosing);
  socket_->close(code, reason);  // last: on_close() may come from inside
}

void Session::leave(int code, std::string_view reason) {
  closed_ = nullptr;
  close(code, reason);
}

void Session::on_open() {
  const bool live = options_.consumer.empty();
  confirmed_ = live ? backend_.events.next() : backend_.cursors.position(options_.consumer);
  if (!live) go_around();
  const Acquaintance known = options_.known ? *options_.known : Acquaintance();
  confirmation_ =
      confirmation(options_.proof, backend_.loop.now(), confirmed_, known.patience(), known.careful_until());
  reader_.emplace(backend_.events, confirmed_, live ? 0 : backend_.cursors.replay_since(), [this] { wake(); });
  read_to_ = reader_->position();
  frame::append_text(outbox_, backend_.meta.connect_event());
  frame::append_text(outbox_, backend_.meta.status_event());
  life_ = Life::open;
  backend_.log.line(LogLevel::info,
                    fmt::format("websocket open consumer=\"{}\" from={}", options_.consumer, confirmed_));
  arm(kWatch);
  wake();
}

void Session::on_text(std::string_view text) {
  if (life_ == Life::open) request(text, Encoding::json);
}

void Session::on_binary(std::string_view message) {
  if (life_ == Life::open) request(message, Encoding::msgpack);
}

// Of a request that is not read its echo still is, so that the asker need not wait in vain.
bool Session::on_too_long(Kind kind, std::string_view piece, bool last) {
  if (life_ != Life::open) return false;
  const Encoding encoding = kind == Kind::text ? Encoding::json : Encoding::msgpack;
  if (!passing_) passing_.emplace(encoding);
  passing_->read(piece);
  if (!last) return true;
  backend_.log.count("requests_too_long");
  answer(too_long(), {.action = "", .echo = passing_->take(), .encoding = encoding});
  passing_.reset();
  return true;
}

void Session::on_pong(std::string_view payload) {
  if (life_ != Life::open) return;
  confirmation_->pong(payload, backend_.loop.now());
  learn();
  confirm();
  wake();  // there may be room again
}

void Session::request(std::string_view message, Encoding encoding) {
  ActionRequest request = parse_action(message, encoding);
  Asked asked{request.action ? request.action->name : "", std::move(request.echo), encoding};
  if (!request.action) return answer(std::unexpected(std::move(request.action).error()), asked);
  if (++running_ >= kMaxRunning && !held_) socket_->hold(held_ = true);
  Reply reply(
      lifetime_.guard([this, asked = std::move(asked)](const ActionResult& result) { finished(result, asked); }));
  backend_.actions.act(*std::move(request.action), std::move(reply));
}

void Session::finished(const ActionResult& result, const Asked& asked) {
  --running_;
  if (life_ != Life::open) return;
  if (held_ && running_ <= kMaxRunning / 2) socket_->hold(held_ = false);
  answer(result, asked);
}

void Session::answer(const ActionResult& result, const Asked& asked) {
  options_.refusals->answered(options_.remote, asked.action, result);
  std::string response = encode_response(result, asked.echo, asked.encoding);
  if (response.size() > options_.max_frame) {
    const ActionResult failed =
        fail(Retcode::answer_too_long,
             fmt::format("the answer has {} bytes, and this connection carries {}; a file leaves in parts with "
                         "get_file_fragmented",
                         response.size(), options_.max_frame));
    response = encode_response(failed, asked.echo, asked.encoding);
    if (response.size() > options_.max_frame) response = encode_response(failed, {}, asked.encoding);
  }
  put(response, asked.encoding);
}

void Session::put(std::string_view message, Encoding encoding) {
  frame::append(outbox_, encoding == Encoding::json ? frame::Opcode::text : frame::Opcode::binary, message);
  if (outbox_.size() <= std::max(options_.max_outbox, 3 * options_.max_frame)) return wake();
  backend_.log.count("consumers_overrun");
  backend_.log.line(LogLevel::warn, fmt::format("websocket consumer=\"{}\" closed: {} bytes of answers wait unread",
                                                options_.consumer, outbox_.size()));
  close(1008, "answers are not read");
}

std::string_view Session::next_frames() {
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

std::string_view Session::events() {
  const Confirmation::Room room = confirmation_->room(backend_.loop.now());
  if (room.events == 0 || room.bytes == 0) return {};
  const std::size_t slice = std::min({kSlice, options_.max_frame, room.bytes});
  std::string_view frames = reader_->frames(slice, room.events);
  while (frames.size() > options_.max_frame + frame::kMaxHeader) {  // longer than a slice: one event alone
    backend_.log.count("events_too_long");
    backend_.log.line(LogLevel::error,
                      fmt::format("websocket consumer=\"{}\" event {} left out: {} bytes, allowed {}",
                                  options_.consumer, reader_->position() - 1, frames.size(), options_.max_frame));
    frames = reader_->frames(slice, room.events);
  }
  report_skipped();
  return frames;
}

std::string_view Session::given(std::string_view frames) {
  if (frames.empty()) return frames;
  given_ += frames.size();
  const bool live = options_.consumer.empty();  // nobody remembers where it is
  confirmation_->sent(given_, live ? 0 : reader_->position(), backend_.loop.now());
  if (confirmation_->polls(backend_.loop.now())) tick_in(kPoll);
  return frames;
}

void Session::settle() {
  if (life_ != Life::open) return;
  confirmation_->acknowledged(socket_->acknowledged(), backend_.loop.now());
  learn();
  confirm();
}

void Session::confirm() {
  if (options_.consumer.empty() || confirmation_->have() <= confirmed_) return;
  confirmed_ = confirmation_->have();
  backend_.cursors.confirm(options_.consumer, confirmed_);
}

// An event at which link after link has ended would hold back all that are behind it.
void Session::go_around() {
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

void Session::learn() {
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

void Session::tick() {
  if (life_ != Life::open) {
    return on_close(1006, life_ == Life::closing ? "the closing handshake took too long" : "the upgrade took too long",
                    0);
  }
  settle();
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

void Session::tick_in(milliseconds delay) {
  const milliseconds at = backend_.loop.now() + delay;
  if (soon_ && *soon_ <= at) return;
  arm(delay);
  soon_ = at;
}

void Session::arm(milliseconds delay) {
  soon_.reset();
  timer_ = backend_.loop.after(delay, [this] { tick(); });
}

void Session::report_skipped() {
  const Seq first = std::exchange(read_to_, reader_->position());
  std::uint64_t skipped = reader_->skipped() - skipped_;
  skipped_ += skipped;
  if (options_.known) skipped = options_.known->left_out(first, skipped);
  if (skipped == 0) return;
  backend_.log.count("events_left_out", skipped);
  backend_.log.line(LogLevel::warn, fmt::format("websocket consumer=\"{}\" {} events left out: older than the replay "
                                                "window, or no longer kept",
                                                options_.consumer, skipped));
}

void Session::on_close(int code, std::string_view reason, int http_status) {
  if (life_ == Life::gone) return;
  if (life_ == Life::open && options_.known) {
    options_.known->lost(confirmed_, reader_->position(), confirmation_->answers() == true);
  }
  life_ = Life::gone;
  timer_.reset();
  const Closed closed = std::move(closed_);
  if (closed) closed(code, reason, http_status);  // last: it may destroy this
}

}  // namespace onebot::connect
