// Intake: the way of an arrival into the log, step 4 and 5 of bridge/README.md.
//
// Drops what came before, completes id, time and self, appends each event once, hands everything to the journal.
// A repeat still keeps its records, and hears of the commit that holds the first copy.

#pragma once

#include "bridge/journal/journal.h"
#include "bridge/seen.h"
#include "onebot/adapter.h"
#include "onebot/event_log.h"
#include "onebot/io.h"

#include <cstdint>
#include <functional>
#include <string_view>

namespace bridge {

// Whose arrival it is.
struct Source {
  std::string_view bot{};  // "platform/app_id"
  std::uint64_t seed = 0;  // of its hashes
  const onebot::Self& self;
};

class Intake {
 public:
  // grown: the log has new entries; called once per turn of the loop. limit: uncommitted bytes beyond which an
  // arrival is refused, for platforms that go on although they were told to hold.
  Intake(onebot::io::Loop& loop, onebot::Log& log, Journal& journal, onebot::EventLog& events, std::size_t limit,
         std::function<void()> grown);

  void take(const Source& source, onebot::Arrival arrival);
  void close() { open_ = false; }  // what comes now is refused
  std::uint64_t taken() const { return taken_; }

 private:
  bool refuse(onebot::Arrival& arrival);
  bool first_time(const Source& source, const std::vector<std::string>& keys);
  void append(const Source& source, const onebot::Arrival& arrival, std::size_t index, onebot::Event event);
  void wake_soon();

  // constant after construction
  onebot::io::Loop& loop_;
  onebot::Log& log_;
  Journal& journal_;
  onebot::EventLog& events_;
  std::size_t limit_;
  std::function<void()> grown_;
  std::int64_t first_at_;  // ms since the epoch: no new entry is older than those on disk

  // loop thread only
  Seen seen_;
  bool open_ = true, refusing_ = false, waking_ = false;
  std::uint64_t taken_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // what is posted may come after us
};

}  // namespace bridge
