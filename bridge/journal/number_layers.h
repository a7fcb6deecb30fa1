// NumberLayers: where the loop looks for OneBot 11's rows: the batch that fills, the batch under way, the file.

#pragma once

#include "bridge/journal/batch.h"
#include "bridge/journal/number_tables.h"
#include "onebot/adapter.h"
#include "onebot/result.h"
#include "onebot/told.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace bridge::journal {

// What all kinds of rows stand on. All of it outlives them.
struct NumberLayers {
  NumberReader& file;
  onebot::Log& log;
  Batch& pending;
  const std::unique_ptr<Batch>& in_flight;
  onebot::Then changed;

  // Not committed yet, the newest first; nullptr: there is none.
  std::array<const NumberBatch*, 2> above() const {
    return {&pending.numbers, in_flight ? &in_flight->numbers : nullptr};
  }
  // A look into the file that fails is told, and finds nothing.
  template <class T>
  std::optional<T> read(onebot::Result<std::optional<T>> found) const {
    if (found) return *std::move(found);
    tell(found.error());
    return std::nullopt;
  }
  void tell(const onebot::Error& error) const;
  mutable std::uint64_t failed = 0;  // looks, by now
};

}  // namespace bridge::journal
