// A store in memory, on a disk that outlives it: what was committed a new store finds again, what was not is lost. It
// fails, waits, forgets and gives bots away when the test says so.

#pragma once

#include "onebot/lifetime.h"
#include "onebot/store.h"
#include "tests/fakes_loop.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace fakes {

struct Disk {
  struct Entry {
    std::int64_t at = 0;
    std::string json{};
  };
  struct Kept {
    int order = 0;
    onebot::Record record{};
  };
  using Name = std::tuple<std::string, std::string, std::string>;  // bot, kind, key

  std::vector<Entry> entries{};  // the first has number 1
  std::vector<std::uint64_t> seen{};
  std::map<Name, Kept> records{};
  std::map<std::string, onebot::Seq, std::less<>> places{};
  int commits = 0;

  // In the hands of the test.
  enum class Mood { well, full, silent };  // full: commits fail; silent: they do not end
  Mood mood = Mood::well;
};

class Store final : public onebot::Store, private onebot::History {
 public:
  struct Options {
    std::chrono::milliseconds order{0};  // until others have agreed where an entry stands; 0: inside append()
    std::chrono::milliseconds group{5};  // from a change to its commit
    std::chrono::milliseconds retry{250};
    std::size_t high_water = 8 << 20;
    std::size_t low_water = 2 << 20;
  };

  Store(Loop& loop, Disk& disk) : Store(loop, disk, Options{}) {}
  Store(Loop& loop, Disk& disk, Options options)
      : loop_(loop),
        disk_(disk),
        options_(options),
        earlier_{.next = disk.entries.size() + 1, .places = disk.places, .seen = disk.seen},
        records_(disk.records),
        places_(disk.places) {
    for (const auto& [name, kept] : records_) last_order_ = std::max(last_order_, kept.order);
    if (!disk.entries.empty()) last_at_ = disk.entries.back().at;
  }

  // Another process has the bot from now on; "": all of them.
  void lose(std::string bot, std::string why) {
    loop_.post(lifetime_.guard([this, bot = std::move(bot), why = std::move(why)] {
      if (watch_) watch_->on_lost(bot, why);
    }));
  }

  onebot::EarlierRun& earlier() override { return earlier_; }
  void watch(onebot::StoreWatch* watch) override { watch_ = watch; }
  onebot::History& history() override { return *this; }
  std::int64_t now() const override { return static_cast<std::int64_t>(loop_.wall() * 1000); }
  bool healthy() const override { return healthy_; }
  std::size_t uncommitted_bytes() const override { return bytes_; }

  void append(onebot::Draft draft) override {
    auto waiting =
        std::make_shared<Waiting>(std::vector(draft.events.begin(), draft.events.end()),
                                  std::vector(draft.seen.begin(), draft.seen.end()), std::move(draft.committed));
    for (onebot::Record& record : draft.records) set_record(draft.bot, std::move(record));
    for (const std::string& json : waiting->events) bytes_ += kEntry + json.size();
    waiting_.push_back(std::move(waiting));
    if (options_.order.count() == 0) {
      put_in_order();
    } else if (!ordering_) {
      ordering_ = loop_.after(options_.order, [this] {
        const auto fired = std::move(ordering_);
        put_in_order();
      });
    }
    changed();
  }
  void set_place(std::string_view consumer, onebot::Seq next) override {
    places_[std::string(consumer)] = next;
    if (next == 0) places_.erase(std::string(consumer));
    changed();
  }
  void keep(std::string_view bot, onebot::Record record) override {
    set_record(bot, std::move(record));
    changed();
  }
  std::vector<onebot::Record> recall(std::string_view bot, std::string_view kind) override {
    std::vector<Disk::Kept> found;
    for (const auto& [name, kept] : records_) {
      if (std::get<0>(name) == bot && std::get<1>(name) == kind) found.push_back(kept);
    }
    std::ranges::sort(found, {}, &Disk::Kept::order);
    std::vector<onebot::Record> records;
    for (auto& kept : found) records.push_back(std::move(kept.record));
    return records;
  }
  bool flush(std::chrono::milliseconds) override {
    if (disk_.mood == Disk::Mood::silent) return !dirty_;
    put_in_order();
    commit();
    return !dirty_;
  }

 private:
  static constexpr std::size_t kEntry = 64;

  struct Waiting {
    std::vector<std::string> events{};
    std::vector<std::uint64_t> seen{};
    std::function<void(bool)> committed{};
  };

