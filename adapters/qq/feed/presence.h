// Presence: whether a shard counts as online. A loss that a resume repairs in time is none.

#pragma once

#include "onebot/io.h"
#include "onebot/told.h"

#include <chrono>
#include <utility>

namespace qq {

class Presence {
 public:
  static constexpr std::chrono::seconds kGrace{10};  // a resume may take so long

  Presence(onebot::io::Loop& loop, onebot::Then changed) : loop_(loop), changed_(std::move(changed)) {}

  bool online() const { return online_; }
  void up() { set(true); }
  void down() { set(false); }
  void doubt() {  // down, unless it is up again within the grace
    if (online_ && !grace_) grace_ = loop_.after(kGrace, [this] { down(); });
  }
  void stop() {  // without a word
    grace_.reset();
    online_ = false;
  }

 private:
  void set(bool online) {
    grace_.reset();
    if (std::exchange(online_, online) != online) changed_();
  }

  onebot::io::Loop& loop_;
  onebot::Then changed_;
  bool online_ = false;
  onebot::io::Owner grace_{};
};

}  // namespace qq
