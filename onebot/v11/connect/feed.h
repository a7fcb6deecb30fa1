// Feed: the events of all links of one section, by one reader of the log.
//
//   line = parked at a place | following the reader
//
// The reader goes forward and gives each event to the lines of its bot that follow it; what is of no bot here costs one
// look. A line that has enough is parked, and when it wants more the reader goes back to it, those that had been read
// for wait at their places, and it goes on behind. So n bots that are awake cost one reading, one that is slow costs
// what it missed, and nobody holds up another.

#pragma once

#include "onebot/connect/acquaintance.h"
#include "onebot/connect/stream.h"
#include "onebot/event_log.h"
#include "onebot/lifetime.h"
#include "onebot/v11/connect/rendering.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace onebot::v11::connect {

class Feed {
 public:
  static constexpr std::size_t kAhead = 1 << 20;  // bytes of frames that are read ahead for a line
  static constexpr std::size_t kTurn = 1 << 20;   // bytes of the log that are read before others have their turn

  // One link's place.
  class Line {
   public:
    ~Line();
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    struct Item {
      Seq seq = 0;
      std::int64_t at = 0;                         // milliseconds since the epoch
      std::shared_ptr<const Rendered> rendered{};  // never without frames
    };
    // The next event; nullptr when none is at hand whose numbers are safe.
    const Item* front();
    void pop();
    Seq position() const;                               // of the event to give next; all before it are done with
    std::uint64_t skipped() const { return skipped_; }  // events of this bot that were too old

   private:
    friend class Feed;
    Line(Feed& feed, const Bot& bot, std::int64_t since, Then wake)
        : feed_(feed), bot_(bot), since_(since), wake_(std::move(wake)) {}
    bool is_hungry() const { return bytes_ <= kAhead / 2; }

    Feed& feed_;
    const Bot& bot_;
    const std::int64_t since_;  // ms since the epoch; 0: it has no past
    const Then wake_;
    bool following_ = false;
    Seq place_ = 0;  // while it is parked
    std::deque<Item> queue_;
    std::size_t bytes_ = 0;
    std::uint64_t skipped_ = 0;
  };

  // section: as log lines call it.
  Feed(const Ground& ground, Rendering& rendering, std::string section, Options options);

  // A line of this bot from a place on. since: events that are older (ms since the epoch) are left out; 0: none are.
  // wake: there is something again.
  std::unique_ptr<Line> follow(const Bot& bot, Seq from, std::int64_t since, Then wake);
  void pump();  // the log has grown; reads on in later turns of the loop when there is much

 private:
  using Lines = std::vector<Line*>;
  void read_later();
  bool go_on();  // false: nobody wants anything
  void go_back(Seq place);
  void join();
  void give(const LogEntry& entry);
  void give(Line& line, const LogEntry& entry, std::int64_t at);
  void park(Line& line, Seq place);
  void tell_skipped(Seq first);
  bool is_safe(const Rendered& rendered);  // false: lines are woken when more is
  template <class Use>
  void each(Use use);

  const Ground& ground_;
  Rendering& rendering_;
  const std::string section_;
  const Options options_;
  std::unordered_map<const Bot*, Lines> lines_;
  std::optional<EventLog::Reader> reader_;
  std::uint64_t skipped_ = 0;  // of reader_, as far as told
  onebot::connect::Acquaintance told_;
  std::size_t following_ = 0;
  bool look_ = false;  // for lines that want something
  Seq next_join_ = 0;  // where the first of those is that are ahead of the reader
  bool pumping_ = false;
  bool goes_on_ = false;  // in a later turn
  bool waits_ = false;    // for rows to be safe
  Lifetime lifetime_;
};

// The events of a line as a link takes them.
class LineStream final : public onebot::connect::Stream {
 public:
  explicit LineStream(std::unique_ptr<Feed::Line> line) : line_(std::move(line)) {}
  std::string_view frames(std::size_t max_bytes, std::size_t max_entries) override;
  Seq position() const override { return line_->position(); }
  std::uint64_t skipped() const override { return line_->skipped(); }

 private:
  std::unique_ptr<Feed::Line> line_;
  std::shared_ptr<const Rendered> given_;  // the last frames: they are in use
};

}  // namespace onebot::v11::connect
