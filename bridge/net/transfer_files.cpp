#include "bridge/net/transfer_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace bridge::net {

namespace io = onebot::io;

using onebot::Result;
using onebot::Retcode;
using onebot::Status;

namespace {

// The path is ours and would tell an application nothing.
std::unexpected<onebot::Error> failed(const char* what) {
  return onebot::fail(Retcode::filesystem_error, fmt::format("cannot {}: {}", what, std::strerror(errno)));
}

}  // namespace

OpenFile& OpenFile::operator=(OpenFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

OpenFile::~OpenFile() {
  if (fd_ >= 0) ::close(fd_);
}

Result<OpenPart> OpenPart::open(const io::FilePart& part) {
  OpenPart opened;
  opened.file_ = OpenFile(::open(part.path.c_str(), O_RDONLY | O_CLOEXEC));
  opened.begin_ = part.offset;
  struct stat found {};
  if (!opened.file_ || ::fstat(opened.file_.fd(), &found) != 0) return failed("read the file that is to be sent");
  const auto length = static_cast<std::uint64_t>(found.st_size);
  if (part.offset > length || part.size > length - part.offset) {
    return onebot::fail(Retcode::filesystem_error, "the file that is to be sent is shorter than it was");
  }
  return opened;
}

std::ptrdiff_t OpenPart::read(std::uint64_t at, char* to, std::size_t room) const {
  return ::pread(file_.fd(), to, room, static_cast<off_t>(begin_ + at));
}

Status SentBody::open() {
  if (!request_.file) return {};
  ONEBOT_TRY(opened, OpenPart::open(*request_.file));
  file_ = std::move(opened);
  return {};
}

std::uint64_t SentBody::size() const {
  return request_.body.size() + (request_.file ? request_.file->size : 0) + request_.tail.size();
}

std::ptrdiff_t SentBody::read(char* to, std::size_t room) {
  const auto copy = [&](std::string_view text, std::uint64_t from) {
    const std::size_t count = text.copy(to, room, static_cast<std::size_t>(from));
    at_ += count;
    return static_cast<std::ptrdiff_t>(count);
  };
  const std::uint64_t file_size = request_.file ? request_.file->size : 0;
  if (at_ < request_.body.size()) return copy(request_.body, at_);
  const std::uint64_t in_file = at_ - request_.body.size();
  if (in_file >= file_size) return copy(request_.tail, in_file - file_size);
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(room, file_size - in_file));
  const std::ptrdiff_t got = file_.read(in_file, to, wanted);
  if (got <= 0) return -1;
  at_ += static_cast<std::uint64_t>(got);
  return got;
}

SavedBody::~SavedBody() {
  if (made_) ::unlink(path_.c_str());
}

Status SavedBody::open() {
  file_ = OpenFile(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file_) return failed("make a file for the answer");
  made_ = true;
  return {};
}

Status SavedBody::append(const char* bytes, std::size_t size) {
  if (!file_) ONEBOT_CHECK(open());
  while (size > 0) {
    const ssize_t written = ::write(file_.fd(), bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failed("write the answer to a file");
    bytes += written;
    size -= static_cast<std::size_t>(written);
    size_ += static_cast<std::uint64_t>(written);
  }
  return {};
}

Status SavedBody::keep() {
  if (!file_) ONEBOT_CHECK(open());
  made_ = false;
  file_ = OpenFile();
  return {};
}

}  // namespace bridge::net
