#include "bridge/journal/journal.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
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
constexpr std::chrono::minutes kTellLosses{10};
constexpr std::int64_t kJump = 60'000;  // ms that the system's clock may be put right at a time, without a word

std::string utc(std::int64_t ms) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(ms / 1000)));
}

}  // namespace

Result<std::unique_ptr<Journal>> Journal::open(onebot::io::Loop& loop, onebot::Log& log, Options options) {
  ONEBOT_TRY(dir, DataDir::open(options.data_dir));
  ONEBOT_TRY(tables, journal::Tables::open(dir, options.busy_timeout));
  const journal::LogClock clock(tables.kept_clock(), static_cast<std::int64_t>(loop.wall() * 1000), loop.now());
  ONEBOT_TRY(start, tables.start(clock.at(loop.now())));
  const std::string path = dir.file(journal::Tables::kFile);
  constexpr auto kRead = journal::Database::Access::read;
  ONEBOT_TRY(lookup, journal::Database::open(path, kRead, options.busy_timeout));
  ONEBOT_TRY(pages, journal::Database::open(path, kRead, options.busy_timeout));
  auto history = std::make_unique<journal::OldEvents>(loop, log, std::move(pages));
  return std::unique_ptr<Journal>(new Journal(loop, log, std::move(options), std::move(dir), clock, std::move(tables),
                                              std::move(start), std::move(lookup), std::move(history)));
}

Journal::Journal(onebot::io::Loop& loop, onebot::Log& log, Options options, DataDir dir, const journal::LogClock& clock,
                 journal::Tables tables, journal::Start start, journal::Database lookup,
                 std::unique_ptr<journal::OldEvents> history)
    : loop_(loop),
      log_(log),
      options_(std::move(options)),
      dir_(std::move(dir)),
      first_at_(start.last_at),
      clock_(clock),
      file_number_(dir_.number_of(journal::Tables::kFile)),
      earlier_(std::move(start.earlier)),
      lookup_(std::move(lookup)),
      tables_(std::move(tables)),
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
  std::vector<std::pair<std::int64_t, Record>> found;
  const auto overlay = [&](const journal::Batch& batch) {
    for (const auto& [key, kept] : batch.records) {
      if (key.bot != bot || key.kind != kind) continue;
      std::erase_if(found, [&name = key.key](const auto& old) { return old.second.key == name; });
      if (!kept.value.empty()) found.push_back({kept.at, {key.kind, key.key, kept.value}});
    }
  };
  const auto read = [&]() -> Status {
    ONEBOT_TRY(rows, lookup_.prepare("SELECT key, value, at FROM records WHERE bot = ? AND kind = ?"));
    rows.bind_text(1, bot);
    rows.bind_text(2, kind);
    for (;;) {
      ONEBOT_TRY(row, rows.step());
      if (!row) return {};
      found.push_back({rows.integer(2), {std::string(kind), std::string(rows.bytes(0)), std::string(rows.bytes(1))}});
    }
  };
  if (const Status done = read(); !done) {
    log_.count("journal_read_failures");
    log_.line(onebot::LogLevel::error,
              fmt::format("journal recall failed bot={} kind={} error=\"{}\" next=start_without", bot, kind,
                          done.error().message));
  }
  if (in_flight_) overlay(*in_flight_);
  overlay(pending_);
  std::ranges::sort(found, {}, [](const auto& entry) { return entry.first; });
  std::vector<Record> records;
  for (auto& [at, record] : found) records.push_back(std::move(record));
  return records;
}

// --- group commit ---

void Journal::changed() {
  check_hold();
  const bool large = pending_.bytes >= options_.group_bytes && healthy_ && !in_flight_;
  const auto delay = large ? std::chrono::milliseconds(0) : healthy_ ? options_.group : options_.retry;
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
  pending_.at = now();
  pending_.wall = wall_ms();
  in_flight_ = std::make_unique<journal::Batch>(std::exchange(pending_, {}));
  submit();
}

void Journal::submit() {
  writer_.run([this, batch = in_flight_.get(), posted = lifetime_.guard([this] { settle(); })]() mutable {
    Status done = tables_.commit(*batch);
    {
      const std::lock_guard lock(mutex_);
      outcome_ = std::move(done);
    }
    finished_.notify_one();
    loop_.post(std::move(posted));
  });
}

