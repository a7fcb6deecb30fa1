#include "bridge/disk/data_dir.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace bridge {

using onebot::fail;
using onebot::Result;
using onebot::Retcode;
using onebot::Status;

namespace {

std::unexpected<onebot::Error> failed(std::string_view what, const std::string& path, int error) {
  return fail(Retcode::filesystem_error, fmt::format("cannot {} {}: {}", what, path, std::strerror(error)));
}

}  // namespace

Result<DataDir> DataDir::open(std::string path) {
  const std::filesystem::path folder(path);
  if (folder.has_parent_path()) {
    std::error_code error;
    std::filesystem::create_directories(folder.parent_path(), error);
    if (error) return failed("create the folder above", path, error.value());
  }
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return failed("create the data folder", path, errno);

  const std::string lock_path = path + "/lock";
  const int lock = ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return failed("open", lock_path, errno);
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    close(lock);
    if (error != EWOULDBLOCK) return failed("lock", lock_path, error);
    return fail(Retcode::filesystem_error,
                fmt::format("data_dir {} is in use by another onebridge process (it holds {})", path, lock_path));
  }
  return DataDir(std::move(path), lock);
}

DataDir::DataDir(DataDir&& other) noexcept : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataDir::~DataDir() {
  if (lock_ >= 0) close(lock_);
}

std::string DataDir::file(std::string_view name) const { return fmt::format("{}/{}", path_, name); }

Status DataDir::create_private(std::string_view name) const {
  const std::string path = file(name);
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return failed("open", path, errno);
  const bool private_now = fchmod(file, 0600) == 0;
  const int error = errno;
  close(file);
  if (!private_now) return failed("protect", path, error);
  return {};
}

}  // namespace bridge
