#include "bridge/net/http_connection.h"

#include "bridge/net/http_response.h"
#include "bridge/net/passing.h"
#include "bridge/net/websocket_connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bridge::net {

namespace io = onebot::io;

namespace {

constexpr std::size_t kTogether = 16 << 10;  // a body up to here travels in one write with its head
constexpr std::size_t kPart = 256 << 10;     // of a longer body, per write
constexpr std::chrono::milliseconds kParting{500};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

io::HttpResponse plain(int status, std::string_view text, io::Headers headers = {}) {
  headers.emplace_back("Content-Type", "text/plain");
  return {status, std::move(headers), fmt::format("{}\n", text)};
}

}  // namespace

class HttpConnection::Exchange : public io::Exchange {
 public:
  Exchange(std::shared_ptr<HttpConnection> connection, unsigned number)
      : connection_(std::move(connection)), number_(number) {}
  ~Exchange() override {
    if (!answered_) answer(plain(500, "no answer"), {});
  }
  void answer(io::HttpResponse response, Written written) override {
    if (std::exchange(answered_, true)) return;
    if (!gone()) return connection_->answer(std::move(response), std::move(written));
    if (written) written(false);
  }
  bool acknowledged() const override {
    return answered_ && connection_->number_ == number_ + 1 && connection_->acknowledged();
  }
  bool gone() const override {
    return !connection_->stream_ || !connection_->stream_->open() || connection_->number_ != number_;
  }

 private:
  std::shared_ptr<HttpConnection> connection_;
  unsigned number_;
  bool answered_ = false;
};

HttpConnection::HttpConnection(io::Loop& loop, std::shared_ptr<Stream> stream, const Services& services,
                               std::size_t max_body, const ServerLimits& limits, std::string remote)
    : loop_(loop),
      stream_(std::move(stream)),
      services_(services),
      max_body_(max_body),
      limits_(limits),
      remote_(std::move(remote)) {
  expect(limits_.request);
}

void HttpConnection::expect(std::chrono::milliseconds limit) {
  deadline_ = loop_.after(limit, [this] { late(); });
}

void HttpConnection::late() {
  if (!stream_) return;
  const bool begun = state_ == State::body || (state_ == State::head && !input_.empty());
  if (begun) return refuse(plain(408, "the request took too long"));
  settle(acknowledged());
  stream_->kill();
}

void HttpConnection::on_bytes(std::string_view bytes) {
  if (state_ == State::over || state_ == State::parting) return;
  if (state_ == State::head && input_.empty()) expect(limits_.request);
  input_.append(bytes);
  process();
}

void HttpConnection::process() {
  const auto self = shared_from_this();
  while (stream_ && ((state_ == State::head && take_head()) || (state_ == State::body && take_body()))) {
  }
  if (!stream_) return;
  const bool waiting = state_ == State::serving || state_ == State::answering;
  stream_->hold(waiting && input_.size() > kMaxHead);
}

// Whether there may be more to do.
bool HttpConnection::take_head() {
  input_.erase(0, std::min(input_.find_first_not_of("\r\n"), input_.size()));
  const auto end = input_.find("\r\n\r\n");
  if (std::min(end, input_.size()) > kMaxHead) {
    refuse(plain(431, fmt::format("a request head of at most {} bytes", kMaxHead)));
    return false;
  }
  if (end == std::string::npos) return false;
  auto head = parse_head(std::string_view(input_).substr(0, end + 2));
  input_.erase(0, end + 4);
  if (!head) {
    refuse(plain(head.error().status, head.error().why));
    return false;
  }
  begin(*std::move(head));
  return true;
}

void HttpConnection::begin(RequestHead head) {
  settle(true);  // who asks again has the answer
  ++requests_;
  ++number_;
  head_ = std::move(head);
  close_after_ = !head_.keep_alive;
  head_.request.remote = remote_;
  const io::HttpRequest& request = head_.request;
  if (head_.upgrades && services_.websocket) return upgrade();
  if (!services_.http) {
    auto refusal = services_.websocket ? services_.websocket->refuse(request) : std::nullopt;
    if (refusal) return refuse(*std::move(refusal));
    if (services_.websocket) services_.websocket->on_plain(request);
    return refuse(plain(426, "this address speaks WebSocket (ws://), not plain HTTP", {{"Upgrade", "websocket"}}));
  }
  if (head_.upgrades) {
    services_.http->on_upgrade(request);
    return refuse(plain(400, "this address speaks plain HTTP (http://), no WebSocket"));
  }
  if (auto refusal = services_.http->refuse(request)) {
    // What the client has not sent yet need not be read.
    if (has_body(head_)) return refuse(*std::move(refusal));
    return answer(*std::move(refusal), {});
  }
  if (head_.length > max_body_ && !pass()) return refuse_long();
  state_ = State::body;
  read_ = 0;
  chunks_ = ChunkedBody(max_body_);
  if (head_.expects_continue && (head_.chunked ? input_.empty() : input_.size() < head_.length)) {
    answer_ = kContinue;
    stream_->ask_writable();
  }
}

bool HttpConnection::take_body() {
  if (head_.chunked) return take_chunks();
  const std::size_t size = std::min(input_.size(), head_.length - read_);
  take_part(std::string_view(input_).substr(0, size));
  input_.erase(0, size);
  read_ += size;
  if (read_ < head_.length) return false;
  end_body();
  return true;
}

void HttpConnection::take_part(std::string_view part) {
  if (long_) return long_->piece(part);
  head_.request.body.append(part);
}

void HttpConnection::end_body() {
  if (!long_) return serve();
  answer(std::exchange(long_, nullptr)->end(), {});
}

