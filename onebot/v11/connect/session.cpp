#include "onebot/v11/connect/session.h"

#include "onebot/v11/answers.h"

#include <fmt/format.h>

#include <utility>

namespace onebot::v11::connect {

Session::Session(Means means, Feed& feed, SessionOptions options, Closed closed)
    : means_(means),
      feed_(feed),
      options_(std::move(options)),
      closed_(std::move(closed)),
      asking_(means.ground, *options_.bot, options_.section->asking, *options_.refusals, options_.remote),
      link_(means.ground.backend, options_.link, *this) {}

std::unique_ptr<onebot::connect::Stream> Session::opened(std::optional<Seq> from) {
  if (options_.role == Role::api) return nullptr;
  link_.put(lifecycle(seconds(means_.ground.backend.loop), self()));
  online_ = bot().status().online;
  const auto interval = options_.section->heartbeat;
  if (interval.count() > 0) beating_ = means_.ground.backend.loop.after(interval, [this] { beat(); });
  const std::int64_t since = from ? replay_since(means_.ground, *options_.section) : 0;
  const Seq place = from.value_or(means_.ground.backend.events.next());
  return std::make_unique<LineStream>(feed_.follow(bot(), place, since, [this] { link_.wake(); }));
}

void Session::beat() {
  const auto interval = options_.section->heartbeat;
  const BotStatus status = bot().status();
  online_ = status.online;
  link_.put(heartbeat(seconds(means_.ground.backend.loop), self(), status, interval.count()));
  beating_ = means_.ground.backend.loop.after(interval, [this] { beat(); });
}

void Session::check_status() {
  if (beating_ && bot().status().online != online_) beat();
}

// A binary message is read as text; nobody of OneBot 11 sends anything else.
void Session::heard(std::string_view message, frame::Opcode) {
  if (options_.role == Role::event) return;
  link_.begun();
  asking_.ask(read_request(message), [this](Answer told) {
    link_.done();
    answer(std::move(told));
  });
}

bool Session::too_long(frame::Opcode, std::string_view piece, bool last) {
  if (options_.role == Role::event) return true;
  if (!passing_) passing_.emplace(Encoding::json);
  passing_->read(piece);
  if (!last) return true;
  means_.ground.backend.log.count("requests_too_long");
  const ActionResult refused = fail(
      Retcode::bad_request, fmt::format("a request has at most {} bytes; send files by their address", kMostRequest));
  options_.refusals->answered(options_.remote, "", refused);
  answer({.text = write_answer(refused, passing_->take())});
  passing_.reset();
  return true;
}

void Session::answer(Answer told) {
  const std::size_t most = options_.link.max_frame;
  if (told.text.size() > most) {
    const Echo echo = echo_of(told.text, Encoding::json);
    told.text = write_too_long(told.text.size(), most, echo);
  }
  link_.put(told.text);
}

void Session::ended(int code, std::string_view reason, int http_status) {
  beating_.reset();
  const Closed closed = closed_;
  if (closed) closed(code, reason, http_status);  // last: it may destroy this
}

}  // namespace onebot::v11::connect