  void set_record(std::string_view bot, onebot::Record record) {
    const Disk::Name name(bot, record.kind, record.key);
    records_.erase(name);
    if (!record.value.empty()) records_.emplace(name, Disk::Kept{++last_order_, std::move(record)});
  }
  void put_in_order() {
    last_at_ = std::max(last_at_, static_cast<std::int64_t>(loop_.wall() * 1000));
    for (const auto& waiting : std::exchange(waiting_, {})) {
      for (const std::string& json : waiting->events) {
        const auto appended = watch_->on_entry(json, last_at_);
        next_ = appended.seq + 1;
        entries_.push_back({appended.at, std::string(appended.json)});
      }
      seen_.insert(seen_.end(), waiting->seen.begin(), waiting->seen.end());
      if (waiting->committed) told_.push_back(std::move(waiting->committed));
    }
  }
  void changed() {
    dirty_ = true;
    check_hold();
    if (!timer_) commit_after(healthy_ ? options_.group : options_.retry);
  }
  void commit_after(std::chrono::milliseconds delay) {
    timer_ = loop_.after(delay, [this] {
      const auto fired = std::move(timer_);
      commit();
    });
  }
  void commit() {
    if (!dirty_) return;
    if (disk_.mood == Disk::Mood::silent) return commit_after(options_.group);
    const bool done = disk_.mood == Disk::Mood::well;
    const auto told = std::exchange(told_, {});
    if (done) write();
    if (std::exchange(healthy_, done) != done && watch_) watch_->on_health(done);
    if (done && watch_ && next_ > std::exchange(told_next_, next_)) watch_->on_committed(next_);
    if (!done) commit_after(options_.retry);
    for (const auto& tell : told) tell(done);
    check_hold();
  }
  // What is not in order yet waits for the next commit.
  void write() {
    ++disk_.commits;
    disk_.entries.insert(disk_.entries.end(), entries_.begin(), entries_.end());
    disk_.seen.insert(disk_.seen.end(), seen_.begin(), seen_.end());
    disk_.records = records_;
    disk_.places = places_;
    entries_.clear(), seen_.clear();
    bytes_ = 0;
    for (const auto& waiting : waiting_) {
      for (const std::string& json : waiting->events) bytes_ += kEntry + json.size();
    }
    dirty_ = !waiting_.empty();
    if (dirty_ && !timer_) commit_after(options_.group);
  }
  void check_hold() {
    loop_.post(lifetime_.guard([this] {
      const bool hold = held_ ? bytes_ >= options_.low_water : bytes_ > options_.high_water;
      if (std::exchange(held_, hold) != hold && watch_) watch_->on_hold(hold);
    }));
  }

  struct Asked final : io::Pending {
    onebot::Lifetime lifetime{};
  };
  io::Owner fetch(onebot::Seq from, onebot::Seq until, std::int64_t since, std::size_t max_bytes,
                  std::function<void(Page)> done) override {
    auto asked = std::make_unique<Asked>();
    loop_.post(lifetime_.guard(asked->lifetime.guard([this, from, until, since, max_bytes, done = std::move(done)] {
      const auto told = done;  // whoever waits may end in it
      told(page(from, until, since, max_bytes));
    })));
    return asked;
  }
  Page page(onebot::Seq from, onebot::Seq until, std::int64_t since, std::size_t max_bytes) const {
    Page page{.next = until};
    std::size_t bytes = 0;
    for (onebot::Seq seq = from; seq < until; ++seq) {
      if (seq > disk_.entries.size() || disk_.entries[seq - 1].at < since) {
        ++page.skipped;
        continue;
      }
      const std::string& json = disk_.entries[seq - 1].json;
      if (!page.entries.empty() && bytes + json.size() > max_bytes) {
        page.next = seq;
        break;
      }
      bytes += json.size();
      page.entries.emplace_back(seq, json);
    }
    return page;
  }

  Loop& loop_;
  Disk& disk_;
  Options options_;
  onebot::EarlierRun earlier_;
  onebot::StoreWatch* watch_ = nullptr;

  std::vector<std::shared_ptr<Waiting>> waiting_;  // not in order yet
  std::vector<Disk::Entry> entries_;               // in order, not committed
  std::vector<std::uint64_t> seen_;
  std::map<Disk::Name, Disk::Kept> records_;
  std::map<std::string, onebot::Seq, std::less<>> places_;
  std::vector<std::function<void(bool)>> told_;
  onebot::Seq next_ = earlier_.next, told_next_ = earlier_.next;
  std::int64_t last_at_ = 0;
  int last_order_ = 0;
  std::size_t bytes_ = 0;
  bool dirty_ = false, healthy_ = true, held_ = false;
  io::Owner ordering_, timer_;
  onebot::Lifetime lifetime_;
};

}  // namespace fakes
