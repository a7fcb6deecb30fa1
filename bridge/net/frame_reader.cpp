#include "bridge/net/frame_reader.h"

#include "bridge/net/memory.h"
#include "bridge/net/passing.h"
#include "onebot/json.h"

#include <algorithm>
#include <utility>

namespace bridge::net {
namespace {

constexpr unsigned kContinuation = 0, kText = 1, kBinary = 2, kPing = 9, kPong = 10;
constexpr std::size_t kKept = 64 << 10;  // of the buffer, from message to message

FrameReader::Item broken(int code, std::string_view why) { return {FrameReader::Kind::broken, why, code}; }

bool may_be_sent(int code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

}  // namespace

void FrameReader::count_in(Inflight& inflight, onebot::Then too_much) {
  share_ = inflight.join([this, too_much = std::move(too_much)] {
    release(message_);
    count();
    too_much();
  });
}

void FrameReader::count() {
  if (share_) share_->keep(message_kind_ != 0 ? memory_of(message_) : 0);
}

FrameReader::Item FrameReader::next(std::string_view& bytes) {
  while (!bytes.empty() || (in_payload_ && left_ == 0)) {
    if (!in_payload_) {
      if (const Item wrong = read_head(bytes); wrong.kind != Kind::none) return wrong;
      if (in_payload_ && whole_message(bytes)) {
        const std::string_view message = bytes.substr(0, static_cast<std::size_t>(left_));
        bytes.remove_prefix(message.size());
        begin_frame();
        return finish_message(message);
      }
      continue;
    }
    if (skipped_ > 0 && !is_control()) return take_piece(bytes);
    take_payload(bytes);
    if (left_ > 0) return count(), Item{};
    if (const Item item = finish_frame(); item.kind != Kind::none) return item;
  }
  return {};
}

FrameReader::Item FrameReader::read_head(std::string_view& bytes) {
  while (!bytes.empty() && head_size_ < head_wanted_) {
    head_[head_size_++] = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    if (head_size_ != 2) continue;
    const bool masked = (head_[1] & 0x80) != 0;
    if (masked != (key_size_ > 0)) {
      return broken(1002, masked ? "a server's frame that is masked" : "a frame that is not masked");
    }
    const unsigned length = head_[1] & 0x7fU;
    head_wanted_ = 2 + key_size_ + (length == 126 ? 2U : length == 127 ? 8U : 0U);
  }
  if (head_size_ < head_wanted_) return {};
  const unsigned length = head_[1] & 0x7fU;
  key_at_ = head_wanted_ - key_size_;
  left_ = length < 126 ? length : 0;
  for (std::size_t i = 2; i < key_at_; ++i) left_ = left_ << 8 | head_[i];
  in_payload_ = true;
  mask_at_ = 0;
  return check_head();
}

FrameReader::Item FrameReader::check_head() {
  if ((head_[0] & 0x70) != 0) return broken(1002, "reserved bits without an extension");
  if (is_control()) {
    if (opcode() > kPong) return broken(1002, "an unknown control frame");
    if (!is_final() || left_ > 125) return broken(1002, "a control frame in pieces, or too long");
    control_.clear();
    return {};
  }
  if (opcode() > kBinary) return broken(1002, "an unknown frame");
  const bool begins = opcode() != kContinuation;
  if (begins == (message_kind_ != 0)) return broken(1002, "a message within a message, or the rest of none");
  if (begins) {
    message_kind_ = opcode();
    if (message_.capacity() > kKept) release(message_);
    message_.clear();
  }
  return check_size();
}

// The sum cannot overflow: the first summand is small.
FrameReader::Item FrameReader::check_size() {
  const bool first = skipped_ == 0;
  const std::uint64_t so_far = first ? message_.size() : skipped_;
  if (left_ > kMostPassed || so_far + left_ > kMostPassed) return broken(1009, "message too long");
  if (first && so_far + left_ <= max_message_) return {};
  skipped_ = so_far + left_;
  return first ? long_piece(false) : Item{};
}

FrameReader::Item FrameReader::long_piece(bool last) const {
  return {message_kind_ == kText ? Kind::long_text : Kind::long_binary, message_, 0, last};
}

FrameReader::Item FrameReader::take_piece(std::string_view& bytes) {
  if (message_.capacity() > kKept) release(message_);
  message_.clear();
  take_payload(bytes);
  if (left_ > 0) return long_piece(false);
  begin_frame();
  const Item piece = long_piece(is_final());
  if (is_final()) message_kind_ = 0, skipped_ = 0;
  return piece;
}

void FrameReader::take_payload(std::string_view& bytes) {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
  left_ -= size;
  std::string& out = target();
  const std::size_t begin = out.size();
  out.append(bytes.substr(0, size));
  for (std::size_t i = 0; key_size_ > 0 && i < size; ++i) {
    out[begin + i] = static_cast<char>(out[begin + i] ^ head_[key_at_ + ((mask_at_ + i) & 3)]);
  }
  mask_at_ = static_cast<unsigned>((mask_at_ + size) & 3);
  bytes.remove_prefix(size);
}

// A message in one frame, unmasked and here to its end, is handed out from where it lies.
bool FrameReader::whole_message(std::string_view bytes) const {
  return key_size_ == 0 && skipped_ == 0 && is_final() && !is_control() && message_.empty() && bytes.size() >= left_;
}

void FrameReader::begin_frame() {
  in_payload_ = false;
  head_size_ = 0;
  head_wanted_ = 2;
}

FrameReader::Item FrameReader::finish_frame() {
  begin_frame();
  if (is_control()) return finish_control();
  return is_final() ? finish_message(message_) : Item{};
}

FrameReader::Item FrameReader::finish_control() {
  if (opcode() == kPing) return {Kind::ping, control_, 0};
  if (opcode() == kPong) return {Kind::pong, control_, 0};
  if (control_.empty()) return {Kind::close, {}, 1005};
  if (control_.size() == 1) return broken(1002, "a close code of one byte");
  const auto byte = [this](std::size_t i) { return static_cast<unsigned char>(control_[i]); };
  const int code = byte(0) << 8 | byte(1);
  if (!may_be_sent(code)) return broken(1002, "a close code that may not be sent");
  const std::string_view reason = std::string_view(control_).substr(2);
  if (onebot::json::is_utf8(reason)) return {Kind::close, reason, code};
  // The code of a server says what follows; that is worth more than its words.
  if (key_size_ == 0) return {Kind::close, {}, code};
  return broken(1007, "a close reason that is not UTF-8");
}

FrameReader::Item FrameReader::finish_message(std::string_view message) {
  const bool text = message_kind_ == kText;
  message_kind_ = 0;
  count();
  if (text && !onebot::json::is_utf8(message)) return {Kind::broken_text, message, 1007};
  return {text ? Kind::text : Kind::binary, message, 0};
}

std::string_view FrameReader::Item::fault() const {
  if (kind == Kind::broken_text) return "text that is not UTF-8";
  if (kind == Kind::long_text || kind == Kind::long_binary) return "message too long";
  return kind == Kind::broken ? payload : std::string_view();
}

}  // namespace bridge::net
