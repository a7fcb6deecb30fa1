// OldEvents: committed events, page by page, read on a thread and a connection of their own.

#pragma once

#include "bridge/disk/sql.h"
#include "bridge/disk/worker.h"
#include "onebot/adapter.h"
#include "onebot/event_log.h"
#include "onebot/io.h"

#include <functional>
#include <memory>
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
                                        std::function<void(Page)> done) override;

 private:
  struct Request {  // loop thread only
    onebot::Seq from = 0, until = 0;
    std::int64_t since = 0;
    std::size_t max_bytes = 0;
    std::function<void(Page)> done{};
    onebot::io::Owner retry{};
  };
  struct Waiting;

  void read(std::weak_ptr<Request> waiting);
  void deliver(const std::weak_ptr<Request>& waiting, onebot::Result<Page> page);

  onebot::io::Loop& loop_;
  onebot::Log& log_;
  Database database_;                                                      // worker thread only
  std::shared_ptr<OldEvents*> self_ = std::make_shared<OldEvents*>(this);  // what is posted may come after us
  Worker worker_{"journal-read"};                                          // last: ends before what it uses
};

}  // namespace bridge::journal
