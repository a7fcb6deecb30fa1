// Confirmation: how a session learns which events its application has, and that the link is dead.
// Spec: none; this is the bridge's promise of at-least-once delivery (docs: delivery guarantees).
//
//   Acknowledged   forward: the peer's kernel has acknowledged the bytes. No pings: some clients break on them.
//   Ponged         reverse: the peer's pong echoes the ping that was sent behind the events.
//
// Pure: told what was sent, what came back, and the time.

#pragma once

#include "onebot/event_log.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace onebot::connect {

class Confirmation {
 public:
  using Time = std::chrono::milliseconds;

  virtual ~Confirmation() = default;
  // The session gave its socket frames, `end` bytes in all by now; events before `next` are among them.
  virtual void sent(std::uint64_t end, Seq next, Time now) = 0;
  // The peer's kernel has this many of them.
  virtual void acknowledged(std::uint64_t bytes, Time now) = 0;
  virtual void pong(std::string_view payload, Time now) = 0;
  // The payload of a ping to send now; "" for none.
  virtual std::string ping(Time now) = 0;
  virtual bool ping_due(Time now) const = 0;

  virtual Seq have() const = 0;              // the application has every event before this; 0: nothing known yet
  virtual bool polls() const = 0;            // it is worth asking for the acknowledged bytes again soon
  virtual bool stalled(Time now) const = 0;  // no sign of life for too long
};

class Acknowledged : public Confirmation {
 public:
  static constexpr Time kPatience{60'000};  // for one more byte to be taken

  void sent(std::uint64_t end, Seq next, Time now) override;
  void acknowledged(std::uint64_t bytes, Time now) override;
  void pong(std::string_view, Time) override {}
  std::string ping(Time) override { return {}; }
  bool ping_due(Time) const override { return false; }
  Seq have() const override { return have_; }
  bool polls() const override { return !marks_.empty(); }
  bool stalled(Time now) const override;

 private:
  struct Mark {
    std::uint64_t end = 0;
    Seq next = 0;
  };
  std::deque<Mark> marks_;  // ascending; as many as fit the kernel's buffers
  std::uint64_t sent_ = 0, acknowledged_ = 0;
  Seq have_ = 0, newest_ = 0;
  Time progress_{};  // when acknowledged_ last grew, or when there was nothing left to acknowledge
};

class Ponged : public Confirmation {
 public:
  static constexpr Time kIdle{30'000};      // a quiet link is asked this often
  static constexpr Time kPatience{30'000};  // for a pong, or at least for bytes to be taken

  explicit Ponged(Time now) : asked_(now), progress_(now) {}

  void sent(std::uint64_t end, Seq next, Time now) override;
  void acknowledged(std::uint64_t bytes, Time now) override;
  void pong(std::string_view payload, Time now) override;
  std::string ping(Time now) override;
  bool ping_due(Time now) const override;
  Seq have() const override { return have_; }
  bool polls() const override { return false; }
  bool stalled(Time now) const override;

 private:
  bool waiting_ = false;  // for the pong to ping number count_
  std::uint64_t count_ = 0;
  std::uint64_t acknowledged_ = 0;
  Seq newest_ = 0, asked_for_ = 0, have_ = 0;
  Time asked_;     // when the last ping was made
  Time progress_;  // when something last came back, or when there was nothing to wait for
};

}  // namespace onebot::connect
