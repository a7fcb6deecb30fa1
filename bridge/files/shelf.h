// Shelf: the bytes of files and the ids that name them, as the loop asks for them. Deliveries: what applications bring.
// FilesThread keeps them in a folder, behind a thread.
//
// Every call tells its result later, on the loop, never inside; not at all once the owner is dropped. What was asked
// for is done in any case. Loop thread only.

#pragma once

#include "bridge/files/ids.h"
#include "bridge/files/limits.h"
#include "onebot/files.h"
#include "onebot/io.h"
#include "onebot/result.h"
#include "onebot/told.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace bridge::files {

using onebot::ToldResult;

// What a file is kept under.
struct Label {
  Key key{};
  std::string name{};
  std::optional<std::string> sha256{};  // of the bytes it must have
};

// Where a download may write.
struct Room {
  std::string path{};
  std::uint64_t most = 0;        // bytes
  std::shared_ptr<void> hold{};  // what was written is gone with it, unless it was taken in
  std::function<bool(std::uint64_t)>
      more{};  // reserves room for so many bytes more; false: there is none. Empty: no need
};

class Shelf {
 public:
  virtual ~Shelf() = default;
  // nullopt: no such file.
  [[nodiscard]] virtual onebot::io::Owner find(Key key, ToldResult<std::optional<onebot::File>> done) = 0;
  // As far as the file goes.
  [[nodiscard]] virtual onebot::io::Owner read(const onebot::File& file, std::uint64_t offset, std::size_t size,
                                               ToldResult<std::string> done) = 0;
  [[nodiscard]] virtual onebot::io::Owner make_room(ToldResult<Room> done) = 0;
  // What was written there becomes a file. Whatever fails, nothing is left behind.
  [[nodiscard]] virtual onebot::io::Owner take_in(Room room, Label label, ToldResult<onebot::File> done) = 0;
};

class Deliveries {
 public:
  virtual ~Deliveries() = default;
  [[nodiscard]] virtual onebot::io::Owner keep_bytes(std::string bytes, Label label, ToldResult<onebot::File> done) = 0;
  [[nodiscard]] virtual onebot::io::Owner keep_copy(std::string path, Label label, ToldResult<onebot::File> done) = 0;
  // A file in fragments, by the id of its upload. The last two words are its own: finish() gives it, whole, a file id.
  [[nodiscard]] virtual onebot::io::Owner prepare(std::string name, std::uint64_t total_size,
                                                  ToldResult<std::string> done) = 0;
  [[nodiscard]] virtual onebot::io::Owner transfer(std::string upload, std::uint64_t offset, std::string bytes,
                                                   ToldResult<void> done) = 0;
  [[nodiscard]] virtual onebot::io::Owner finish(std::string upload, std::optional<std::string> sha256,
                                                 ToldResult<std::string> done) = 0;
};

}  // namespace bridge::files
