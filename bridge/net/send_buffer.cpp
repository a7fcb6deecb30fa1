#include "bridge/net/send_buffer.h"

#include "bridge/net/memory.h"

#include <utility>

namespace bridge::net {

namespace {
constexpr std::size_t kKept = 256 << 10;  // of the memory, from use to use
}

SendBuffer::Flow SendBuffer::keep(std::string_view bytes) {
  if (bytes.size() > most_ - size()) return Flow::full;
  (empty() ? sending_ : queued_).append(bytes);
  return empty() ? Flow::empty : Flow::waiting;
}

void SendBuffer::taken(std::size_t size) {
  sent_ += size;
  passed_ += size;
  if (sent_ < sending_.size()) return;
  sent_ = 0;
  sending_.clear();
  if (sending_.capacity() > kKept) release(sending_);
  std::swap(sending_, queued_);
}

}  // namespace bridge::net
