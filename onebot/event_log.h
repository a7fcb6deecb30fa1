// EventLog: all events in order, each serialised once, as ready-made WebSocket frames.
//
// Every consumer is a Reader, a place in the log. Delivery is pulled: a consumer reads when its peer can take more,
// so a slow peer is a place that lags, not a queue that grows. The newest events are in memory, in blocks that many
// readers slice without a copy; older ones come in pages from a History (the journal on disk).
//
//   log    = block*            a block is one buffer that never moves and is never written twice
//   block  = frame*            onebot/frame.h; a reader's batch is a slice of one block

#pragma once

#include "onebot/event.h"
#include "onebot/io.h"
#include "onebot/told.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onebot {

using Seq = std::uint64_t;  // 1, 2, 3 ... in the order of the log; never reused, not even after a restart

struct LogEntry {
  Seq seq = 0;
  std::int64_t at = 0;      // milliseconds since the epoch, when it was appended; never falls; 0: from History
  std::string_view json{};  // valid until the reader moves
};

// Where events live that have left memory. The journal implements it.
class History {
 public:
  struct Page {
    std::vector<std::pair<Seq, std::string>> entries{};  // ascending; empty when there is nothing left before `until`
    Seq next = 0;                                        // where to go on
    std::uint64_t skipped = 0;                           // entries older than `since`, or no longer kept
  };
  virtual ~History() = default;
  // Entries in [from, until), not older than `since` (ms), at most max_bytes of JSON but at least one. `done` is called
  // later, never inside this.
  [[nodiscard]] virtual io::Owner fetch(Seq from, Seq until, std::int64_t since, std::size_t max_bytes,
                                        Told<Page> done) = 0;
};

// Some of the entries, for a reader that is not given all.
class Choice {
 public:
  virtual ~Choice() = default;
  virtual bool takes(std::string_view json) const = 0;
};

// One buffer of frames. Readers and the journal share it; bytes once written never change.
class Block {
 public:
  explicit Block(std::size_t capacity);
  std::string_view bytes(std::size_t offset, std::size_t size) const { return {data_.get() + offset, size}; }

 private:
  friend class EventLog;
  std::unique_ptr<char[]> data_;
  std::size_t capacity_, used_ = 0;
};

class EventLog {
 public:
  // window: bytes of frames kept in memory, at most; the newest entry always is. History may be nullptr: then older
  // events are gone.
  EventLog(std::size_t window, History* history, Seq next);

  // What was appended, for the journal: the JSON stays valid as long as the block is held.
  struct Appended {
    Seq seq = 0;
    std::int64_t at = 0;
    std::shared_ptr<const Block> block{};
    std::string_view json{};
  };
  Appended append(std::string_view json, std::int64_t at);
  Appended append(const Event& event, std::int64_t at);

  Seq first() const { return first_; }                  // oldest in memory
  Seq next() const { return first_ + places_.size(); }  // of the entry to come

  // Entries from here on are not in History yet and stay in memory, whatever the window.
  void keep_from(Seq seq);

  // One consumer's place. Must not outlive the log.
  class Reader {
   public:
    // since: entries older (ms since the epoch) are left out and counted. wake: called when a page has come
    // from History; entries that are appended do not call it. only: what it does not take is passed over; nullptr:
    // nothing is. It outlives the reader.
    Reader(EventLog& log, Seq from, std::int64_t since, Then wake, const Choice* only = nullptr);
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    // Frames from here on, as many as fit max_bytes, at most max_entries, at least one; "" when none is at hand. Moves
    // behind them. Valid until the next call.
    std::string_view frames(std::size_t max_bytes, std::size_t max_entries = std::string::npos);
    // The JSON of the entry here, and moves behind it; nullopt when none is at hand.
    std::optional<LogEntry> next();

    Seq position() const { return position_; }          // of the entry to read next
    void seek(Seq position);                            // back to an earlier place, or forward
    std::uint64_t skipped() const { return skipped_; }  // left out: too old, or no longer kept

   private:
    struct InPage {
      Seq seq = 0;
      std::size_t offset = 0;  // of the frame in page_
      std::size_t header = 0;
    };
    bool ready();
    bool at_hand();
    bool in_page() const;
    bool takes(std::string_view json) const { return !only_ || only_->takes(json); }
    std::string_view page_json(std::size_t at) const;  // at: in page_index_
    std::string_view memory_json(Seq seq) const;
    void fetch();
    void leave_page(std::size_t entries);
    std::string_view page_frames(std::size_t max_bytes, std::size_t max_entries);
    std::string_view memory_frames(std::size_t max_bytes, std::size_t max_entries);

    EventLog& log_;
    Seq position_;
    std::int64_t since_;
    std::uint64_t skipped_ = 0;
    Then wake_;
    const Choice* only_;
    io::Owner fetching_;
    std::string page_;  // frames of a page from History
    std::vector<InPage> page_index_;
    std::size_t page_at_ = 0;            // in page_index_
    Seq page_next_ = 0;                  // the entry behind the page
    std::shared_ptr<const Block> held_;  // the block the last slice points into
  };

 private:
  friend class Reader;
  struct Place {
    std::int64_t at = 0;
    std::shared_ptr<Block> block{};
    std::size_t offset = 0;  // of the frame
    std::size_t size = 0;    // of the frame
    std::size_t header = 0;  // bytes before the JSON
  };

  void trim();

  std::size_t window_, bytes_ = 0;
  History* history_;
  Seq first_;
  Seq keep_from_ = ~Seq{0};  // nobody commits: the window alone decides
  std::int64_t last_at_ = 0;
  std::deque<Place> places_;
  std::shared_ptr<Block> block_;
  std::string scratch_;
};

}  // namespace onebot
