#include "bridge/net/request_body.h"

#include "bridge/net/passing.h"

#include <algorithm>

namespace bridge::net {

RequestBody::RequestBody(onebot::io::HttpService& service, const RequestHead& head, std::size_t max_body)
    : service_(&service), head_(&head), max_body_(max_body), chunks_(max_body) {}

void RequestBody::drop() {
  release(body_);
  long_.reset();
}

bool RequestBody::pass() {
  if (!long_ && head_->length <= kMostPassed) long_ = service_->serve_long(head_->request);
  return long_ != nullptr;
}

RequestBody::State RequestBody::next(std::string_view& bytes) {
  if (head_->chunked) return next_chunks(bytes);
  if (head_->length > max_body_ && !pass()) return State::too_long;
  return next_announced(bytes);
}

RequestBody::State RequestBody::next_announced(std::string_view& bytes) {
  const std::string_view part = bytes.substr(0, head_->length - read_);
  put(part);
  bytes.remove_prefix(part.size());
  read_ += part.size();
  if (read_ < head_->length) return State::more;
  return long_ ? State::passed : State::done;
}

RequestBody::State RequestBody::next_chunks(std::string_view& bytes) {
  for (;;) {
    const ChunkedBody::State state = chunks_.next(bytes);
    if (state == ChunkedBody::State::broken) return State::broken;
    if (state == ChunkedBody::State::beyond) return State::too_long;
    if (state == ChunkedBody::State::too_long && !pass()) return State::too_long;
    put(chunks_.take());
    if (state == ChunkedBody::State::done) return long_ ? State::passed : State::done;
    if (state == ChunkedBody::State::more) return State::more;
  }
}

// Memory grows with what has come, and never beyond what was announced.
void RequestBody::put(std::string_view part) {
  if (long_) {
    if (!body_.empty()) long_->piece(std::exchange(body_, {}));
    return long_->piece(part);
  }
  const std::size_t size = body_.size() + part.size();
  if (size > body_.capacity()) {
    const std::size_t most = head_->chunked ? max_body_ : head_->length;
    body_.reserve(std::clamp(2 * body_.size(), size, std::max(size, most)));
  }
  body_.append(part);
}

}  // namespace bridge::net
