#include "bridge/net/http_connection.h"

#include "bridge/net/http_response.h"
#include "bridge/net/memory.h"
#include "bridge/net/server_upgrade.h"
#include "bridge/net/websocket_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bridge::net {

namespace io = onebot::io;

namespace {

constexpr std::size_t kTogether = 16 << 10;  // a body up to here travels in one write with its head
constexpr std::size_t kKept = 4 << 10;       // of the memory for input, from request to request
constexpr std::chrono::milliseconds kParting{500};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

class HttpConnection::Exchange : public io::Exchange {
 public:
  Exchange(std::shared_ptr<HttpConnection> connection, unsigned number)
      : connection_(std::move(connection)), number_(number) {}
  ~Exchange() override {
    if (!answered_) answer(plain_answer(500, "no answer"), {});
  }
  void answer(io::HttpResponse response, ToldReceipt told) override {
    if (std::exchange(answered_, true)) return;
    if (!gone())
      return connection_->answer(connection_->reception_->judged(connection_->caller_, std::move(response)),
                                 std::move(told));
    if (told) told(Receipt::none);
  }
  std::optional<bool> acknowledged() const override {
    if (!answered_ || !connection_->told_ || connection_->number_ > number_ + 1) return std::nullopt;
    return connection_->number_ == number_ + 1 && connection_->acknowledged();
  }
  bool gone() const override {
    return !connection_->stream_ || !connection_->stream_->open() || connection_->number_ != number_;
  }

