// Hold: whoever brings events is asked to stop while too much of them is not committed, and to go on when little is.

#pragma once

#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/lifetime.h"
#include "onebot/store.h"

#include <cstddef>

namespace bridge::journal {

// Loop thread only. The store outlives it.
class Hold {
 public:
  // high: uncommitted bytes that make it; low: those that end it.
  Hold(onebot::io::Loop& loop, onebot::Log& log, const onebot::Store& store, std::size_t high, std::size_t low)
      : loop_(loop), log_(log), store_(store), high_(high), low_(low) {}

  void watch(onebot::StoreWatch* watch) { watch_ = watch; }
  // The bytes have changed. Told from the loop, not from the middle of whoever appends.
  void check();

 private:
  bool is_wanted() const { return held_ ? store_.uncommitted_bytes() >= low_ : store_.uncommitted_bytes() > high_; }

  onebot::io::Loop& loop_;
  onebot::Log& log_;
  const onebot::Store& store_;
  const std::size_t high_, low_;
  onebot::StoreWatch* watch_ = nullptr;
  bool held_ = false, posted_ = false;
  onebot::Lifetime lifetime_{};
};

}  // namespace bridge::journal
