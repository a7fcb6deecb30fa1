// DataDir: the folder everything durable is in; one process at a time, and nobody else's business.
//
// It is ours and closed to others (0700), and so is what is in it: what a stranger could have put there, a link or a
// folder of his, is refused. Its own path may lead over links, which whoever runs us has made.

#pragma once

#include "onebot/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace bridge {

class DataDir {
 public:
  // Makes it, if need be. Error: filesystem_error naming the folder; also when another process holds it.
  static onebot::Result<DataDir> open(const std::string& path);

  static bool is_in_use(const std::string& path);  // by a process that holds it

  DataDir(DataDir&& other) noexcept;
  DataDir& operator=(DataDir&&) = delete;
  ~DataDir();  // lets go of the lock; the kernel does when the process dies

  const std::string& path() const { return path_; }  // without links
  std::string file(std::string_view name) const;
  // Of the file that has this name now; 0: none has. Another number is another file.
  std::uint64_t number_of(std::string_view name) const;

  // A file and a folder within one that is ours: made, or checked; readable by us alone. Errors name it, and the cure.
  static onebot::Status create_private_file(const std::string& path);
  static onebot::Status create_private_folder(const std::string& path);

 private:
  DataDir(std::string path, int folder) : path_(std::move(path)), folder_(folder) {}

  std::string path_;
  int folder_ = -1;  // locked; a lock in a file of its own could be taken away with its name
};

}  // namespace bridge
