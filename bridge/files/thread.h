// FilesThread: the shelf of one machine. Jobs run one after the other on a thread of their own, which alone touches the
// store; answers come back on the loop.

#pragma once

#include "bridge/disk/worker.h"
#include "bridge/files/desk.h"
#include "bridge/files/limits.h"
#include "bridge/files/shelf.h"
#include "bridge/files/store.h"
#include "bridge/files/uploads.h"
#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/lifetime.h"
#include "onebot/result.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace bridge::files {

class FilesThread final : public Shelf, public Deliveries {
 public:
  // Errors: filesystem_error, database_error; they name the file.
  static onebot::Result<std::unique_ptr<FilesThread>> open(onebot::io::Loop& loop, onebot::Log& log, std::string folder,
                                                           const FileLimits& limits);

  // Whether applications may be told where files are: the folder is in one that type "path" may name.
  bool gives_paths() const { return gives_paths_; }

  onebot::io::Owner find(Key key, ToldResult<std::optional<onebot::File>> done) override;
  onebot::io::Owner read(const onebot::File& file, std::uint64_t offset, std::size_t size,
                         ToldResult<std::string> done) override;
  onebot::io::Owner make_room(ToldResult<Room> done) override;
  onebot::io::Owner take_in(Room room, Label label, ToldResult<onebot::File> done) override;

  // Errors besides those of the store: busy, when more than 32 MiB wait for the disk.
  onebot::io::Owner keep_bytes(std::string bytes, Label label, ToldResult<onebot::File> done) override;
  onebot::io::Owner keep_copy(std::string path, Label label, ToldResult<onebot::File> done) override;
  onebot::io::Owner prepare(std::string name, std::uint64_t total_size, ToldResult<std::string> done) override;
  onebot::io::Owner transfer(std::string upload, std::uint64_t offset, std::string bytes,
                             ToldResult<void> done) override;
  onebot::io::Owner finish(std::string upload, std::optional<std::string> sha256,
                           ToldResult<std::string> done) override;

 private:
  FilesThread(onebot::io::Loop& loop, onebot::Log& log, std::unique_ptr<Store> store);
  void clean();
  Desk desk() { return {*store_, uploads_, static_cast<Milliseconds>(loop_.wall() * 1000), loop_.now()}; }

  template <class T, class Job>
  [[nodiscard]] onebot::io::Owner ask(Job job, ToldResult<T> done);

  // Bytes that a job carries and that are not on disk yet, counted until the last copy of the token is gone.
  onebot::Result<std::shared_ptr<const void>> carry(std::size_t bytes);

  // constant after construction
  onebot::io::Loop& loop_;
  onebot::Log& log_;
  bool gives_paths_;

  // loop thread only
  std::shared_ptr<std::size_t> carried_ = std::make_shared<std::size_t>(0);
  onebot::io::Owner timer_;
  onebot::io::Owner cleaning_;

  // the worker's thread only
  std::unique_ptr<Store> store_;
  Uploads uploads_;

  Worker worker_{"files"};  // last: ends before what it uses
};

}  // namespace bridge::files
