// Recollection: what a bot remembers under one kind: of the file, and above it of batches that are not in it yet.

#pragma once

#include "bridge/disk/sql.h"
#include "bridge/journal/batch.h"
#include "onebot/store.h"

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace bridge::journal {

class Recollection {
 public:
  // Both outlive it.
  Recollection(std::string_view bot, std::string_view kind) : bot_(bot), kind_(kind) {}

  onebot::Status read(Database& database);  // after an error, what was read before it counts
  void overlay(const Batch& newer);
  std::vector<onebot::Record> take();  // in the order they were kept

 private:
  const std::string_view bot_, kind_;
  std::vector<std::pair<std::int64_t, onebot::Record>> found_{};  // with their times, see KeptRecord
};

}  // namespace bridge::journal
