// BoltFile: the pairs of a bbolt database, read from its bytes, which may be anybody's: every read is checked.
// https://github.com/etcd-io/bbolt, db.go, page.go, bucket.go; little endian, as all machines write it that it runs on.
//
//   file     pages of one size; pages 0 and 1 hold a meta each, of which the valid one of the later transaction counts
//   page     id u64, flags u16 (1 branch, 2 leaf, 4 meta), count u16, overflow u32: so many pages belong to it, too
//   meta     magic u32, version u32, page size u32, flags u32, root u64, sequence u64, freelist u64, pages u64,
//            transaction u64, checksum u64: FNV-1a of what is in front of it
//   branch   count times position u32, key size u32, page u64
//   leaf     count times flags u32 (1: a bucket), position u32, key size u32, value size u32; positions count from the
//            element; the value follows its key
//   bucket   root u64, sequence u64; root 0: a page follows right here

#pragma once

#include "onebot/result.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace bridge {

class BoltFile {
 public:
  using Use = std::function<void(std::string_view key, std::string_view value)>;

  // bytes: of the whole file, for as long as this is used.
  static onebot::Result<BoltFile> open(std::string_view bytes);

  // Every pair of a bucket of the file's, in the order of the keys, without buckets in it. Error: there is no such
  // bucket, or the file is damaged.
  onebot::Status each(std::string_view bucket, const Use& use) const;

 private:
  struct Walk;

  BoltFile(std::string_view bytes, std::size_t page_size, std::uint64_t root)
      : bytes_(bytes), page_size_(page_size), root_(root) {}

  onebot::Result<std::string_view> page(std::uint64_t id) const;
  onebot::Status walk_page(std::uint64_t id, std::size_t depth, Walk& walk) const;
  static onebot::Status walk_leaf(std::string_view page, Walk& walk);
  onebot::Status walk_branch(std::string_view page, std::size_t depth, Walk& walk) const;

  std::string_view bytes_;
  std::size_t page_size_;
  std::uint64_t root_;
};

}  // namespace bridge
