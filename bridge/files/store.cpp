#include "bridge/files/store.h"

#include "bridge/disk/data_dir.h"
#include "onebot/crypto.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace bridge::files {

using onebot::fail;
using onebot::File;
using onebot::Result;
using onebot::Retcode;
using onebot::Status;

namespace {

constexpr std::size_t kNameBytes = 16;           // of what is on its way in
constexpr std::uint64_t kBlock = 4096;           // what the smallest file costs
constexpr std::int64_t kMostIds = 1'000'000;     // about 300 MB of index
constexpr Milliseconds kTouchEvery = 3'600'000;  // so that reading does not mean writing

std::uint64_t cost(std::uint64_t size) { return std::max<std::uint64_t>(1, (size + kBlock - 1) / kBlock) * kBlock; }

bool is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(std::string folder, FileLimits limits, Milliseconds now) {
  std::unique_ptr<Store> store(new Store(std::move(folder), std::move(limits)));
  ONEBOT_CHECK(DataDir::create_private_folder(store->folder_));
  std::error_code ignored;
  store->folder_ = std::filesystem::canonical(store->folder_, ignored);
  const std::string on_its_way = fmt::format("{}/tmp", store->folder_);
  ONEBOT_CHECK(DataDir::create_private_folder(on_its_way));
  for (const auto& left : std::filesystem::directory_iterator(on_its_way, ignored)) {
    std::filesystem::remove_all(left.path(), ignored);
  }
  const std::string path = fmt::format("{}/index.db", store->folder_);
  ONEBOT_CHECK(DataDir::create_private_file(path));
  ONEBOT_TRY(index, Index::open(path));
  store->index_ = std::move(index);
  ONEBOT_CHECK(store->remove_leftovers());
  ONEBOT_TRY(ids, store->index_.size());
  store->ids_ = ids;
  ONEBOT_CHECK(store->clean(now));
  return store;
}

// After a crash there may be bytes that no id names, and after a disk's failure ids without bytes.
Status Store::remove_leftovers() {
  ONEBOT_TRY(contents, index_.contents());
  std::set<std::string, std::less<>> named;
  for (const Index::Row& row : contents) {
    std::error_code error;
    if (std::filesystem::file_size(path_of(row.sha256), error) != row.size || error) {
      ONEBOT_CHECK(index_.forget(row.sha256));
      continue;
    }
    named.insert(row.sha256);
    space_->count(cost(row.size));
  }
  std::error_code error;
  for (const auto& found : std::filesystem::directory_iterator(folder_, error)) {
    const std::string name = found.path().filename().string();
    std::error_code ignored;
    if (is_sha256(name) && !named.contains(name)) std::filesystem::remove(found.path(), ignored);
  }
  return {};
}

std::string Store::path_of(std::string_view sha256) const { return fmt::format("{}/{}", folder_, sha256); }

Temporary Store::temporary() const {
  return Temporary(fmt::format("{}/tmp/{}", folder_, onebot::crypto::hex(onebot::crypto::random_bytes(kNameBytes))));
}

Status Store::room(std::uint64_t size) const {
  if (size > limits_.max_size) {
    return fail(Retcode::too_large, fmt::format("a file of {} bytes; at most {} are taken", size, limits_.max_size));
  }
  if (cost(size) > space_->left() || ids_ >= kMostIds) {
    return fail(Retcode::no_room,
                fmt::format("the file store is full: {} of {} bytes are used", space_->used(), limits_.quota));
  }
  return {};
}

Result<File> Store::keep(const Key& key, std::string name, Temporary bytes, const Summed& summed,
                         const std::optional<std::string>& sha256, Milliseconds now) {
  if (sha256 && *sha256 != summed.sha256) {
    return fail(Retcode::other_bytes, fmt::format("the SHA-256 of the bytes is {}, not the one given", summed.sha256));
  }
  ONEBOT_TRY(names, index_.names_of(summed.sha256));
  if (names == 0) ONEBOT_CHECK(take_in(std::move(bytes), summed));
  const Entry entry{std::move(name), summed.sha256, summed.size, now};
  if (Status put = index_.put(key, entry); !put) {
    remove_unnamed(summed.sha256, summed.size);
    return std::unexpected(std::move(put).error());
  }
  ++ids_;
  return file_of(entry);
}

Status Store::take_in(Temporary bytes, const Summed& summed) {
  ONEBOT_CHECK(room(summed.size));
  ONEBOT_CHECK(bytes.become(path_of(summed.sha256)));
  space_->count(cost(summed.size));
  return {};
}

Result<std::optional<File>> Store::find(const Key& key, Milliseconds now) {
  ONEBOT_TRY(entry, index_.find(key));
  if (!entry) return std::nullopt;
  if (now - entry->used > kTouchEvery) ONEBOT_CHECK(index_.touch(key, now));
  return file_of(*entry);
}

File Store::file_of(const Entry& entry) {
  std::weak_ptr<const void>& held = held_[entry.sha256];
  std::shared_ptr<const void> hold = held.lock();
  if (!hold) held = hold = std::make_shared<const int>(0);
  return {entry.name, entry.size, entry.sha256, path_of(entry.sha256), std::move(hold)};
}

bool Store::is_held(const std::string& sha256) const {
  const auto found = held_.find(sha256);
  return found != held_.end() && !found->second.expired();
}

Status Store::clean(Milliseconds now) {
  std::erase_if(held_, [](const auto& one) { return one.second.expired(); });
  for (std::int64_t behind = 0;;) {
    ONEBOT_TRY(rows, index_.unused_since(now - limits_.expire.count(), behind));
    if (rows.empty()) return {};
    behind = rows.back().number;
    for (const Index::Row& row : rows) {
      if (!is_held(row.sha256)) ONEBOT_CHECK(remove(row));
    }
  }
}

Status Store::remove(const Index::Row& row) {
  ONEBOT_CHECK(index_.remove(row.number));
  --ids_;
  remove_unnamed(row.sha256, row.size);
  return {};
}

void Store::remove_unnamed(const std::string& sha256, std::uint64_t size) {
  const Result<std::int64_t> names = index_.names_of(sha256);
  if (!names || *names > 0) return;  // the next start looks again
  if (::unlink(path_of(sha256).c_str()) == 0) space_->give_back(cost(size));
}

}  // namespace bridge::files
