// Index: which id names which bytes, on disk. Several ids may name the same. Blocking: for the files' thread.

#pragma once

#include "bridge/disk/sql.h"
#include "bridge/files/ids.h"
#include "onebot/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bridge::files {

struct Entry {
  std::string name{};
  std::string sha256{};
  std::uint64_t size = 0;
  std::int64_t used = 0;  // ms since the epoch
};

class Index {
 public:
  static onebot::Result<Index> open(const std::string& path);

  onebot::Result<std::optional<Entry>> find(const Key& key);
  onebot::Status put(const Key& key, const Entry& entry);  // replaces
  onebot::Status touch(const Key& key, std::int64_t now);
  onebot::Result<std::int64_t> names_of(const std::string& sha256);  // how many ids name these bytes

  struct Row {
    std::int64_t number = 0;
    std::string sha256{};
    std::uint64_t size = 0;
  };
  onebot::Result<std::vector<Row>> unused_since(std::int64_t when, std::int64_t behind);  // at most 500, by number
  onebot::Result<std::vector<Row>> contents();                                            // each once; number is 0
  onebot::Status remove(std::int64_t number);
  onebot::Status forget(const std::string& sha256);  // every id of these bytes
  onebot::Result<std::int64_t> size();

 private:
  onebot::Result<std::vector<Row>> rows(journal::Statement statement);

  std::optional<journal::Database> database_{};
};

}  // namespace bridge::files
