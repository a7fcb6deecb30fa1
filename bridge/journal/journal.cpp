#include "bridge/journal/journal.h"

#include "bridge/journal/damage.h"
#include "bridge/journal/recollection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace bridge {

using onebot::Record;
using onebot::Result;
using onebot::Seq;
using onebot::Status;

namespace {

constexpr std::chrono::seconds kCleanEvery{10};
constexpr std::chrono::milliseconds kCleanPause{10};  // between two portions
constexpr std::chrono::milliseconds kFirstClean{1'000};
constexpr std::int64_t kJump = 60'000;  // ms that the system's clock may be put right at a time, without a word

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(onebot::io::Loop& loop, onebot::Log& log, Options options) {
  ONEBOT_TRY(dir, DataDir::open(options.data_dir));
  ONEBOT_TRY(tables, journal::Tables::open(dir, options.busy_timeout));
  const journal::LogClock clock(tables.kept_clock(), static_cast<std::int64_t>(loop.wall() * 1000), loop.now());
  ONEBOT_TRY(start, tables.start(clock.at(loop.now())));
  const std::string path = dir.file(journal::Tables::kFile);
  ONEBOT_TRY(lookup, journal::Lookup::open(path, options.busy_timeout));
  ONEBOT_TRY(pages, journal::Database::open(path, journal::Database::Access::read, options.busy_timeout));
  auto history = std::make_unique<journal::OldEvents>(loop, log, std::move(pages));
  return std::unique_ptr<Journal>(new Journal(loop, log, std::move(options), std::move(dir), clock, std::move(tables),
                                              std::move(start), std::move(lookup), std::move(history)));
}

Journal::Journal(onebot::io::Loop& loop, onebot::Log& log, Options options, DataDir dir, const journal::LogClock& clock,
                 journal::Tables tables, journal::Start start, journal::Lookup lookup,
                 std::unique_ptr<journal::OldEvents> history)
    : loop_(loop),
      log_(log),
      options_(std::move(options)),
      dir_(std::move(dir)),
      first_at_(start.last_at),
      clock_(clock),
      file_number_(dir_.number_of(journal::Tables::kFile)),
      tables_(std::move(tables)),
      earlier_(std::move(start.earlier)),
      lookup_(std::move(lookup)),
      hold_(loop, log, *this, options_.high_water, options_.low_water),
      numbers_(lookup_.numbers, log, pending_, in_flight_, [this] { changed(); }),
      losses_(loop, log),
      history_(std::move(history)) {
  wall_ahead_ = wall_ms() - now();
  schedule_cleaning(kFirstClean);
}

Journal::~Journal() = default;

// --- what the next commit takes along ---

void Journal::append(onebot::Draft draft) {
  const std::int64_t at = std::max(first_at_, now());
  for (const std::string& json : draft.events) pending_.add(watch_->on_entry(json, at));
  for (const std::uint64_t hash : draft.seen) pending_.add_seen(hash);
  for (Record& record : draft.records) set_record(draft.bot, std::move(record));
  if (draft.committed) waiting_.push_back(std::move(draft.committed));
  if (!pending_.empty() || !waiting_.empty()) changed();
}

void Journal::keep(std::string_view bot, Record record) {
  set_record(bot, std::move(record));
  changed();
}

void Journal::set_record(std::string_view bot, Record record) {
  last_record_at_ = std::max(last_record_at_ + 1, now() * 1000);
  pending_.set({std::string(bot), std::move(record.kind), std::move(record.key)},
               {std::move(record.value), last_record_at_});
}

void Journal::set_place(std::string_view consumer, Seq next) {
  pending_.set_cursor(consumer, next);
  changed();
}

std::vector<Record> Journal::recall(std::string_view bot, std::string_view kind) {
  journal::Recollection found(bot, kind);
  if (const Status done = found.read(lookup_.database); !done)
    not_read(fmt::format("recall failed bot={} kind={}", bot, kind), done.error(), "start_without");
  if (in_flight_) found.overlay(*in_flight_);
  found.overlay(pending_);
  return found.take();
}

std::optional<std::string> Journal::event(Seq seq) {
  auto json = journal::read_event(lookup_.database, seq);
  if (json) return *std::move(json);
  not_read(fmt::format("lookup of event {} failed", seq), json.error(), "as_if_not_kept");
  return std::nullopt;
}

void Journal::not_read(std::string_view what, const onebot::Error& error, std::string_view next) {
  ++failed_;
  log_.count("journal_read_failures");
  log_.line(onebot::LogLevel::error, fmt::format("journal {} error=\"{}\" next={}", what, error.message, next));
}

// --- group commit ---

void Journal::changed() {
  hold_.check();
  const bool large = pending_.size() >= options_.group_bytes && healthy_ && !in_flight_;
  const auto group = busy_ && waiting_.empty() ? options_.group_busy : options_.group;
  const auto delay = large ? std::chrono::milliseconds(0) : healthy_ ? group : options_.retry;
  const auto at = loop_.now() + delay;
  if (due_ || (group_timer_ && group_at_ <= at)) return;
  group_at_ = at;
  group_timer_ = loop_.after(delay, [this] {
    const auto fired = std::move(group_timer_);
    hand_over();
  });
}

void Journal::hand_over() {
  due_ = in_flight_ != nullptr;
  if (due_) return;  // settle() comes back here
  group_timer_.reset();
  told_in_flight_ = std::exchange(waiting_, {});
  if (pending_.empty()) {
    for (const auto& told : std::exchange(told_in_flight_, {})) told(true);
    return;
  }
  busy_ = pending_.size() >= options_.group_bytes / 8;
  pending_.at = now();
  pending_.wall = wall_ms();
  pending_.rows_put = numbers_.put();
  in_flight_ = std::make_unique<journal::Batch>(std::exchange(pending_, {}));
  submit();
}

void Journal::submit() {
  writer_.run([this, batch = in_flight_.get(), posted = lifetime_.guard([this] { settle(); })]() mutable {
    outcome_.set(tables_.commit(*batch));
    loop_.post(std::move(posted));
  });
}

void Journal::settle() {
  const std::optional<Status> outcome = outcome_.take();
  if (!outcome) return;  // flush() was first
  const auto batch = std::exchange(in_flight_, nullptr);
  const Told told = std::exchange(told_in_flight_, {});
  if (!*outcome) {
    batch->follow_with(std::exchange(pending_, {}));
    pending_ = std::move(*batch);
    settle_failed(outcome->error());
    numbers_.not_committed();
  } else {
    log_.count("journal_commits");
    log_.count("journal_events", batch->events.size());
    set_health(true);
    if (watch_ && !batch->events.empty()) watch_->on_committed(batch->events.back().seq + 1);
    numbers_.committed(batch->rows_put);
  }
  for (const auto& tell : told) tell(outcome->has_value());
  hold_.check();
  const bool now = std::exchange(due_, false) && healthy_;
  if (now)
    hand_over();
  else if (!pending_.empty() || !waiting_.empty())
    changed();
}

void Journal::settle_failed(const onebot::Error& error) {
  log_.count("journal_failures");
  if (healthy_) {
    log_.line(onebot::LogLevel::error, fmt::format("journal commit failed error=\"{}\" waiting_bytes={} retry={}ms",
                                                   error.message, pending_.size(), options_.retry.count()));
  }
  set_health(false);
}

void Journal::set_health(bool healthy) {
  if (std::exchange(healthy_, healthy) == healthy) return;
  group_timer_.reset();  // the pace is another one now
  if (healthy) log_.line(onebot::LogLevel::info, "journal commits again");
  if (watch_) watch_->on_health(healthy);
}

bool Journal::flush(std::chrono::milliseconds budget) {
  const auto deadline = std::chrono::steady_clock::now() + budget;
  for (;;) {
    if (!in_flight_) {
      if (pending_.empty() && waiting_.empty()) return true;
      hand_over();
      continue;
    }
    if (!outcome_.wait_until(deadline)) return false;
    settle();
    if (!healthy_) return false;
  }
}

// --- retention ---

void Journal::schedule_cleaning(std::chrono::milliseconds delay) {
  clean_timer_ = loop_.after(delay, [this] { clean(); });
}

void Journal::clean() {
  const auto timer = std::move(clean_timer_);
  watch_clock();
  auto told = lifetime_.guard([this](const Result<journal::Tables::Cleaned>& done) { cleaned(done); });
  writer_.run([this, at = now(), told = std::move(told)] {
    loop_.post([told, done = tables_.clean(at, options_.retention)]() mutable { told(done); });
  });
}

void Journal::cleaned(const Result<journal::Tables::Cleaned>& cleaned) {
  log_.count("journal_cleanings");
  if (!cleaned) {
    ++failed_;
    log_.count("journal_clean_failures");
    log_.line(onebot::LogLevel::warn,
              fmt::format("journal cleaning failed error=\"{}\" retry=10s", cleaned.error().message));
  } else {
    losses_.add(cleaned->lost, wall_ahead_);
    numbers_.forgotten(cleaned->messages);
  }
  const bool more = cleaned && cleaned->more;
  if (!more) losses_.tell();
  schedule_cleaning(more ? kCleanPause : std::chrono::milliseconds(kCleanEvery));
}

void Journal::watch_clock() {
  const std::int64_t ahead = wall_ms() - now();
  const std::int64_t jump = ahead - std::exchange(wall_ahead_, ahead);
  if (std::abs(jump) < kJump) return;
  log_.line(onebot::LogLevel::warn,
            fmt::format("the system's clock has jumped seconds={}; the age of events goes on with the time that passes",
                        jump / 1000));
  pending_.clock = true;
  changed();
}

std::vector<std::string> Journal::problems() const {
  std::vector<std::string> problems;
  if (!healthy_)
    problems.emplace_back("journal: the last commit failed; platforms are not acknowledged until one succeeds");
  const std::string path = dir_.file(journal::Tables::kFile);
  if (dir_.number_of(journal::Tables::kFile) != file_number_) problems.push_back(journal::replaced(path));
  if (const auto events = history_->unreadable(); events > 0) problems.push_back(journal::unreadable(path, events));
  if (failed_ > 0) problems.push_back(journal::unusable(path, failed_));
  return problems;
}

}  // namespace bridge
