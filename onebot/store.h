// Store: what the core asks of whatever keeps things over restarts: the entries of the log and what came with them, the
// places of consumers, the records of bots.
//
//   Draft --append()--> store --on_entry()--> log --commit--> on_committed(), Draft::committed(true)
//                         ^                           | failed
//                         `---- tried again by itself -'----> Draft::committed(false)
//
// Nothing here says on how many machines a store is. It decides the order of entries, and when they are there: on one
// machine inside append(), elsewhere once others agree. Commits are told later. A bot that was ours may become another
// process's (on_lost). Loop thread only, and nothing but on_entry() is called inside a call of a store.

#pragma once

#include "onebot/adapter.h"
#include "onebot/event_log.h"
#include "onebot/told.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace onebot {

// For how long, and how many, hashes of deliveries come back after a restart.
inline constexpr std::chrono::hours kSeenFor{12};
inline constexpr std::size_t kSeenBound = 1'000'000;

// What one arrival leaves: committed together, or not at all. Views are valid during the call of append().
struct Draft {
  std::string_view bot{};                 // "platform/app_id", whose records these are
  std::span<const std::string> events{};  // as JSON, the same bytes that applications get
  std::span<const std::uint64_t> seen{};  // hashes of the platform's names for the delivery
  std::vector<Record> records{};
  // Called once all of this, and all that was given before, is safe (true), or could not be made so yet (false): then
  // it is tried again, and whoever comes with the same delivery hears of that. May be empty.
  Told<bool> committed{};
};

class Ledger {
 public:
  virtual ~Ledger() = default;
  virtual void append(Draft draft) = 0;
  virtual std::size_t uncommitted_bytes() const = 0;  // about what waits for a commit
  virtual History& history() = 0;                     // of committed entries
  // The time by which entries have an age: it goes on with what passes, whatever the system's clock does.
  virtual std::int64_t now() const = 0;  // ms since the epoch
};

class Places {
 public:
  virtual ~Places() = default;
  // The first entry a consumer has not confirmed. Never committed before the entries in front of it. 0: it is
  // forgotten.
  virtual void set_place(std::string_view consumer, Seq next) = 0;
};

class Records {
 public:
  virtual ~Records() = default;
  virtual void keep(std::string_view bot, Record record) = 0;  // value "" forgets it
  // Oldest first, with what is not committed yet. May block: for the start of an adapter.
  virtual std::vector<Record> recall(std::string_view bot, std::string_view kind) = 0;
};

class Durability {
 public:
  virtual ~Durability() = default;
  virtual bool healthy() const = 0;  // the last commit worked
  // Blocks until everything is safe, and has told so; false: it is not, within the budget or at all.
  virtual bool flush(std::chrono::milliseconds budget) = 0;
};

// What an earlier run left.
struct EarlierRun {
  Seq next = 1;                                      // the number of the first new entry
  std::map<std::string, Seq, std::less<>> places{};  // none beyond `next`
  std::vector<std::uint64_t> seen{};                 // oldest first
};

// Whoever stands on a store.
class StoreWatch {
 public:
  virtual ~StoreWatch() = default;
  // The next entry, as the store has put it in order; `at` (ms since the epoch) never falls. The log gives it the
  // number behind its last one.
  virtual EventLog::Appended on_entry(std::string_view json, std::int64_t at) = 0;
  virtual void on_committed(Seq next) = 0;  // every entry before next is safe, and in history()
  virtual void on_hold(bool hold) = 0;      // true: too much is uncommitted; false: go on
  virtual void on_health(bool healthy) = 0;
  // Not ours any more, for good: what the bot still says is refused. bot "": all of them.
  virtual void on_lost(std::string_view bot, std::string_view why) = 0;
};

class Store : public Ledger, public Places, public Records, public Durability {
 public:
  // `seen` and `places` are the caller's to take.
  virtual EarlierRun& earlier() = 0;
  // Before the first draft. nullptr: nobody is told any more.
  virtual void watch(StoreWatch* watch) = 0;
};

}  // namespace onebot
