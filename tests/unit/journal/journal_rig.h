// A journal in a folder of its own.

#pragma once

#include "bridge/journal/journal.h"
#include "tests/unit/disk_rig.h"

#include <memory>
#include <stdexcept>
#include <utility>

namespace rig {

inline std::unique_ptr<bridge::Journal> open(Loop& loop, fakes::Log& log, bridge::Journal::Options options) {
  auto journal = bridge::Journal::open(loop, log, std::move(options));
  if (!journal) throw std::runtime_error(journal.error().message);
  return *std::move(journal);
}

}  // namespace rig
