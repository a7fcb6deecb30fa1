// OldEvents: committed events, page by page, read on a thread and a connection of their own.

#pragma once

#include "bridge/disk/sql.h"
#include "bridge/disk/worker.h"
#include "onebot/adapter.h"
#include "onebot/event_log.h"
#include "onebot/io.h"
#include "onebot/lifetime.h"
#include "onebot/told.h"

#include <optional>
#include <string>

namespace bridge::journal {

struct OldPage : onebot::History::Page {
  std::uint64_t unreadable = 0;  // entries that are there and cannot be read; counted as skipped
};

// One page, on the calling thread. Entries before `since` are found by bisection, since `at` never falls with seq.
onebot::Result<OldPage> read_page(Database& database, onebot::Seq from, onebot::Seq until, std::int64_t since,
                                  std::size_t max_bytes);
// The same entry by entry, so that one that cannot be read is left out instead of all. It may end early, and empty.
onebot::Result<OldPage> read_what_can_be(Database& database, onebot::Seq from, onebot::Seq until, std::int64_t since,
                                         std::size_t max_bytes);

// The JSON of one; nullopt: it is not kept.
onebot::Result<std::optional<std::string>> read_event(Database& database, onebot::Seq seq);

class OldEvents final : public onebot::History {
 public:
  OldEvents(onebot::io::Loop& loop, onebot::Log& log, Database database)
      : loop_(loop), log_(log), database_(std::move(database)) {}

  // A page that cannot be read is logged and tried again every second, as long as somebody waits for it; when the file
  // is damaged, what can be read of it is given, and the rest is left out.
  [[nodiscard]] onebot::io::Owner fetch(onebot::Seq from, onebot::Seq until, std::int64_t since, std::size_t max_bytes,
                                        onebot::Told<Page> done) override;

  std::uint64_t unreadable() const { return unreadable_; }  // entries left out since the start

 private:
  struct Request;

  void read(Request& request);
  void deliver(Request& request, onebot::Result<OldPage> page);
  void tell_unreadable(const Request& request, const OldPage& page);

  onebot::io::Loop& loop_;
  onebot::Log& log_;
  std::uint64_t unreadable_ = 0;
  onebot::Lifetime lifetime_;      // what is posted may come after us
  Database database_;              // worker thread only
  Worker worker_{"journal-read"};  // last: ends before what it uses
};

}  // namespace bridge::journal
