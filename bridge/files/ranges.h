// Ranges: which bytes of a file have come, in whatever order and however often.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>

namespace bridge::files {

class Ranges {
 public:
  void add(std::uint64_t begin, std::uint64_t end) {
    if (begin >= end) return;
    auto next = ranges_.upper_bound(begin);
    if (next != ranges_.begin() && std::prev(next)->second >= begin) --next;
    for (; next != ranges_.end() && next->first <= end; next = ranges_.erase(next)) {
      begin = std::min(begin, next->first);
      end = std::max(end, next->second);
    }
    ranges_.emplace(begin, end);
  }
  // Everything before `size` is here.
  bool complete(std::uint64_t size) const { return missing(size) == 0; }
  std::uint64_t missing(std::uint64_t size) const {
    for (const auto& [begin, end] : ranges_) size -= end - begin;
    return size;
  }
  std::size_t count() const { return ranges_.size(); }  // of runs without a gap

 private:
  std::map<std::uint64_t, std::uint64_t> ranges_;  // begin to end; neither overlapping nor adjacent
};

}  // namespace bridge::files
