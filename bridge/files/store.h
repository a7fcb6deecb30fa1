// Store: the bytes of all files, each content once and named by its SHA-256, and the ids that name them.
//
//   <folder>/index.db     ids (Index)
//   <folder>/<sha256>     contents
//   <folder>/tmp/         what is on its way in; emptied at the start
//
// Everything in it is on disk before its id is told, so ids survive a restart. Blocking: for the files' thread.

#pragma once

#include "bridge/files/disk.h"
#include "bridge/files/index.h"
#include "bridge/files/limits.h"
#include "bridge/files/space.h"
#include "onebot/files.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace bridge::files {

using Milliseconds = std::int64_t;  // since the epoch

class Store {
 public:
  // Makes the folder (0700) and removes what a crash has left. Errors name the file.
  static onebot::Result<std::unique_ptr<Store>> open(std::string folder, FileLimits limits, Milliseconds now);

  const std::string& folder() const { return folder_; }
  const FileLimits& limits() const { return limits_; }
  Temporary temporary() const;
  onebot::Status room(std::uint64_t size) const;  // errors: too_large, no_room
  // Bytes that somebody is going to bring; the quota counts them already.
  void reserve(std::uint64_t size) { space_->count(size); }
  void release(std::uint64_t size) { space_->give_back(size); }

  // Takes the bytes in, under a key; sha256: what they should have, or nullopt. Whatever fails, nothing is left behind.
  onebot::Result<onebot::File> keep(const Key& key, std::string name, Temporary bytes, const Summed& summed,
                                    const std::optional<std::string>& sha256, Milliseconds now);
  // nullopt: no such file.
  onebot::Result<std::optional<onebot::File>> find(const Key& key, Milliseconds now);
  onebot::Status clean(Milliseconds now);  // deletes what nobody used for long

  const std::shared_ptr<Space>& space() const { return space_; }

 private:
  Store(std::string folder, FileLimits limits)
      : folder_(std::move(folder)), limits_(std::move(limits)), space_(std::make_shared<Space>(limits_.quota)) {}
  onebot::Status remove_leftovers();
  onebot::Status take_in(Temporary bytes, const Summed& summed);
  onebot::Status remove(const Index::Row& row);
  void remove_unnamed(const std::string& sha256, std::uint64_t size);
  onebot::File file_of(const Entry& entry);
  bool is_held(const std::string& sha256) const;
  std::string path_of(std::string_view sha256) const;

  std::string folder_;
  FileLimits limits_;
  Index index_{};
  const std::shared_ptr<Space> space_;
  std::int64_t ids_ = 0;
  std::map<std::string, std::weak_ptr<const void>, std::less<>> held_{};  // File::hold, by SHA-256
};

}  // namespace bridge::files
