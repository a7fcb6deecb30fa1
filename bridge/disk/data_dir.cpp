#include "bridge/disk/data_dir.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace bridge {

using onebot::fail;
using onebot::Result;
using onebot::Retcode;
using onebot::Status;

namespace {

std::unexpected<onebot::Error> failed(std::string_view what, const std::string& path, int error) {
  return fail(Retcode::filesystem_error, fmt::format("cannot {} {}: {}", what, path, std::strerror(error)));
}

class OpenFile {
 public:
  explicit OpenFile(int fd) : fd_(fd) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

Status refuse(const std::string& path, std::string_view what, std::string_view cure) {
  return fail(Retcode::filesystem_error, fmt::format("{} {}; {}", path, what, cure));
}

Status check_owner(const struct stat& found, const std::string& path) {
  if (found.st_uid == ::geteuid()) return {};
  return refuse(path,
                fmt::format("belongs to the user with the number {}, not to the one that runs this ({})", found.st_uid,
                            ::geteuid()),
                fmt::format("cure: chown {} '{}'", ::geteuid(), path));
}

// That the open folder is ours alone.
Status check_folder(int fd, const std::string& path) {
  struct stat found {};
  if (::fstat(fd, &found) != 0) return failed("look at", path, errno);
  if (Status ours = check_owner(found, path); !ours) return ours;
  if ((found.st_mode & 077) == 0) return {};
  return refuse(path, fmt::format("is open to others (mode {:04o}), and holds secrets", found.st_mode & 07777),
                fmt::format("cure: chmod 700 '{}'", path));
}

Status no_link(const std::string& path) {
  return refuse(path, "is a link, or no plain file or folder",
                "something else has put it there: look at it, remove it");
}

std::string without_links(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> whole(::realpath(path.c_str(), nullptr), &std::free);
  return whole ? std::string(whole.get()) : path;
}

}  // namespace

Result<DataDir> DataDir::open(const std::string& path) {
  const std::filesystem::path folder(path);
  if (folder.has_parent_path()) {
    std::error_code error;
    std::filesystem::create_directories(folder.parent_path(), error);
    if (error) return failed("create the folder above", path, error.value());
  }
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return failed("create the data folder", path, errno);
  const std::string whole = without_links(path);
  OpenFile opened(::open(whole.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (opened.fd() < 0) return failed("open the data folder", path, errno);
  ONEBOT_CHECK(check_folder(opened.fd(), path));
  if (flock(opened.fd(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return failed("lock", path, errno);
    return fail(Retcode::filesystem_error, fmt::format("data_dir {} is in use by another onebridge process", path));
  }
  return DataDir(whole, opened.release());
}

bool DataDir::is_in_use(const std::string& path) {
  const OpenFile opened(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened.fd() >= 0 && flock(opened.fd(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

DataDir::DataDir(DataDir&& other) noexcept : path_(std::move(other.path_)), folder_(std::exchange(other.folder_, -1)) {}

DataDir::~DataDir() {
  if (folder_ >= 0) close(folder_);
}

std::string DataDir::file(std::string_view name) const { return fmt::format("{}/{}", path_, name); }

Status DataDir::create_private_file(const std::string& path) {
  const OpenFile opened(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
  if (opened.fd() < 0 && errno == ELOOP) return no_link(path);
  if (opened.fd() < 0) return failed("open", path, errno);
  struct stat found {};
  if (::fstat(opened.fd(), &found) != 0) return failed("look at", path, errno);
  if (!S_ISREG(found.st_mode)) return no_link(path);
  if (Status ours = check_owner(found, path); !ours) return ours;
  if (::fchmod(opened.fd(), 0600) != 0) return failed("protect", path, errno);
  return {};
}

std::uint64_t DataDir::number_of(std::string_view name) const {
  struct stat found {};
  return ::fstatat(folder_, std::string(name).c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0 ? found.st_ino : 0;
}

Status DataDir::create_private_folder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return failed("create the folder", path, errno);
  const OpenFile opened(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (opened.fd() < 0 && (errno == ELOOP || errno == ENOTDIR)) return no_link(path);
  if (opened.fd() < 0) return failed("open the folder", path, errno);
  return check_folder(opened.fd(), path);
}

}  // namespace bridge
