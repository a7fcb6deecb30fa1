// How much the file store takes, and from where: the [files] section. And how it says no.

#pragma once

#include "onebot/retcode.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace bridge {

struct FileLimits {
  std::uint64_t max_size = 256ULL << 20;                   // bytes of one file
  std::uint64_t quota = 4ULL << 30;                        // bytes of all, unfinished ones included
  std::chrono::milliseconds expire{std::chrono::days(7)};  // a file nobody used for so long is deleted
  std::vector<std::string> paths{};                        // folders that type "path" may name; empty: off
  bool allow_internal = false;                             // applications may have addresses inside fetched
  int max_redirects = 5;
  std::chrono::milliseconds timeout{20'000};                        // for one download, redirects included
  std::size_t uploads = 32;                                         // unfinished at once
  std::chrono::milliseconds upload_life{std::chrono::minutes(10)};  // since its last fragment
};

}  // namespace bridge
