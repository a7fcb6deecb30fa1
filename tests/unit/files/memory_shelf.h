// A shelf in memory, on a loop that is turned by hand: no thread, no folder. It fails and stays silent when the test
// says so.

#pragma once

#include "bridge/files/limits.h"
#include "bridge/files/ranges.h"
#include "bridge/files/shelf.h"
#include "onebot/crypto.h"
#include "onebot/lifetime.h"
#include "tests/fakes_loop.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace rig {

class MemoryShelf final : public bridge::files::Shelf, public bridge::files::Deliveries {
 public:
  template <class T>
  using Told = onebot::ToldResult<T>;
  using Key = bridge::files::Key;
  using Label = bridge::files::Label;
  using Room = bridge::files::Room;
  using File = onebot::File;
  template <class T>
  using Result = onebot::Result<T>;
  using Owner = onebot::io::Owner;

  // In the hands of the test.
  std::optional<onebot::Error> broken{};  // what every call ends with
  bool silent = false;                    // calls are not answered
  // What a download writes into its room.
  void write(const std::string& path, std::string bytes) { written_[path] = std::move(bytes); }
  bool nothing_left() const { return contents_.empty() && written_.empty(); }

  MemoryShelf(fakes::Loop& loop, bridge::FileLimits limits) : loop_(loop), limits_(std::move(limits)) {}

  Owner find(Key key, Told<std::optional<File>> done) override {
    return later<std::optional<File>>(std::move(done), [this, key] {
      const auto found = files_.find({key.bot, key.id});
      return found == files_.end() ? std::nullopt : std::optional(found->second);
    });
  }
  Owner read(const File& file, std::uint64_t offset, std::size_t size, Told<std::string> done) override {
    return later<std::string>(std::move(done), [this, file, offset, size] {
      const std::string& bytes = file.sha256.empty() ? written_.at(file.path) : contents_.at(file.sha256);
      return offset < bytes.size() ? bytes.substr(static_cast<std::size_t>(offset), size) : std::string();
    });
  }
  Owner make_room(Told<Room> done) override {
    return later<Room>(std::move(done), [this]() -> Result<Room> {
      ONEBOT_CHECK(room(0));
      const std::string path = "/memory/" + std::to_string(++last_);
      // The room is gone with whoever held it last.
      auto gone = lifetime_.guard([this, path] { written_.erase(path); });
      auto hold = std::shared_ptr<void>(nullptr, [gone](void*) mutable { gone(); });
      return Room{path, std::min(limits_.max_size, left()), std::move(hold)};
    });
  }
  Owner take_in(Room room, Label label, Told<File> done) override {
    return later<File>(std::move(done), [this, room = std::move(room), label = std::move(label)] {
      return keep(written_.contains(room.path) ? written_.at(room.path) : std::string(), label);
    });
  }
  Owner keep_bytes(std::string bytes, Label label, Told<File> done) override {
    return later<File>(std::move(done),
                       [this, bytes = std::move(bytes), label = std::move(label)] { return keep(bytes, label); });
  }
  Owner keep_copy(std::string, Label, Told<File> done) override {
    return later<File>(std::move(done), []() -> Result<File> {
      return onebot::fail(onebot::Retcode::path_not_allowed, "there is no such file");
    });
  }
  Owner prepare(std::string name, std::uint64_t total_size, Told<std::string> done) override {
    return later<std::string>(std::move(done), [this, name = std::move(name), total_size]() -> Result<std::string> {
      if (uploads_.size() >= limits_.uploads)
        return onebot::fail(onebot::Retcode::too_many_uploads, "too many uploads");
      ONEBOT_CHECK(room(total_size));
      const std::string id = "upload." + std::to_string(++last_);
      uploads_.emplace(id, Upload{name, std::string(static_cast<std::size_t>(total_size), '\0'), {}});
      return id;
    });
  }
  Owner transfer(std::string upload, std::uint64_t offset, std::string bytes, Told<void> done) override {
    return later<void>(std::move(done),
                       [this, upload = std::move(upload), offset, bytes = std::move(bytes)]() -> Result<void> {
                         const auto found = uploads_.find(upload);
                         if (found == uploads_.end()) return no_such_file();
                         std::string& all = found->second.bytes;
                         if (offset > all.size() || bytes.size() > all.size() - offset) {
                           return onebot::fail(onebot::Retcode::bad_param, "beyond the end");
                         }
                         std::ranges::copy(bytes, all.begin() + static_cast<std::ptrdiff_t>(offset));
                         found->second.ranges.add(offset, offset + bytes.size());
                         return {};
                       });
  }
  Owner finish(std::string upload, std::optional<std::string> sha256, Told<std::string> done) override {
    return later<std::string>(std::move(done), [this, upload = std::move(upload), sha256]() -> Result<std::string> {
      const auto ended = uploads_.extract(upload);
      if (!ended) return no_such_file();
      const Upload& all = ended.mapped();
      if (!all.ranges.complete(all.bytes.size()))
        return onebot::fail(onebot::Retcode::bytes_missing, "bytes are missing");
      const std::string id = bridge::files::new_file_id();
      ONEBOT_CHECK(keep(all.bytes, {{"", id}, all.name, sha256}));
      return id;
    });
  }

