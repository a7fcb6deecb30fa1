// Bytes in files: descriptors, whole copies, digests. Blocking: for the files' thread.

#pragma once

#include "onebot/result.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace bridge::files {

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();
  int fd() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

// A file on its way into the store. It is deleted unless it was renamed.
class Temporary {
 public:
  explicit Temporary(std::string path) : path_(std::move(path)) {}
  Temporary(Temporary&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Temporary& operator=(Temporary&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  ~Temporary();
  const std::string& path() const { return path_; }
  onebot::Status become(const std::string& path);  // durable, under that name

 private:
  std::string path_;
};

struct Summed {
  std::string sha256{};  // lower-case hex
  std::uint64_t size = 0;
};

// Errors: filesystem_error, with the reason and without the path, which is ours.
std::unexpected<onebot::Error> disk_error(std::string_view what);
onebot::Result<Descriptor> create(const std::string& path);  // new, readable by us alone
onebot::Status write_at(int fd, std::uint64_t offset, std::string_view bytes);
// As far as the file goes.
onebot::Result<std::string> read_at(const std::string& path, std::uint64_t offset, std::size_t size);
// The rest of the open file, in pieces of 64 KiB; whoever takes one may end it all.
using TakePiece = std::function<onebot::Status(std::string_view)>;
onebot::Result<Summed> each_piece(int fd, const TakePiece& take);
onebot::Result<Summed> sum_of(const std::string& path);

}  // namespace bridge::files
