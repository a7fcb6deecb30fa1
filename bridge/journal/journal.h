// Journal: the store of one machine: events, dedup hashes, cursors, records and numbers, on disk.
//
// The loop thread collects a batch without locks and hands it to the writer thread every few milliseconds; one batch
// is under way at a time, and one batch is one transaction. When a commit fails (disk full), its batch is kept, grows
// by what comes, and is tried again; whoever waited is told false.
//
//   pending --hand_over--> in flight --settle--> committed
//      ^------------------------ failed ---'
//
// Loop thread only, but for what the writer does inside submit().

#pragma once

#include "bridge/disk/data_dir.h"
#include "bridge/disk/worker.h"
#include "bridge/journal/batch.h"
#include "bridge/journal/history.h"
#include "bridge/journal/hold.h"
#include "bridge/journal/id_pages.h"
#include "bridge/journal/log_clock.h"
#include "bridge/journal/losses.h"
#include "bridge/journal/numbers.h"
#include "bridge/journal/outcome.h"
#include "bridge/journal/tables.h"
#include "onebot/adapter.h"
#include "onebot/io.h"
#include "onebot/lifetime.h"
#include "onebot/store.h"
#include "onebot/told.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bridge {

class Journal final : public onebot::Store {
 public:
  struct Options {
    std::string data_dir = "data";
    journal::Retention retention{};
    std::chrono::milliseconds group{5};             // from the first entry of a batch to its hand-over
    std::chrono::milliseconds group_busy{20};       // the same behind a large batch, when nobody waits for the commit
    std::size_t group_bytes = 512 << 10;            // or this many bytes; an eighth of it is a large batch
    std::chrono::milliseconds retry{250};           // after a commit that failed
    std::size_t high_water = 8 << 20;               // uncommitted bytes that make on_hold(true)
    std::size_t low_water = 2 << 20;                // and false again
    std::chrono::milliseconds busy_timeout{2'000};  // when another program has the file locked
  };
  // Error: filesystem_error or database_error naming the folder or the file.
  static onebot::Result<std::unique_ptr<Journal>> open(onebot::io::Loop& loop, onebot::Log& log, Options options);
  ~Journal() override;  // commits nothing more: see flush()

  onebot::EarlierRun& earlier() override { return earlier_; }
  void watch(onebot::StoreWatch* watch) override { hold_.watch(watch_ = watch); }

  void append(onebot::Draft draft) override;
  void set_place(std::string_view consumer, onebot::Seq next) override;
  void keep(std::string_view bot, onebot::Record record) override;
  std::vector<onebot::Record> recall(std::string_view bot, std::string_view kind) override;

  onebot::History& history() override { return *history_; }
  bool healthy() const override { return healthy_; }
  std::size_t uncommitted_bytes() const override { return pending_.size() + (in_flight_ ? in_flight_->size() : 0); }
  bool flush(std::chrono::milliseconds budget) override;
  std::int64_t now() const override { return clock_.at(loop_.now()); }
  onebot::v11::Rows numbers() { return numbers_.rows(); }  // what OneBot 11's numbers stand for; as long as we live
  onebot::v11::Safety& safety() { return numbers_; }       // of these rows
  // The JSON of a committed event; nullopt: it is not kept any more. May block.
  std::optional<std::string> event(onebot::Seq seq);

  // A page of the committed ones, and how many looks into the file for one have failed by now.
  onebot::Result<journal::IdPage> ids(const journal::IdEntry* after, std::size_t most) {
    return journal::read_ids(lookup_.database, after, most);
  }
  std::uint64_t failed_looks() const { return numbers_.failed_looks(); }

  // What an operator should look at; none: all is well.
  std::vector<std::string> problems() const;

 private:
  Journal(onebot::io::Loop& loop, onebot::Log& log, Options options, DataDir dir, const journal::LogClock& clock,
          journal::Tables tables, journal::Start start, journal::Lookup lookup,
          std::unique_ptr<journal::OldEvents> history);

  using Told = std::vector<onebot::Told<bool>>;

  std::int64_t wall_ms() const { return static_cast<std::int64_t>(loop_.wall() * 1000); }
  void set_record(std::string_view bot, onebot::Record record);
  void not_read(std::string_view what, const onebot::Error& error, std::string_view next);
  void changed();
  void hand_over();
  void submit();
  void settle();
  void settle_failed(const onebot::Error& error);
  void set_health(bool healthy);
  void schedule_cleaning(std::chrono::milliseconds delay);
  void clean();
  void cleaned(const onebot::Result<journal::Tables::Cleaned>& cleaned);
  void watch_clock();

  // constant after construction
  onebot::io::Loop& loop_;
  onebot::Log& log_;
  Options options_;
  DataDir dir_;
  std::int64_t first_at_;  // ms since the epoch: no new entry is older than those on disk
  journal::LogClock clock_;
  std::uint64_t file_number_;  // of the file that is written to, whatever has its name now
  onebot::Lifetime lifetime_;  // what is posted may come after us

  journal::Tables tables_;  // writer thread only; closed behind those that read, and takes the WAL away

  // loop thread only
  onebot::EarlierRun earlier_;
  journal::Lookup lookup_;
  onebot::StoreWatch* watch_ = nullptr;
  journal::Batch pending_;
  std::unique_ptr<journal::Batch> in_flight_;
  journal::Hold hold_;
  journal::Numbers numbers_;
  Told waiting_, told_in_flight_;
  onebot::io::Owner group_timer_, clean_timer_;
  std::chrono::milliseconds group_at_{};  // when the timer fires
  bool due_ = false;                      // it fired while a batch was in flight
  bool busy_ = false;                     // the last batch was a large one
  bool healthy_ = true;
  std::int64_t last_record_at_ = 0;  // us
  journal::Losses losses_;
  std::uint64_t failed_ = 0;     // reads besides those of events, and cleanings
  std::int64_t wall_ahead_ = 0;  // ms, of the log's clock

  journal::Outcome outcome_;  // of the batch in flight; of both threads
  std::unique_ptr<journal::OldEvents> history_;
  Worker writer_{"journal"};  // last: ends before what it uses
};

}  // namespace bridge
