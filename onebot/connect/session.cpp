#include "onebot/connect/session.h"

#include <fmt/format.h>

#include <utility>

namespace onebot::connect {
namespace {

Encoding encoding_of(frame::Opcode kind) { return kind == frame::Opcode::text ? Encoding::json : Encoding::msgpack; }

}  // namespace

Session::Session(Backend& backend, SessionOptions options, Closed closed)
    : backend_(backend),
      options_(std::move(options)),
      closed_(std::move(closed)),
      link_(backend, options_.link, *this) {}

std::unique_ptr<Stream> Session::opened(std::optional<Seq> from) {
  link_.put(backend_.meta.connect_event());
  link_.put(backend_.meta.status_event());
  const std::int64_t since = from ? backend_.cursors.replay_since() : 0;
  return std::make_unique<LogStream>(
      backend_.events, from.value_or(backend_.events.next()), since, [this] { link_.wake(); }, backend_.only);
}

void Session::heard(std::string_view message, frame::Opcode kind) {
  const Encoding encoding = encoding_of(kind);
  ActionRequest request = parse_action(message, encoding);
  Asked asked{request.action ? request.action->name : "", std::move(request.echo), encoding};
  if (!request.action) return answer(std::unexpected(std::move(request.action).error()), asked);
  link_.begun();
  Reply reply(lifetime_.guard([this, asked = std::move(asked)](const ActionResult& result) {
    link_.done();
    if (link_.is_open()) answer(result, asked);
  }));
  backend_.actions.act(*std::move(request.action), std::move(reply));
}

// Of a request that is not read its echo still is, so that the asker need not wait in vain.
bool Session::too_long(frame::Opcode kind, std::string_view piece, bool last) {
  const Encoding encoding = encoding_of(kind);
  if (!passing_) passing_.emplace(encoding);
  passing_->read(piece);
  if (!last) return true;
  backend_.log.count("requests_too_long");
  answer(onebot::too_long(), {.action = "", .echo = passing_->take(), .encoding = encoding});
  passing_.reset();
  return true;
}

void Session::answer(const ActionResult& result, const Asked& asked) {
  const std::optional<Error> instead = options_.refusals->answered(options_.remote, asked.action, result);
  const std::size_t most = options_.link.max_frame;
  std::string response = encode_response(instead ? std::unexpected(*instead) : result, asked.echo, asked.encoding);
  if (response.size() > most) {
    const ActionResult failed =
        fail(Retcode::answer_too_long,
             fmt::format("the answer has {} bytes, and this connection carries {}; a file leaves in parts with "
                         "get_file_fragmented",
                         response.size(), most));
    response = encode_response(failed, asked.echo, asked.encoding);
    if (response.size() > most) response = encode_response(failed, {}, asked.encoding);
  }
  link_.put(response, asked.encoding == Encoding::json ? frame::Opcode::text : frame::Opcode::binary);
}

void Session::ended(int code, std::string_view reason, int http_status) {
  const Closed closed = closed_;
  if (closed) closed(code, reason, http_status);  // last: it may destroy this
}

}  // namespace onebot::connect