 private:
  struct Upload {
    std::string name{};
    std::string bytes{};
    bridge::files::Ranges ranges{};
  };
  template <class T>
  struct Asked final : onebot::io::Pending {
    explicit Asked(Told<T> told) : done(std::move(told)) {}
    Told<T> done;
    onebot::Lifetime lifetime{};
  };

  static std::unexpected<onebot::Error> no_such_file() {
    return onebot::fail(onebot::Retcode::unknown_file, "there is no such file");
  }
  // The job runs in a later turn, whether its owner is still there or not.
  template <class T, class Job>
  Owner later(Told<T> done, Job job) {
    auto asked = std::make_unique<Asked<T>>(std::move(done));
    auto tell = asked->lifetime.guard([here = asked.get()](Result<T> result) {
      const auto told = std::move(here->done);
      told(std::move(result));
    });
    loop_.post(lifetime_.guard([this, job = std::move(job), tell = std::move(tell)]() mutable {
      if (silent) return;
      if (broken) return tell(Result<T>(std::unexpected(*broken)));
      tell(Result<T>(job()));
    }));
    return asked;
  }

  std::uint64_t used() const {
    std::uint64_t all = 0;
    for (const auto& [sha256, bytes] : contents_) all += bytes.size();
    for (const auto& [id, upload] : uploads_) all += upload.bytes.size();
    return all;
  }
  std::uint64_t left() const { return limits_.quota - std::min(limits_.quota, used()); }
  onebot::Status room(std::uint64_t size) const {
    if (size > limits_.max_size) return onebot::fail(onebot::Retcode::too_large, "too large");
    if (left() == 0 || size > left()) return onebot::fail(onebot::Retcode::no_room, "no room");
    return {};
  }
  Result<File> keep(const std::string& bytes, const Label& label) {
    ONEBOT_CHECK(room(bytes.size()));
    const std::string sum = onebot::crypto::hex(onebot::crypto::sha256(bytes));
    if (label.sha256 && *label.sha256 != sum) return onebot::fail(onebot::Retcode::other_bytes, "other bytes");
    contents_[sum] = bytes;
    const File file{.name = label.name, .size = bytes.size(), .sha256 = sum, .path = "/memory/" + sum};
    files_.insert_or_assign(std::pair(label.key.bot, label.key.id), file);
    return file;
  }

  fakes::Loop& loop_;
  bridge::FileLimits limits_;
  std::map<std::pair<std::string, std::string>, File> files_;  // by bot and id
  std::map<std::string, std::string> contents_, written_;      // by SHA-256; by path
  std::map<std::string, Upload> uploads_;
  int last_ = 0;
  onebot::Lifetime lifetime_;
};

}  // namespace rig
