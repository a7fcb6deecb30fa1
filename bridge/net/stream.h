// Stream: one connection, TCP or TLS, as bytes, whichever side dialed, over a Carrier. StreamUser: what speaks over it.
//
//   opening --> open --> finishing --> shut
//      |          |          |          |      finishing: our last bytes go out, what comes is thrown away
//      +----------+----------+----------+--+   shut:      our half is closed, theirs not yet
//      |                                   |   dying:     told to end, not ended
//      `--> dying --> gone <---------------'   gone:      ended, and everybody knows
//
// What the kernel does not take is kept here and offered again. It is bounded in size, and in how long the other side
// may take none of it: a connection that is not read ends, and whoever wants it makes another.

#pragma once

#include "bridge/net/carrier.h"
#include "bridge/net/places.h"
#include "bridge/net/send_buffer.h"
#include "onebot/io.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace bridge::net {

class StreamUser {
 public:
  virtual ~StreamUser() = default;
  virtual void on_bytes(std::string_view bytes) = 0;  // valid inside the call
  virtual void on_writable() = 0;                     // everything written so far is with the kernel
  virtual void on_gone(std::string_view why) = 0;     // the last call; the stream ends after it
};

class Streams;

class Stream final : public std::enable_shared_from_this<Stream> {
 public:
  enum class State { opening, open, finishing, shut, dying, gone };
  static constexpr bool follows(State from, State to);

  struct Limits {
    std::size_t waiting = 64 << 20;             // bytes that wait to be written; three of the longest messages
    std::chrono::milliseconds stalled{90'000};  // for one more of them to be taken; longer than any session is patient
  };

  Stream(onebot::io::Loop& loop, Streams& home, Limits limits)
      : loop_(loop), home_(home), limits_(limits), buffer_(limits.waiting) {}
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Whether bytes that were offered and not taken may come from another place the next time.
  enum class Again { from_anywhere, from_the_same_place };
  void carry(std::unique_ptr<Carrier> carrier, Again again);
  void set_user(std::shared_ptr<StreamUser> user) { user_ = std::move(user); }
  // Of one that came in.
  void seat(std::unique_ptr<Place> place) { place_ = std::move(place); }
  void is(Place::Holder holder) {
    if (place_) place_->is(holder);
  }

  // orderly: the other side closed it, all that we wrote is acknowledged, and no reset says that it was not read.
  enum class End { orderly, broken };

  State state() const { return state_; }
  bool open() const { return state_ == State::open || state_ == State::opening; }
  bool flushed() const;  // everything written so far is with the kernel
  std::optional<std::uint64_t> unacknowledged() const;
  bool orderly() const { return end_ == End::orderly; }  // within on_gone()

  // Of the user.
  void ask_writable();                 // on_writable() follows, once there is a connection
  void write(std::string_view bytes);  // within on_writable() alone
  void hold(bool held);                // true: read nothing until hold(false)
  void finish();                       // ends politely once all is written; the user hears nothing more
  void kill(std::string_view why = "connection lost");  // ends now; on_gone(why) follows
  void abandon();                                       // ends now, and calls nobody again

  // Of the carrier.
  void opened();
  void received(std::string_view bytes);
  void ready();  // the kernel takes bytes
  void lost(std::string_view why, End end = End::broken);

 private:
  bool go(State next);  // false: it does not follow, and nothing changes
  void settle(SendBuffer::Flow flow);
  void flow();

  // Constant after construction.
  onebot::io::Loop& loop_;
  Streams& home_;
  const Limits limits_;

  State state_ = State::opening;
  std::unique_ptr<Carrier> carrier_{};
  Again again_ = Again::from_anywhere;
  std::shared_ptr<StreamUser> user_{};  // nullptr: nobody listens any more
  std::unique_ptr<Place> place_{};      // nullptr: it was told to end, or was dialed
  SendBuffer buffer_;
  bool held_ = false, wanted_ = false;  // the user: wants to hear nothing; wants on_writable()
  std::string why_{};                   // it was killed
  End end_ = End::broken;
  std::uint64_t passed_ = 0;      // of the buffer, when stalled_ was set
  onebot::io::Owner stalled_{};   // while bytes wait
  onebot::io::Owner deadline_{};  // of a polite end
};

constexpr bool Stream::follows(State from, State to) {
  switch (to) {
    case State::opening:
      return false;
    case State::open:
      return from == State::opening;
    case State::finishing:
      return from == State::open;
    case State::shut:
      return from == State::finishing;
    case State::dying:
      return from < State::dying;
    case State::gone:
      return from != State::gone;
  }
  return false;
}

// The streams of one owner, each until it is gone. Destroying it abandons those that are left.
class Streams {
 public:
  explicit Streams(Stream::Limits limits = {}) : limits_(limits) {}
  ~Streams();
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;

  std::shared_ptr<Stream> make(onebot::io::Loop& loop);
  std::size_t size() const { return streams_.size(); }

 private:
  friend class Stream;
  Stream::Limits limits_;
  std::set<std::shared_ptr<Stream>> streams_{};
};

}  // namespace bridge::net
