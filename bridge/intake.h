// Intake: the way of an arrival into the log, step 4 and 5 of bridge/README.md.
//
// Drops what came before, completes id, time and self, writes each event once as JSON, hands everything to the store as
// one draft. A repeat still keeps its records, and hears of the commit that holds the first copy.

#pragma once

#include "bridge/seen.h"
#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/store.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bridge {

// Whose arrival it is.
struct Source {
  std::string_view bot{};  // "platform/app_id"
  std::uint64_t seed = 0;  // of its hashes
  const onebot::Self& self;
};

// Whoever looks at events on their way into the log. What it puts into the store then is committed with them.
class EventWatch {
 public:
  virtual ~EventWatch() = default;
  // bot: "platform/app_id". Not called for repeats.
  virtual void on_event(std::string_view bot, const onebot::Event& event) = 0;
};

class Intake {
 public:
  // seen: hashes of an earlier run. limit: uncommitted bytes beyond which an arrival is refused, for platforms that go
  // on although they were told to hold.
  Intake(onebot::io::Loop& loop, onebot::Log& log, onebot::Ledger& ledger, const std::vector<std::uint64_t>& seen,
         std::size_t limit);

  void take(const Source& source, onebot::Arrival arrival);
  void refuse(onebot::Arrival arrival);              // the platform may come again
  void watch(EventWatch* watch) { watch_ = watch; }  // nullptr: nobody looks
  void close() { open_ = false; }                    // what comes now is refused
  std::uint64_t taken() const { return taken_; }

 private:
  bool accepts();
  bool first_time(const Source& source, const std::vector<std::string>& keys);
  std::span<const std::string> write(const Source& source, onebot::Arrival& arrival);

  // constant after construction
  onebot::io::Loop& loop_;
  onebot::Log& log_;
  onebot::Ledger& ledger_;
  std::size_t limit_;

  // loop thread only
  Seen seen_;
  EventWatch* watch_ = nullptr;
  bool open_ = true, refusing_ = false;
  std::uint64_t taken_ = 0;
  std::vector<std::uint64_t> hashes_;  // new ones of the arrival at hand
  std::vector<std::string> texts_;     // its events; strings are used again
};

}  // namespace bridge
