#include "bridge/files/desk.h"

#include "bridge/files/paths.h"
#include "onebot/crypto.h"

#include <algorithm>
#include <memory>
#include <sys/stat.h>
#include <utility>

namespace bridge::files {

using onebot::File;
using onebot::Result;
using onebot::Status;

namespace {

// What is being fetched, and the room it has taken so far.
struct Download {
  explicit Download(const Store& store) : bytes(store.temporary()), taken(store.space()) {}
  Temporary bytes;
  Taken taken;
};

Result<File> keep(Desk& desk, const Label& label, Temporary bytes, const Summed& summed) {
  return desk.store.keep(label.key, label.name, std::move(bytes), summed, label.sha256, desk.wall);
}

}  // namespace

Result<Room> make_room(Desk& desk) {
  ONEBOT_CHECK(desk.store.room(0));
  auto download = std::make_shared<Download>(desk.store);
  const std::string path = download->bytes.path();
  return Room{path, std::min(desk.store.limits().max_size, desk.store.space()->left()), download,
              [download](std::uint64_t size) { return download->taken.more(size); }};
}

Result<File> take_in(Desk& desk, const Room& room, const Label& label) {
  ONEBOT_TRY(summed, sum_of(room.path));
  const auto download = std::static_pointer_cast<Download>(room.hold);
  download->taken.give_back();  // the file takes its own
  return keep(desk, label, std::move(download->bytes), summed);
}

Result<File> keep_bytes(Desk& desk, const std::string& bytes, const Label& label) {
  ONEBOT_CHECK(desk.store.room(bytes.size()));
  Temporary temporary = desk.store.temporary();
  ONEBOT_TRY(file, create(temporary.path()));
  ONEBOT_CHECK(write_at(file.fd(), 0, bytes));
  const Summed summed{onebot::crypto::hex(onebot::crypto::sha256(bytes)), bytes.size()};
  return keep(desk, label, std::move(temporary), summed);
}

Result<File> keep_copy(Desk& desk, const std::string& path, const Label& label) {
  ONEBOT_TRY(from, open_within(path, desk.store.limits().paths));
  struct stat found {};
  if (::fstat(from.fd(), &found) != 0) return disk_error("read the file");
  ONEBOT_CHECK(desk.store.room(static_cast<std::uint64_t>(found.st_size)));
  Temporary temporary = desk.store.temporary();
  ONEBOT_TRY(to, create(temporary.path()));
  std::uint64_t at = 0;
  ONEBOT_TRY(summed, each_piece(from.fd(), [&](std::string_view bytes) -> Status {
               ONEBOT_CHECK(desk.store.room(at + bytes.size()));  // it may be growing
               ONEBOT_CHECK(write_at(to.fd(), at, bytes));
               at += bytes.size();
               return {};
             }));
  return keep(desk, label, std::move(temporary), summed);
}

}  // namespace bridge::files
