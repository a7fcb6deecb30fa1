#include "bridge/seen.h"

#include <bit>
#include <cstring>
#include <utility>

namespace bridge {
namespace {

struct SipState {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1, v1 = std::rotl(v1, 13), v1 ^= v0, v0 = std::rotl(v0, 32);
    v2 += v3, v3 = std::rotl(v3, 16), v3 ^= v2;
    v0 += v3, v3 = std::rotl(v3, 21), v3 ^= v0;
    v2 += v1, v1 = std::rotl(v1, 17), v1 ^= v2, v2 = std::rotl(v2, 32);
  }
  void take(std::uint64_t word) {
    v3 ^= word;
    round(), round();
    v0 ^= word;
  }
};

std::uint64_t little_endian(const char* bytes, std::size_t size) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < size; ++i) word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return word;
}

constexpr std::uint64_t kSecondKey = 0x0f0e0d0c0b0a0908;
constexpr std::size_t kFirstSlots = 64;

}  // namespace

std::uint64_t key_hash(std::uint64_t seed, std::string_view text) {
  SipState state{seed ^ 0x736f6d6570736575, kSecondKey ^ 0x646f72616e646f6d, seed ^ 0x6c7967656e657261,
                 kSecondKey ^ 0x7465646279746573};
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) state.take(little_endian(text.data() + at, 8));
  state.take(little_endian(text.data() + at, text.size() - at) | std::uint64_t{text.size() & 0xff} << 56);
  state.v2 ^= 0xff;
  for (int i = 0; i < 4; ++i) state.round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

bool Seen::insert(std::uint64_t hash, std::chrono::milliseconds now) {
  if (contains(hash)) return false;
  if (young_.size() == 0) young_since_ = now;
  if (young_.size() >= half_ || now - young_since_ >= keep_) {
    old_ = std::exchange(young_, Generation{});
    young_since_ = now;
  }
  young_.insert(hash);
  return true;
}

// Where the hash is, or the free slot where it would be.
std::size_t Seen::Generation::slot(std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at] != 0 && slots_[at] != hash) at = (at + 1) & mask;
  return at;
}

bool Seen::Generation::contains(std::uint64_t hash) const {
  if (hash == 0) hash = 1;
  return !slots_.empty() && slots_[slot(hash)] == hash;
}

void Seen::Generation::insert(std::uint64_t hash) {
  if (hash == 0) hash = 1;
  if ((size_ + 1) * 4 > slots_.size() * 3) grow();
  std::uint64_t& here = slots_[slot(hash)];
  if (here == 0) ++size_;
  here = hash;
}

void Seen::Generation::grow() {
  const auto before =
      std::exchange(slots_, std::vector<std::uint64_t>(slots_.empty() ? kFirstSlots : slots_.size() * 2));
  for (const std::uint64_t hash : before) {
    if (hash != 0) slots_[slot(hash)] = hash;
  }
}

}  // namespace bridge
