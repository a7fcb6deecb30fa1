// DataDir: the folder everything durable is in. Created 0700; one process at a time.

#pragma once

#include "onebot/result.h"

#include <string>
#include <string_view>

namespace bridge {

class DataDir {
 public:
  // Error: filesystem_error naming the folder; also when another process holds it.
  static onebot::Result<DataDir> open(std::string path);

  DataDir(DataDir&& other) noexcept;
  DataDir& operator=(DataDir&&) = delete;
  ~DataDir();  // lets go of the lock; the kernel does when the process dies

  std::string file(std::string_view name) const;
  // Makes sure the file exists and is readable by us alone.
  onebot::Status create_private(std::string_view name) const;

 private:
  DataDir(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_ = -1;
};

}  // namespace bridge
