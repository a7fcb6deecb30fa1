// Inflight: the bytes of requests and messages that have come and are not whole yet, of all connections together, below
// one bound.
//
// Whoever keeps such bytes has a Share. When they are more than the bound, shares are told to let go: of those that
// keep more than the average the slowest first, so that who stalls or drips goes before who uploads.

#pragma once

#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/told.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <set>
#include <utility>

namespace bridge::net {

class Inflight : public std::enable_shared_from_this<Inflight> {
 public:
  class Share;

  // log: nullptr, and nothing is told.
  Inflight(onebot::io::Loop& loop, onebot::Log* log, std::size_t most) : loop_(loop), log_(log), most_(most) {}

  // let_go: frees what is kept, and sets the share to 0 or ends it.
  std::unique_ptr<Share> join(onebot::Then let_go);
  std::size_t bytes() const { return bytes_; }

 private:
  void changed();
  Share* slowest() const;
  void tell(const Share& victim);
  void calm_down();

  onebot::io::Loop& loop_;
  onebot::Log* log_;
  const std::size_t most_;
  std::size_t bytes_ = 0, peak_ = 0;  // peak: since memory was last given back
  std::set<Share*> holding_{};        // those that keep something
  bool making_room_ = false;
  onebot::io::Owner trim_{};
};

class Inflight::Share {
 public:
  Share(std::shared_ptr<Inflight> home, onebot::Then let_go) : home_(std::move(home)), let_go_(std::move(let_go)) {}
  ~Share() { keep(0); }
  Share(const Share&) = delete;
  Share& operator=(const Share&) = delete;

  // So many bytes are kept now. Shares may be told to let go inside, this one too: call it last.
  void keep(std::size_t bytes);

 private:
  friend class Inflight;
  std::shared_ptr<Inflight> home_;
  onebot::Then let_go_;
  std::size_t bytes_ = 0;
  std::chrono::milliseconds since_{};  // that it keeps any
};

}  // namespace bridge::net
