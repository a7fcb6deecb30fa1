// OldEvents: committed events, page by page, read on a thread and a connection of their own.

#pragma once

#include "bridge/disk/sql.h"
#include "bridge/disk/worker.h"
#include "onebot/adapter.h"
#include "onebot/event_log.h"
#include "onebot/io.h"
#include "onebot/lifetime.h"
#include "onebot/told.h"

#include <string>

namespace bridge::journal {

// One page, on the calling thread. Entries before `since` are found by bisection, since `at` never falls with seq.
onebot::Result<onebot::History::Page> read_page(Database& database, onebot::Seq from, onebot::Seq until,
                                                std::int64_t since, std::size_t max_bytes);

class OldEvents final : public onebot::History {
 public:
  OldEvents(onebot::io::Loop& loop, onebot::Log& log, Database database)
      : loop_(loop), log_(log), database_(std::move(database)) {}

  // A page that cannot be read is logged and tried again every second, as long as somebody waits for it.
  [[nodiscard]] onebot::io::Owner fetch(onebot::Seq from, onebot::Seq until, std::int64_t since, std::size_t max_bytes,
                                        onebot::Told<Page> done) override;

 private:
  struct Request;

  void read(Request& request);
  void deliver(Request& request, onebot::Result<Page> page);

  onebot::io::Loop& loop_;
  onebot::Log& log_;
  onebot::Lifetime lifetime_;      // what is posted may come after us
  Database database_;              // worker thread only
  Worker worker_{"journal-read"};  // last: ends before what it uses
};

}  // namespace bridge::journal