bool HttpConnection::pass() {
  if (head_.length <= kMostPassed) long_ = services_.http->serve_long(head_.request);
  return long_ != nullptr;
}

void HttpConnection::refuse_long() { refuse(plain(413, fmt::format("a body of at most {} bytes", max_body_))); }

bool HttpConnection::take_chunks() {
  std::string_view rest = input_;
  const ChunkedBody::State state = chunks_.next(rest);
  input_.erase(0, input_.size() - rest.size());
  if (state == ChunkedBody::State::broken) return refuse(plain(400, "a chunked body that cannot be read")), false;
  const bool unwanted = state == ChunkedBody::State::too_long && !pass();
  if (unwanted || state == ChunkedBody::State::beyond) return refuse_long(), false;
  if (long_ || state == ChunkedBody::State::done) take_part(chunks_.take());
  if (state == ChunkedBody::State::done) end_body();
  return state != ChunkedBody::State::more;
}

void HttpConnection::serve() {
  state_ = State::serving;
  deadline_.reset();  // a long poll may take its time
  answer_.clear();
  io::HttpRequest request = std::move(head_.request);
  head_.request = {.method = request.method};
  services_.http->serve(std::move(request), std::make_unique<Exchange>(shared_from_this(), number_));
}

void HttpConnection::upgrade() {
  const io::HttpRequest& request = head_.request;
  if (auto refusal = services_.websocket->refuse(request)) return refuse(*std::move(refusal));
  if (request.method != "GET" || has_body(head_)) return refuse(plain(400, "an upgrade must be a GET without a body"));
  if (!has_token(io::header(request.headers, "Connection").value_or(""), "upgrade")) {
    return refuse(plain(400, "an upgrade without Connection: Upgrade"));
  }
  if (io::header(request.headers, "Sec-WebSocket-Version") != "13") {
    return refuse(plain(426, "only WebSocket version 13", {{"Sec-WebSocket-Version", "13"}}));
  }
  const std::string accept = websocket_accept(io::header(request.headers, "Sec-WebSocket-Key").value_or(""));
  if (accept.empty()) return refuse(plain(400, "Sec-WebSocket-Key must be 16 bytes in base64"));
  io::HttpResponse welcome{
      101, {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", accept}}, {}};
  const auto offered = io::header(request.headers, "Sec-WebSocket-Protocol");
  const std::string chosen = offered ? services_.websocket->subprotocol(*offered) : "";
  if (!chosen.empty()) welcome.headers.emplace_back("Sec-WebSocket-Protocol", chosen);
  state_ = State::over;
  deadline_.reset();
  const auto stream = std::exchange(stream_, nullptr);
  auto connection = std::make_shared<WebSocketConnection>(loop_, stream, WebSocketConnection::Role::server, max_body_);
  stream->set_user(connection);
  connection->begin(*services_.websocket, request, response_head(welcome, true, loop_.wall()), std::move(input_));
}

void HttpConnection::refuse(io::HttpResponse response) {
  close_after_ = true;
  input_.clear();
  answer(std::move(response), {});
}

void HttpConnection::answer(io::HttpResponse response, Written written) {
  state_ = State::answering;
  const bool bodiless = head_.request.method == "HEAD" || response.status == 204 || response.status == 304;
  answer_ = response_head(response, !close_after_, loop_.wall());
  body_ = bodiless ? std::string() : std::move(response.body);
  sent_ = 0;
  written_ = std::move(written);
  if (body_.size() <= kTogether) answer_ += std::exchange(body_, {});
  expect(limits_.stalled);
  stream_->ask_writable();
}

void HttpConnection::on_writable() {
  const auto self = shared_from_this();
  if (!answer_.empty()) {
    stream_->write(std::exchange(answer_, {}));
    return answer_written();
  }
  if (state_ != State::answering) return;
  if (sent_ == body_.size()) return answered();
  expect(limits_.stalled);
  const std::string_view part = std::string_view(body_).substr(sent_, kPart);
  sent_ += part.size();
  stream_->write(part);
  answer_written();
}

// The client that has its answer may ask on another connection before this one is writable again, so nothing waits for
// that.
void HttpConnection::answer_written() {
  if (state_ == State::answering && sent_ == body_.size() && stream_->flushed()) return answered();
  stream_->ask_writable();
}

void HttpConnection::answered() {
  ++number_;
  body_ = {};
  state_ = !close_after_ ? State::head : written_ ? State::parting : State::over;
  deadline_.reset();
  if (state_ == State::over) return std::exchange(stream_, nullptr)->finish();
  if (state_ == State::parting) {
    deadline_ = loop_.after(kParting, [this] { part(); });
    return;
  }
  expect(input_.empty() ? limits_.idle : limits_.request);
  process();
}

// Some read until the end of the connection.
void HttpConnection::part() {
  const auto self = shared_from_this();
  if (!stream_) return;
  settle(acknowledged());
  state_ = State::over;
  std::exchange(stream_, nullptr)->finish();
}

bool HttpConnection::acknowledged() const {
  const bool whole = state_ == State::head || state_ == State::parting;
  return stream_ && written_ && whole && stream_->unacknowledged() == 0U;
}

void HttpConnection::settle(bool written) {
  if (const auto told = std::exchange(written_, nullptr)) told(written);
}

void HttpConnection::on_gone(std::string_view) {
  const auto self = shared_from_this();
  const bool whole = state_ == State::head || state_ == State::parting;
  // One that has asked again before, and now ends without it, may have died with the answer.
  const bool orderly = whole && stream_ && stream_->orderly() && (requests_ == 1 || close_after_);
  stream_ = nullptr;
  state_ = State::over;
  deadline_.reset();
  settle(orderly);
}

}  // namespace bridge::net
