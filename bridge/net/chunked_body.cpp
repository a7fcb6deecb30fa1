#include "bridge/net/chunked_body.h"

#include "bridge/net/passing.h"

#include <algorithm>
#include <charconv>

namespace bridge::net {
namespace {

constexpr std::size_t kMaxLine = 1024;
constexpr std::size_t kMaxOverhead = 16 << 10;

}  // namespace

ChunkedBody::State ChunkedBody::next(std::string_view& bytes) {
  while (!bytes.empty()) {
    if (part_ == Part::data) {
      const std::size_t size = std::min(left_, bytes.size());
      body_.append(bytes.substr(0, size));
      bytes.remove_prefix(size);
      left_ -= size;
      if (left_ == 0) part_ = Part::data_end;
      continue;
    }
    const bool whole = read_line(bytes);
    if (line_.size() > kMaxLine) return State::broken;
    if (!whole) return State::more;
    const State state = end_line();
    line_.clear();
    if (state != State::more) return state;
  }
  return State::more;
}

bool ChunkedBody::read_line(std::string_view& bytes) {
  const auto end = bytes.find('\n');
  const std::string_view part = bytes.substr(0, end == std::string_view::npos ? end : end + 1);
  line_.append(part);
  bytes.remove_prefix(part.size());
  return end != std::string_view::npos;
}

ChunkedBody::State ChunkedBody::end_line() {
  if (!line_.ends_with("\r\n")) return State::broken;
  line_.resize(line_.size() - 2);
  if (part_ == Part::size) return begin_chunk();
  if (part_ == Part::data_end) {
    part_ = Part::size;
    return line_.empty() ? State::more : State::broken;
  }
  if (line_.empty()) return State::done;
  overhead_ += line_.size();
  return overhead_ > kMaxOverhead ? State::broken : State::more;
}

ChunkedBody::State ChunkedBody::begin_chunk() {
  const std::string_view digits = std::string_view(line_).substr(0, line_.find(';'));
  overhead_ += line_.size() - digits.size();
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
  const bool number = !digits.empty() && error == std::errc{} && end == digits.data() + digits.size();
  if (!number || overhead_ > kMaxOverhead) return State::broken;
  if (size > kMostPassed || total_ + size > std::max(kMostPassed, max_body_)) return State::beyond;
  const bool fitted = total_ <= max_body_;
  total_ += size;
  left_ = size;
  part_ = size > 0 ? Part::data : Part::trailer;
  return fitted && total_ > max_body_ ? State::too_long : State::more;
}

}  // namespace bridge::net
