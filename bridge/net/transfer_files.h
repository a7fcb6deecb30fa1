// What is sent out of a file, and what a Transfer saves into one. Reads and writes are at most 64 KiB at a time (a
// buffer of libcurl's), through the page cache, so they are made on the loop thread.

#pragma once

#include "onebot/io.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace bridge::net {

// A file descriptor that closes itself.
class OpenFile {
 public:
  explicit OpenFile(int fd = -1) : fd_(fd) {}
  OpenFile(OpenFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OpenFile& operator=(OpenFile&& other) noexcept;
  ~OpenFile();
  int fd() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

// The bytes of a part of a file, whatever has its name meanwhile.
class OpenPart {
 public:
  // Error: filesystem_error; the file is not there, or shorter than the part wanted.
  static onebot::Result<OpenPart> open(const onebot::io::FilePart& part);
  // At most `room` bytes from `at` on, which counts from the part's begin; none or -1: the file has changed meanwhile.
  std::ptrdiff_t read(std::uint64_t at, char* to, std::size_t room) const;

 private:
  OpenFile file_{};
  std::uint64_t begin_ = 0;
};

// body, then file, then tail of a request, as one run of bytes.
class SentBody {
 public:
  explicit SentBody(const onebot::io::HttpRequest& request) : request_(request) {}  // which outlives it

  onebot::Status open();  // error: filesystem_error; the file is not there, or shorter than the part wanted
  std::uint64_t size() const;
  // The next bytes, at most `room`; -1: the file has changed meanwhile.
  std::ptrdiff_t read(char* to, std::size_t room);
  void seek(std::uint64_t offset) { at_ = offset; }

 private:
  const onebot::io::HttpRequest& request_;
  OpenPart file_{};
  std::uint64_t at_ = 0;
};

// The body of an answer, in a new file that is gone again unless keep() is called.
class SavedBody {
 public:
  explicit SavedBody(std::string path) : path_(std::move(path)) {}
  ~SavedBody();
  SavedBody(const SavedBody&) = delete;
  SavedBody& operator=(const SavedBody&) = delete;

  onebot::Status append(const char* bytes, std::size_t size);
  onebot::Status keep();  // also an empty one
  std::uint64_t size() const { return size_; }

 private:
  onebot::Status open();

  std::string path_;
  OpenFile file_{};
  std::uint64_t size_ = 0;
  bool made_ = false;
};

}  // namespace bridge::net
