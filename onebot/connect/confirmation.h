// Confirmation: how a session learns which events its application has, and that the link is dead.
// Spec: none; this is the bridge's promise of at-least-once delivery (docs/guarantees.md).
//
//   Acknowledged   the peer's kernel has acknowledged the bytes.
//   Ponged         the peer's pong echoes the ping that was sent behind the events.
//   Probed         Ponged once a pong has come; Acknowledged once none has for a while.
//
// Pure: told what was sent, what came back, and the time.

#pragma once

#include "onebot/event_log.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace onebot::connect {

class Confirmation {
 public:
  using Time = std::chrono::milliseconds;

  // What may be sent now. A single event may be longer than that.
  struct Room {
    std::size_t events = std::numeric_limits<std::size_t>::max();
    std::size_t bytes = std::numeric_limits<std::size_t>::max();
  };

  virtual ~Confirmation() = default;
  // The session gave its socket frames, `end` bytes in all by now; events before `next` are among them.
  virtual void sent(std::uint64_t end, Seq next, Time now) = 0;
  // The peer's kernel has this many of them.
  virtual void acknowledged(std::uint64_t bytes, Time now) = 0;
  virtual void pong(std::string_view payload, Time now) = 0;
  // The payload of a ping to send now; "" for none.
  virtual std::string ping(Time now) = 0;
  virtual bool ping_due(Time now) const = 0;
  // Until a ping is due behind what was sent; nullopt: there is none to come.
  virtual std::optional<Time> ping_in(Time) const { return std::nullopt; }

  virtual Seq have() const = 0;  // the application has every event before this; 0: nothing known yet
  virtual Room room(Time) const { return {}; }
  virtual bool polls(Time now) const = 0;    // it is worth asking for the acknowledged bytes, and for room, again soon
  virtual bool stalled(Time now) const = 0;  // no sign of life for too long
  virtual std::optional<bool> answers() const { return std::nullopt; }  // whether it answers pings, once that is known
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
  bool polls(Time) const override { return !marks_.empty(); }
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
  // Events under way. It starts with the least, doubles with a quick pong and halves with a slow one.
  static constexpr std::size_t kLeast = 16, kMost = 1024;
  static constexpr std::size_t kMostBytes = 1 << 20;
  static constexpr Time kQuick{1'000}, kSlow{5'000};
  // From ping to ping, as long as less than half of the window is under way.
  static constexpr Time kPause{10};
  // With events to be careful with, the link must have stood for so long behind its first pong.
  static constexpr Time kSettled{1'000};

  // from: the first event that the application may not have. Those before careful_until go out one at a time. unproven:
  // what may be under way before the first pong.
  explicit Ponged(Time now, Seq from = 0, Seq careful_until = 0, Room unproven = {})
      : careful_until_(careful_until), unproven_(unproven), have_(from), asked_(now), progress_(now) {}

  void sent(std::uint64_t end, Seq next, Time now) override;
  void acknowledged(std::uint64_t bytes, Time now) override;
  void pong(std::string_view payload, Time now) override;
  std::string ping(Time now) override;
  bool ping_due(Time now) const override;
  std::optional<Time> ping_in(Time now) const override;
  Seq have() const override { return have_; }
  Room room(Time now) const override;
  bool polls(Time now) const override { return careful() && !settled(now); }
  bool stalled(Time now) const override;
  std::optional<bool> answers() const override { return first_pong_ ? std::optional(true) : std::nullopt; }
  bool waiting() const { return waiting_; }

 private:
  bool careful() const { return have_ < careful_until_; }
  bool settled(Time now) const { return first_pong_ && now - *first_pong_ >= kSettled; }
  bool is_half_full() const { return newest_ - have_ > most_ / 2 || end_ - have_end_ > kMostBytes / 2; }
  void adapt(Time took);

  const Seq careful_until_;
  const Room unproven_;
  bool waiting_ = false;  // for the pong to ping number count_
  std::uint64_t count_ = 0;
  std::uint64_t acknowledged_ = 0;
  Seq newest_ = 0, asked_for_ = 0, have_ = 0;
  std::uint64_t end_ = 0, asked_end_ = 0, have_end_ = 0;  // bytes, as the three above
  std::size_t most_ = kLeast;                             // events under way
  std::optional<Time> first_pong_;
  Time asked_;     // when the last ping was made
  Time progress_;  // when something last came back, or when there was nothing to wait for
};

class Probed : public Confirmation {
 public:
  // patience: for the first pong, from when the peer's kernel has the ping.
  Probed(Time now, Time patience, Seq from, Seq careful_until = 0)
      : patience_(patience), pongs_(now, from, careful_until, {Ponged::kLeast, Ponged::kMostBytes}), have_(from) {}

  void sent(std::uint64_t end, Seq next, Time now) override;
  void acknowledged(std::uint64_t bytes, Time now) override;
  void pong(std::string_view payload, Time now) override;
  std::string ping(Time now) override;
  bool ping_due(Time now) const override { return pongs_.ping_due(now); }
  std::optional<Time> ping_in(Time now) const override { return pongs_.ping_in(now); }
  Seq have() const override { return have_; }
  Room room(Time now) const override { return silent() ? Room{} : pongs_.room(now); }
  bool polls(Time now) const override;
  bool stalled(Time now) const override { return bytes_.stalled(now); }
  std::optional<bool> answers() const override { return answers_; }

 private:
  bool silent() const { return answers_ == false; }

  const Time patience_;
  Ponged pongs_;
  Acknowledged bytes_;
  Seq have_;
  std::optional<bool> answers_;   // nullopt: the first ping is under way, or not even sent
  std::uint64_t probe_end_ = 0;   // bytes up to the first ping and with it
  std::optional<Time> taken_at_;  // when the peer's kernel had it
};

// What tells that events have arrived: the kernel; pongs, as an application must answer that we dialed; or pongs when
// the application answers the first ping, else the kernel.
enum class Proof { kernel, pongs, probe };
// patience, careful_until: of Probed and Ponged.
std::unique_ptr<Confirmation> confirmation(Proof proof, Confirmation::Time now, Seq from, Confirmation::Time patience,
                                           Seq careful_until);

}  // namespace onebot::connect
