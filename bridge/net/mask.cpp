#include "bridge/net/mask.h"

#include <openssl/rand.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace bridge::net {
namespace {

// Random bytes are fetched a thousand keys at a time.
class Keys {
 public:
  std::uint32_t next() {
    if (at_ == keys_.size()) {
      RAND_bytes(reinterpret_cast<unsigned char*>(keys_.data()), static_cast<int>(sizeof keys_));
      at_ = 0;
    }
    return keys_[at_++];
  }

 private:
  std::array<std::uint32_t, 1024> keys_{};
  std::size_t at_ = keys_.size();
};

void mask(char* bytes, std::size_t size, std::uint32_t key) {
  const std::uint64_t wide = static_cast<std::uint64_t>(key) << 32 | key;
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes + i, 8);
    word ^= wide;
    std::memcpy(bytes + i, &word, 8);
  }
  char key_bytes[4];
  std::memcpy(key_bytes, &key, 4);
  for (; i < size; ++i) bytes[i] = static_cast<char>(bytes[i] ^ key_bytes[i % 4]);
}

}  // namespace

void append_masked(std::string& out, std::string_view frames) {
  thread_local Keys keys;
  while (frames.size() >= 2) {
    const auto byte = [frames](std::size_t i) { return static_cast<unsigned char>(frames[i]); };
    std::uint64_t size = byte(1) & 0x7f;
    const std::size_t wide = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (wide > 0) size = 0;
    for (std::size_t i = 0; i < wide; ++i) size = size << 8 | byte(2 + i);
    const std::size_t head = 2 + wide;
    const std::uint32_t key = keys.next();
    out.append(frames.substr(0, head));
    out[out.size() - head + 1] = static_cast<char>(byte(1) | 0x80);
    out.append(reinterpret_cast<const char*>(&key), 4);
    out.append(frames.substr(head, size));
    mask(out.data() + out.size() - size, size, key);
    frames.remove_prefix(head + size);
  }
}

}  // namespace bridge::net
