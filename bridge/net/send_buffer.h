// SendBuffer: the bytes of one connection that its kernel has not taken yet, in order, each once.
//
// What is offered stays at its place, unchanged, until it was taken: TLS demands the very same bytes again. What comes
// meanwhile waits behind it and moves up as a whole, so no byte is copied twice.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bridge::net {

class SendBuffer {
 public:
  enum class Flow {
    empty,    // all is taken
    waiting,  // until more can be
    broken,   // the connection is
    full,     // it would have been more than the bound; none of it is kept
  };

  explicit SendBuffer(std::size_t most) : most_(most) {}

  bool empty() const { return sending_.empty(); }
  std::size_t size() const { return sending_.size() - sent_ + queued_.size(); }
  std::size_t most() const { return most_; }
  std::uint64_t passed() const { return passed_; }  // bytes taken, since the beginning

  Flow keep(std::string_view bytes);
  // offer: std::optional<std::size_t>(std::string_view), how many of the bytes are taken; nullopt: broken.
  template <class Offer>
  Flow drain(Offer&& offer);
  // Offers bytes from where they lie when none wait, and keeps what is not taken: they are offered again from
  // elsewhere.
  template <class Offer>
  Flow pass(std::string_view bytes, Offer&& offer);

 private:
  std::string_view front() const { return std::string_view(sending_).substr(sent_); }
  void taken(std::size_t size);

  std::size_t most_;
  std::string sending_{}, queued_{};  // sending_ does not change until it is all taken
  std::size_t sent_ = 0;              // of sending_
  std::uint64_t passed_ = 0;
};

template <class Offer>
SendBuffer::Flow SendBuffer::drain(Offer&& offer) {
  while (!empty()) {
    const std::optional<std::size_t> size = offer(front());
    if (!size) return Flow::broken;
    if (*size == 0) return Flow::waiting;
    taken(*size);
  }
  return Flow::empty;
}

template <class Offer>
SendBuffer::Flow SendBuffer::pass(std::string_view bytes, Offer&& offer) {
  while (empty() && !bytes.empty()) {
    const std::optional<std::size_t> size = offer(bytes);
    if (!size) return Flow::broken;
    if (*size == 0) break;
    bytes.remove_prefix(*size);
    passed_ += *size;
  }
  return keep(bytes);
}

}  // namespace bridge::net
