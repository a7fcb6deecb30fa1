// Outbox: frames that wait to be written to a platform. What waits for one that does not read is bounded: then the
// connection is given up, since a new one is worth more than what is said over the old.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace kit {

class Outbox {
 public:
  static constexpr std::size_t kMost = 256 << 10;

  // Frames are appended here, ready-made.
  std::string& waiting() { return waiting_; }
  bool is_full() const { return waiting_.size() > kMost; }
  // For WebSocketPeer::next_frames(): all that waits; valid until the next call.
  std::string_view next() {
    writing_.clear();
    std::swap(writing_, waiting_);
    return writing_;
  }
  void clear() { waiting_.clear(); }

 private:
  std::string waiting_{}, writing_{};
};

}  // namespace kit
