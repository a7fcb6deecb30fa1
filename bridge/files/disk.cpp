#include "bridge/files/disk.h"

#include "onebot/crypto.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace bridge::files {

using onebot::Result;
using onebot::Retcode;
using onebot::Status;

namespace {

constexpr std::size_t kPiece = 64 << 10;

}  // namespace

std::unexpected<onebot::Error> disk_error(std::string_view what) {
  return onebot::fail(Retcode::filesystem_error, fmt::format("cannot {}: {}", what, std::strerror(errno)));
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Temporary::~Temporary() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

Status Temporary::become(const std::string& path) {
  const Descriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file || ::fsync(file.fd()) != 0) return disk_error("write the file");
  if (::rename(path_.c_str(), path.c_str()) != 0) return disk_error("rename the file");
  path_.clear();
  const Descriptor folder(::open(std::filesystem::path(path).parent_path().c_str(), O_RDONLY | O_CLOEXEC));
  if (folder && ::fsync(folder.fd()) == 0) return {};
  const auto error = disk_error("write the folder of files");
  ::unlink(path.c_str());
  return error;
}

Result<Descriptor> create(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) return disk_error("make a file");
  return file;
}

Status write_at(int fd, std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return disk_error("write the file");
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return {};
}

Result<std::string> read_at(const std::string& path, std::uint64_t offset, std::size_t size) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return disk_error("read the file");
  std::string bytes(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    const ssize_t got = ::pread(file.fd(), bytes.data() + have, size - have, static_cast<off_t>(offset + have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return disk_error("read the file");
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

Result<Summed> each_piece(int fd, const TakePiece& take) {
  onebot::crypto::RunningDigest digest(onebot::crypto::RunningDigest::Kind::sha256);
  Summed summed;
  std::string piece(kPiece, '\0');
  for (;;) {
    const ssize_t got = ::read(fd, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return disk_error("read the file");
    if (got == 0) break;
    const std::string_view bytes(piece.data(), static_cast<std::size_t>(got));
    digest.add(bytes);
    summed.size += bytes.size();
    ONEBOT_CHECK(take(bytes));
  }
  summed.sha256 = onebot::crypto::hex(digest.finish());
  return summed;
}

Result<Summed> sum_of(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return disk_error("read the file");
  return each_piece(file.fd(), [](std::string_view) { return Status(); });
}

}  // namespace bridge::files