void Journal::settle() {
  std::optional<Status> outcome;
  {
    const std::lock_guard lock(mutex_);
    outcome = std::exchange(outcome_, std::nullopt);
  }
  if (!outcome) return;  // flush() was first
  const auto batch = std::exchange(in_flight_, nullptr);
  const Told told = std::exchange(told_in_flight_, {});
  if (!*outcome) {
    batch->follow_with(std::exchange(pending_, {}));
    pending_ = std::move(*batch);
    settle_failed(outcome->error());
  } else {
    log_.count("journal_commits");
    log_.count("journal_events", batch->events.size());
    set_health(true);
    if (watch_ && !batch->events.empty()) watch_->on_committed(batch->events.back().seq + 1);
  }
  for (const auto& tell : told) tell(outcome->has_value());
  check_hold();
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
                                                   error.message, pending_.bytes, options_.retry.count()));
  }
  set_health(false);
}

void Journal::set_health(bool healthy) {
  if (std::exchange(healthy_, healthy) == healthy) return;
  group_timer_.reset();  // the pace is another one now
  if (healthy) log_.line(onebot::LogLevel::info, "journal commits again");
  if (watch_) watch_->on_health(healthy);
}

// Told from the loop, not from the middle of whoever appends.
void Journal::check_hold() {
  const std::size_t bytes = uncommitted_bytes();
  const bool hold = held_ ? bytes >= options_.low_water : bytes > options_.high_water;
  if (hold == held_ || hold_posted_) return;
  hold_posted_ = true;
  loop_.post(lifetime_.guard([this] {
    hold_posted_ = false;
    const std::size_t now = uncommitted_bytes();
    const bool wanted = held_ ? now >= options_.low_water : now > options_.high_water;
    if (std::exchange(held_, wanted) == wanted) return;
    log_.count(wanted ? onebot::Counter("journal_holds") : onebot::Counter("journal_releases"));
    if (watch_) watch_->on_hold(wanted);
  }));
}

bool Journal::flush(std::chrono::milliseconds budget) {
  const auto deadline = std::chrono::steady_clock::now() + budget;
  for (;;) {
    if (!in_flight_) {
      if (pending_.empty() && waiting_.empty()) return true;
      hand_over();
      continue;
    }
    {
      std::unique_lock lock(mutex_);
      if (!finished_.wait_until(lock, deadline, [this] { return outcome_.has_value(); })) return false;
    }
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
    log_.count("journal_clean_failures");
    log_.line(onebot::LogLevel::warn,
              fmt::format("journal cleaning failed error=\"{}\" retry=10s", cleaned.error().message));
  } else {
    for (const journal::Loss& loss : cleaned->lost) {
      log_.count("events_deleted_waiting", loss.events);
      lost_[loss.consumer].add(loss);
    }
  }
  const bool more = cleaned && cleaned->more;
  if (!more && !loss_timer_) tell_losses();
  schedule_cleaning(more ? kCleanPause : std::chrono::milliseconds(kCleanEvery));
}

// One line for each consumer, and the next one only after a while: it may lose events for as long as it is away.
void Journal::tell_losses() {
  if (lost_.empty()) return;
  for (const auto& [consumer, loss] : std::exchange(lost_, {})) {
    log_.line(
        onebot::LogLevel::error,
        fmt::format("events deleted for delivery.retention_size before consumer={} had them events={} from={} to={}",
                    consumer, loss.events, utc(loss.from + wall_ahead_), utc(loss.to + wall_ahead_)));
  }
  loss_timer_ = loop_.after(kTellLosses, [this] {
    const auto timer = std::move(loss_timer_);
    tell_losses();
  });
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
  if (dir_.number_of(journal::Tables::kFile) != file_number_) {
    problems.push_back(
        fmt::format("journal: {} was removed or replaced while it is in use; what is written now is lost at "
                    "the next start: restart, with the file back in its place if there is a copy",
                    dir_.file(journal::Tables::kFile)));
  }
  if (const auto unreadable = history_->unreadable(); unreadable > 0) {
    problems.push_back(
        fmt::format("journal: {} events could not be read back and were left out: {} is damaged; stop, and "
                    "restore a backup or let sqlite3 .recover it",
                    unreadable, dir_.file(journal::Tables::kFile)));
  }
  return problems;
}

}  // namespace bridge
