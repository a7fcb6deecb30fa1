// Seen: which native deliveries have come before, as 64-bit hashes of the platform's own names for them.
//
// Two generations of one flat set each: a name goes into the younger one; when that is full or old, it becomes the
// elder and the former elder is forgotten. So a name is known for at least `keep`, unless more than `bound` / 2
// others came meanwhile, and memory follows what is in use.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace bridge {

// SipHash-2-4 (Aumasson and Bernstein), the same on every machine and in every version: hashes are kept on disk.
std::uint64_t key_hash(std::uint64_t seed, std::string_view text);

class Seen {
 public:
  Seen(std::size_t bound, std::chrono::milliseconds keep) : half_(bound / 2), keep_(keep) {}

  bool contains(std::uint64_t hash) const { return young_.contains(hash) || old_.contains(hash); }
  // True the first time. now: monotonic.
  bool insert(std::uint64_t hash, std::chrono::milliseconds now);
  std::size_t size() const { return young_.size() + old_.size(); }

 private:
  class Generation {
   public:
    bool contains(std::uint64_t hash) const;
    void insert(std::uint64_t hash);
    std::size_t size() const { return size_; }

   private:
    std::size_t slot(std::uint64_t hash) const;
    void grow();

    std::vector<std::uint64_t> slots_;  // a power of two of them, at most three quarters in use; 0: free
    std::size_t size_ = 0;
  };

  std::size_t half_;
  std::chrono::milliseconds keep_;
  std::chrono::milliseconds young_since_{};
  Generation young_, old_;
};

}  // namespace bridge
