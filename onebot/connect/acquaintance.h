// Acquaintance: what the links of one consumer have taught so far: whether it answers pings, and at which event they
// end. Spec: none; see docs/guarantees.md.

#pragma once

#include "onebot/event_log.h"

#include <chrono>
#include <cstdint>
#include <optional>

namespace onebot::connect {

class Acquaintance {
 public:
  static constexpr int kMeets = 3;  // links that may end at one event

  // How long a new link waits for the answer to its first ping before the kernel's word counts.
  std::chrono::milliseconds patience() const;
  // True: that it does not answer is news, and worth a line.
  bool learn(bool answers);

  // Of `count` events from `first` on, which a link has left out: how many no link had left out before.
  std::uint64_t left_out(Seq first, std::uint64_t count);

  // The other side has ended a link: every event before `place` was confirmed, every event before `sent` was sent.
  // answered: it had answered a ping, so that the end may be due to an event rather than to the link itself.
  void lost(Seq place, Seq sent, bool answered);
  // Events before this one go out one at a time: two links have ended with them under way, and one of them may be why.
  Seq careful_until() const { return careful_until_; }
  // Where a new link goes on instead of at `place`, when the event there has ended kMeets links in a row.
  std::optional<Seq> way_around(Seq place) const;

 private:
  std::optional<bool> answers_;
  bool told_ = false;
  Seq ended_at_ = 0;  // the last link
  Seq stuck_at_ = 0, behind_ = 0;
  int meets_ = 0;  // at stuck_at_
  Seq careful_until_ = 0;
  Seq left_out_until_ = 0;
};

}  // namespace onebot::connect