 private:
  std::shared_ptr<HttpConnection> connection_;
  unsigned number_;
  bool answered_ = false;
};

HttpConnection::HttpConnection(std::shared_ptr<Reception> reception, std::shared_ptr<Stream> stream, std::string peer,
                               std::string remote)
    : reception_(std::move(reception)),
      peer_(std::move(peer)),
      remote_(std::move(remote)),
      stream_(std::move(stream)),
      share_(reception_->house->inflight->join([this] { let_go(); })) {
  expect(limits().request);
}

void HttpConnection::expect(std::chrono::milliseconds limit) {
  deadline_ = loop().after(limit, [this] { late(); });
}

void HttpConnection::late() {
  if (!stream_) return;
  const bool begun = state_ == State::body || (state_ == State::head && begun_);
  if (begun) return refuse(plain_answer(408, "the request took too long"));
  settle(acknowledged() ? Receipt::had : Receipt::none);
  stream_->kill();
}

void HttpConnection::on_bytes(std::string_view bytes) {
  if (state_ == State::over || state_ == State::parting) return;
  const auto self = shared_from_this();
  if (state_ == State::head && !std::exchange(begun_, true)) expect(limits().request);
  input_.append(bytes);
  process();
}

void HttpConnection::process() {
  const auto self = shared_from_this();
  while (stream_ && ((state_ == State::head && take_head()) || (state_ == State::body && take_body()))) {
  }
  if (stream_) {
    const bool waiting = state_ == State::serving || state_ == State::answering;
    stream_->hold(waiting && input_.size() > kMaxHead);
  }
  count_memory();
}

void HttpConnection::count_memory() {
  if (input_.empty() && input_.capacity() > kKept) release(input_);
  share_->keep((input_.empty() ? 0 : memory_of(input_)) + request_body_.kept());
}

void HttpConnection::let_go() {
  request_body_.drop();
  if (state_ == State::head || state_ == State::body) {
    refuse(plain_answer(503, "too much is under way here; try again later", {{"Retry-After", "1"}}));
  } else if (stream_) {
    stream_->kill("too much was under way");
  }
  release(input_);
  share_->keep(0);
}

// Whether there may be more to do.
bool HttpConnection::take_head() {
  const auto blanks = std::min(input_.find_first_not_of("\r\n"), input_.size());
  input_.erase(0, blanks);
  blanks_ += blanks;
  const auto end = input_.find("\r\n\r\n");
  if (blanks_ + std::min(end, input_.size()) > kMaxHead) {
    refuse(plain_answer(431, fmt::format("a request head of at most {} bytes", kMaxHead)));
    return false;
  }
  if (end == std::string::npos) return false;
  auto head = parse_head(std::string_view(input_).substr(0, end + 2));
  input_.erase(0, end + 4);
  if (!head) {
    refuse(plain_answer(head.error().status, head.error().why));
    return false;
  }
  begin(*std::move(head));
  return true;
}

void HttpConnection::begin(RequestHead head) {
  settle(Receipt::had);
  ++requests_;
  ++number_;
  head_ = std::move(head);
  close_after_ = !head_.keep_alive;
  head_.request.remote = remote_;
  caller_ = caller_of(peer_, head_.request.headers);
  if (auto refusal = reception_->refusal(head_, caller_)) return refuse(*std::move(refusal));
  const io::HttpRequest& request = head_.request;
  if (head_.upgrades && services().websocket) return upgrade();
  if (!services().http) return refuse(reception_->judged(caller_, plain_request_answer(request, services().websocket)));
  if (head_.upgrades) {
    services().http->on_upgrade(request);
    return refuse(plain_answer(400, "this address speaks plain HTTP (http://), no WebSocket"));
  }
  if (auto refusal = services().http->refuse(request)) {
    // What the client has not sent yet need not be read.
    if (has_body(head_)) return refuse(reception_->judged(caller_, *std::move(refusal)));
    return answer(reception_->judged(caller_, *std::move(refusal)), {});
  }
  begin_body();
}

void HttpConnection::begin_body() {
  state_ = State::body;
  request_body_ = RequestBody(*services().http, head_, address().max_body);
  if (head_.expects_continue && (head_.chunked ? input_.empty() : input_.size() < head_.length)) {
    answer_ = kContinue;
    stream_->ask_writable();
  }
}

bool HttpConnection::take_body() {
  std::string_view rest = input_;
  const RequestBody::State state = request_body_.next(rest);
  input_.erase(0, input_.size() - rest.size());
  switch (state) {
    case RequestBody::State::more:
      return false;
    case RequestBody::State::done:
      head_.request.body = request_body_.take();
      serve();
      return true;
    case RequestBody::State::passed:
      answer(request_body_.end(), {});
      return true;
    case RequestBody::State::broken:
      refuse(plain_answer(400, "a chunked body that cannot be read"));
      return false;
    case RequestBody::State::too_long:
      refuse(plain_answer(413, fmt::format("a body of at most {} bytes", address().max_body)));
      return false;
  }
  return false;
}

void HttpConnection::serve() {
  state_ = State::serving;
  stream_->is(Place::Holder::served);
  deadline_.reset();  // a long poll may take its time
  answer_.clear();
  io::HttpRequest request = std::move(head_.request);
  head_.request = {.method = request.method};
  services().http->serve(std::move(request), std::make_unique<Exchange>(shared_from_this(), number_));
}

void HttpConnection::upgrade() {
  const io::HttpRequest& request = head_.request;
  io::HttpResponse welcome = upgrade_answer(head_, *services().websocket);
  if (welcome.status != 101) return refuse(reception_->judged(caller_, std::move(welcome)));
  state_ = State::over;
  deadline_.reset();
  const auto stream = std::exchange(stream_, nullptr);
  stream->is(Place::Holder::served);
  auto connection =
      std::make_shared<WebSocketConnection>(loop(), stream, WebSocketConnection::Role::server, address().max_body);
  stream->set_user(connection);
  connection->count_in(*reception_->house->inflight);
  connection->begin(*services().websocket, request, response_head(welcome, true, loop().wall()), std::move(input_));
}

void HttpConnection::refuse(io::HttpResponse response) {
  close_after_ = true;
  input_.clear();
  request_body_.drop();
  answer(std::move(response), {});
}

void HttpConnection::answer(io::HttpResponse response, ToldReceipt told) {
  state_ = State::answering;
  stream_->is(Place::Holder::served);
  const bool bodiless = head_.request.method == "HEAD" || response.status == 204 || response.status == 304;
  answer_ = response_head(response, !close_after_, loop().wall());
  if (bodiless) response.body.clear(), response.file.reset();
  if (response.body.size() <= kTogether) answer_ += std::exchange(response.body, {});
  auto body = ResponseBody::of(response);
  if (!body) return answer(plain_answer(500, body.error().message), std::move(told));
  body_ = *std::move(body);
  told_ = std::move(told);
  expect(limits().stalled);
  stream_->ask_writable();
}

void HttpConnection::on_writable() {
  const auto self = shared_from_this();
  if (!answer_.empty()) {
    stream_->write(std::exchange(answer_, {}));
    return answer_written();
  }
  if (state_ != State::answering) return;
  if (body_.ended()) return answered();
  expect(limits().stalled);
  const auto piece = body_.next();
  if (!piece) return stream_->kill("the file of an answer has become shorter");
  stream_->write(*piece);
  answer_written();
}

// The client that has its answer may ask on another connection before this one is writable again, so nothing waits for
// that.
void HttpConnection::answer_written() {
  if (state_ == State::answering && body_.ended() && stream_->flushed()) return answered();
  stream_->ask_writable();
}

void HttpConnection::answered() {
  ++number_;
  body_.clear();
  state_ = !close_after_ ? State::head : told_ ? State::parting : State::over;
  begun_ = !input_.empty();
  blanks_ = 0;
  deadline_.reset();
  if (state_ == State::over) return std::exchange(stream_, nullptr)->finish();
  if (state_ == State::parting) {
    deadline_ = loop().after(kParting, [this] { part(); });
    return;
  }
  stream_->is(Place::Holder::waiting);
  expect(begun_ ? limits().request : limits().idle);
  process();
}

// Some read until the end of the connection.
void HttpConnection::part() {
  const auto self = shared_from_this();
  if (!stream_) return;
  settle(acknowledged() ? Receipt::had : Receipt::none);
  state_ = State::over;
  std::exchange(stream_, nullptr)->finish();
}

bool HttpConnection::acknowledged() const {
  return stream_ && told_ && is_written() && stream_->unacknowledged() == 0U;
}

void HttpConnection::settle(Receipt receipt) {
  if (const auto told = std::exchange(told_, nullptr)) told(receipt);
}

void HttpConnection::on_gone(std::string_view) {
  const auto self = shared_from_this();
  // One that has asked again before, and now ends without it, may have died with the answer.
  const bool orderly = is_written() && stream_ && stream_->orderly() && (requests_ == 1 || close_after_);
  stream_ = nullptr;
  state_ = State::over;
  deadline_.reset();
  settle(orderly ? Receipt::ended : Receipt::none);
  release(input_);
  body_.clear();
  request_body_.drop();
  share_->keep(0);
}

}  // namespace bridge::net
