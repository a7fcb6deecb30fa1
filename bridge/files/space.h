// Space: how much of the quota is taken, by files, by unfinished uploads and by downloads as their bytes come. The one
// thing of the store that the loop thread touches, too.

#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace bridge::files {

class Space {
 public:
  explicit Space(std::uint64_t quota) : quota_(quota) {}

  std::uint64_t used() const { return used_.load(); }
  std::uint64_t left() const { return quota_ - std::min(quota_, used()); }
  // False: there is not so much left, and nothing is taken.
  bool take(std::uint64_t size) {
    std::uint64_t used = used_.load();
    do {
      if (size > quota_ - std::min(quota_, used)) return false;
    } while (!used_.compare_exchange_weak(used, used + size));
    return true;
  }
  void count(std::uint64_t size) { used_ += size; }  // what is there already
  void give_back(std::uint64_t size) { used_ -= size; }

 private:
  const std::uint64_t quota_;
  std::atomic<std::uint64_t> used_ = 0;  // bytes; contents are rounded up to a block of the disk
};

// What one download has taken, given back with it.
class Taken {
 public:
  explicit Taken(std::shared_ptr<Space> space) : space_(std::move(space)) {}
  Taken(const Taken&) = delete;
  Taken& operator=(const Taken&) = delete;
  ~Taken() { give_back(); }

  bool more(std::uint64_t size) {
    if (!space_->take(size)) return false;
    size_ += size;
    return true;
  }
  void give_back() { space_->give_back(size_.exchange(0)); }

 private:
  std::shared_ptr<Space> space_;
  std::atomic<std::uint64_t> size_ = 0;
};

}  // namespace bridge::files
