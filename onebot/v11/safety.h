// Safety: how much of what was put into rows a restart will find. Frames and answers with new numbers wait for that:
// a number that an application has seen is never another message's.
//
// Loop thread only.

#pragma once

#include "onebot/told.h"

#include <cstdint>

namespace onebot::v11 {

class Safety {
 public:
  virtual ~Safety() = default;
  virtual std::uint64_t put() const = 0;   // how many rows were put so far
  virtual std::uint64_t safe() const = 0;  // the first so many of them are committed
  // Calls once that many are safe, or a commit has failed. Later, never inside this.
  virtual void when_safe(std::uint64_t put, Then call) = 0;
};

}  // namespace onebot::v11
