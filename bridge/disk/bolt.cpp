#include "bridge/disk/bolt.h"

#include <fmt/format.h>

#include <cstring>
#include <optional>
#include <string>

namespace bridge {

using onebot::fail;
using onebot::Result;
using onebot::Retcode;
using onebot::Status;

namespace {

constexpr std::uint32_t kMagic = 0xED0CDAED, kVersion = 2;
constexpr std::uint16_t kBranch = 1, kLeaf = 2;
constexpr std::uint32_t kBucket = 1;
constexpr std::size_t kHead = 16, kElement = 16, kBucketHead = 16, kChecked = 56;
constexpr std::size_t kMostDepth = 32;
constexpr std::size_t kSmallestPage = 512, kLargestPage = 64 << 10;

// 0 behind the end, which no caller goes to without having looked.
template <class T>
T read(std::string_view bytes, std::size_t at) {
  T value = 0;
  if (at <= bytes.size() && bytes.size() - at >= sizeof value) std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

std::unexpected<onebot::Error> damaged(std::string_view what) {
  return fail(Retcode::bad_param, fmt::format("is no whole bbolt file: {}", what));
}

struct Meta {
  std::size_t page_size = 0;
  std::uint64_t root = 0, transaction = 0;
};

std::optional<Meta> meta_at(std::string_view bytes, std::size_t page) {
  const std::size_t at = page + kHead;
  if (at > bytes.size() || bytes.size() - at < kChecked + sizeof(std::uint64_t)) return std::nullopt;
  std::uint64_t sum = 0xcbf29ce484222325;
  for (const char byte : bytes.substr(at, kChecked)) sum = (sum ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  if (read<std::uint32_t>(bytes, at) != kMagic || read<std::uint32_t>(bytes, at + 4) != kVersion) return std::nullopt;
  if (read<std::uint64_t>(bytes, at + kChecked) != sum) return std::nullopt;
  const Meta meta{read<std::uint32_t>(bytes, at + 8), read<std::uint64_t>(bytes, at + 16),
                  read<std::uint64_t>(bytes, at + 48)};
  if (meta.page_size < kSmallestPage || meta.page_size > kLargestPage) return std::nullopt;
  return meta;
}

}  // namespace

// What is visited, and how much of it still may be: a file that leads round in a circle ends there.
struct BoltFile::Walk {
  std::function<void(std::uint32_t flags, std::string_view key, std::string_view value)> use;
  std::size_t pages_left = 0;
};

// The second meta is where the first says, or where any size of pages puts it.
Result<BoltFile> BoltFile::open(std::string_view bytes) {
  std::optional<Meta> best = meta_at(bytes, 0);
  for (std::size_t size = kSmallestPage; size <= kLargestPage; size *= 2) {
    const auto second = meta_at(bytes, size);
    if (second && second->page_size == size && (!best || second->transaction > best->transaction)) best = second;
  }
  if (!best) return damaged("it has no valid head");
  return BoltFile(bytes, best->page_size, best->root);
}

// With its overflow.
Result<std::string_view> BoltFile::page(std::uint64_t id) const {
  if (id < 2 || id >= bytes_.size() / page_size_) return damaged(fmt::format("page {} is not in it", id));
  const std::string_view rest = bytes_.substr(static_cast<std::size_t>(id) * page_size_);
  const std::uint64_t size = (std::uint64_t{read<std::uint32_t>(rest, 12)} + 1) * page_size_;
  if (read<std::uint64_t>(rest, 0) != id || size > rest.size()) return damaged(fmt::format("page {} is not whole", id));
  return rest.substr(0, static_cast<std::size_t>(size));
}

Status BoltFile::walk_page(std::uint64_t id, std::size_t depth, Walk& walk) const {
  if (depth == 0 || walk.pages_left == 0) return damaged("its pages lead in a circle");
  --walk.pages_left;
  ONEBOT_TRY(bytes, page(id));
  const auto flags = read<std::uint16_t>(bytes, 8);
  if (flags == kLeaf) return walk_leaf(bytes, walk);
  if (flags == kBranch) return walk_branch(bytes, depth, walk);
  return damaged(fmt::format("page {} is of no known kind", id));
}

Status BoltFile::walk_leaf(std::string_view page, Walk& walk) {
  const std::size_t count = read<std::uint16_t>(page, 10);
  if (page.size() < kHead + count * kElement) return damaged("a page has more elements than room");
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = kHead + i * kElement;
    const std::uint64_t begin = at + std::uint64_t{read<std::uint32_t>(page, at + 4)};
    const std::uint64_t key = read<std::uint32_t>(page, at + 8), value = read<std::uint32_t>(page, at + 12);
    if (begin + key + value > page.size()) return damaged("an element leads out of its page");
    const std::string_view rest = page.substr(static_cast<std::size_t>(begin));
    walk.use(read<std::uint32_t>(page, at), rest.substr(0, static_cast<std::size_t>(key)),
             rest.substr(static_cast<std::size_t>(key), static_cast<std::size_t>(value)));
  }
  return {};
}

Status BoltFile::walk_branch(std::string_view page, std::size_t depth, Walk& walk) const {
  const std::size_t count = read<std::uint16_t>(page, 10);
  if (page.size() < kHead + count * kElement) return damaged("a page has more elements than room");
  for (std::size_t i = 0; i < count; ++i) {
    ONEBOT_CHECK(walk_page(read<std::uint64_t>(page, kHead + i * kElement + 8), depth - 1, walk));
  }
  return {};
}

Status BoltFile::each(std::string_view bucket, const Use& use) const {
  std::optional<std::string_view> found;
  Walk buckets{[&](std::uint32_t flags, std::string_view key, std::string_view value) {
                 if ((flags & kBucket) != 0 && key == bucket) found = value;
               },
               bytes_.size() / page_size_};
  ONEBOT_CHECK(walk_page(root_, kMostDepth, buckets));
  if (!found) return fail(Retcode::bad_param, fmt::format("has no bucket \"{}\"", bucket));
  if (found->size() < kBucketHead) return damaged("a bucket has no head");
  Walk pairs{[&](std::uint32_t flags, std::string_view key, std::string_view value) {
               if ((flags & kBucket) == 0) use(key, value);
             },
             bytes_.size() / page_size_};
  const auto root = read<std::uint64_t>(*found, 0);
  if (root != 0) return walk_page(root, kMostDepth, pairs);
  const std::string_view inline_page = found->substr(kBucketHead);
  if (inline_page.size() < kHead || read<std::uint16_t>(inline_page, 8) != kLeaf)
    return damaged("a bucket has no page");
  return walk_leaf(inline_page, pairs);
}

}  // namespace bridge
