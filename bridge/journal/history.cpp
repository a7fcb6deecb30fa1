#include "bridge/journal/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace bridge::journal {

using onebot::History;
using onebot::Result;
using onebot::Seq;

namespace {

constexpr std::chrono::seconds kRetry{1};
constexpr int kPatience = 3;      // tries before a disk that cannot read counts as damage, too
constexpr Seq kMostSingly = 500;  // entries read one by one for a page

// The first entry in [from, until) that is at least as young as `since`; until: none.
Result<Seq> first_since(Database& database, Seq from, Seq until, std::int64_t since) {
  ONEBOT_TRY(probe, database.prepare("SELECT seq, at FROM events WHERE seq >= ? AND seq < ? ORDER BY seq LIMIT 1"));
  Seq low = from, high = until;  // everything before low is too old; high and later is not
  while (low < high) {
    const Seq middle = low + (high - low) / 2;
    probe.bind(1, static_cast<std::int64_t>(middle));
    probe.bind(2, static_cast<std::int64_t>(high));
    ONEBOT_TRY(row, probe.step());
    const Seq found = row ? static_cast<Seq>(probe.integer(0)) : high;
    const bool old = row && probe.integer(1) < since;
    probe.reset();
    if (old)
      low = found + 1;
    else
      high = middle;
  }
  return low;
}

// A page while it is filled: up to so many bytes, but for one event that is longer than that.
struct Filling {
  OldPage& page;
  std::size_t most = 0, bytes = 0;

  // False: it is full, and the next begins here.
  bool add(Seq seq, std::string_view json) {
    if (!page.entries.empty() && bytes + json.size() > most) {
      page.next = seq;
      return false;
    }
    bytes += json.size();
    page.entries.emplace_back(seq, json);
    return true;
  }
};

}  // namespace

Result<OldPage> read_page(Database& database, Seq from, Seq until, std::int64_t since, std::size_t max_bytes) {
  OldPage page;
  page.next = until;
  if (from >= until) return page;
  ONEBOT_TRY(begin, first_since(database, from, until, since));
  ONEBOT_TRY(rows, database.prepare("SELECT seq, json FROM events WHERE seq >= ? AND seq < ? ORDER BY seq"));
  rows.bind(1, static_cast<std::int64_t>(begin));
  rows.bind(2, static_cast<std::int64_t>(until));
  Filling filling{page, max_bytes};
  Seq expected = from;  // numbers are given without gaps, so a gap is what was too old or has been deleted
  for (;;) {
    ONEBOT_TRY(row, rows.step());
    if (!row) break;
    const auto seq = static_cast<Seq>(rows.integer(0));
    if (!filling.add(seq, rows.bytes(1))) break;
    page.skipped += seq - expected;
    expected = seq + 1;
  }
  if (page.next == until) page.skipped += until - expected;
  return page;
}

Result<OldPage> read_what_can_be(Database& database, Seq from, Seq until, std::int64_t since, std::size_t max_bytes) {
  OldPage page;
  page.next = std::min(until, from + kMostSingly);
  ONEBOT_TRY(rows, database.prepare("SELECT at, json FROM events WHERE seq = ?"));
  Filling filling{page, max_bytes};
  for (Seq seq = from; seq < page.next; ++seq) {
    rows.bind(1, static_cast<std::int64_t>(seq));
    const Result<bool> row = rows.step();
    const bool readable = row && *row && rows.integer(0) >= since;
    const std::string json(readable ? rows.bytes(1) : std::string_view());
    rows.reset();
    if (!row) ++page.unreadable;
    if (!readable) ++page.skipped;
    if (readable && !filling.add(seq, json)) break;
  }
  return page;
}

Result<std::optional<std::string>> read_event(Database& database, Seq seq) {
  ONEBOT_TRY(rows, database.prepare("SELECT json FROM events WHERE seq = ?"));
  rows.bind(1, static_cast<std::int64_t>(seq));
  ONEBOT_TRY(found, rows.step());
  return found ? std::optional(std::string(rows.bytes(0))) : std::nullopt;
}

// Whoever waits for a page holds it.
struct OldEvents::Request final : onebot::io::Pending {
  Request(Seq begin, Seq end, std::int64_t oldest, std::size_t most, onebot::Told<Page> told)
      : from(begin), until(end), since(oldest), max_bytes(most), done(std::move(told)) {}

  Seq from, until;
  std::int64_t since;
  std::size_t max_bytes;
  onebot::Told<Page> done;
  int tries = 0;
  std::uint64_t skipped = 0;  // in front of `from`, by now
  onebot::io::Owner retry{};
  onebot::Lifetime lifetime;
};

onebot::io::Owner OldEvents::fetch(Seq from, Seq until, std::int64_t since, std::size_t max_bytes,
                                   onebot::Told<Page> done) {
  auto request = std::make_unique<Request>(from, until, since, max_bytes, std::move(done));
  read(*request);
  return request;
}

void OldEvents::read(Request& request) {
  auto came = lifetime_.guard(
      request.lifetime.guard([this, &request](Result<OldPage> page) { deliver(request, std::move(page)); }));
  const bool patient = ++request.tries < kPatience;
  worker_.run([this, came = std::move(came), patient, from = request.from, until = request.until, since = request.since,
               max_bytes = request.max_bytes] {
    auto page = std::make_shared<Result<OldPage>>(read_page(database_, from, until, since, max_bytes));
    const bool damaged = !*page && (database_.damaged() || (!patient && database_.cannot_read()));
    if (damaged) *page = read_what_can_be(database_, from, until, since, max_bytes);
    loop_.post([came, page]() mutable { came(std::move(*page)); });
  });
}

void OldEvents::deliver(Request& request, Result<OldPage> page) {
  if (page && page->entries.empty() && page->next < request.until) {  // nothing in it; the next may have something
    if (page->unreadable > 0) tell_unreadable(request, *page);
    request.from = page->next;
    request.skipped += page->skipped;
    request.tries = 0;
    return read(request);
  }
  if (page) {
    if (page->unreadable > 0) tell_unreadable(request, *page);
    page->skipped += request.skipped;
    const auto done = std::move(request.done);  // the request may end in it
    return done(*std::move(page));
  }
  log_.count("journal_read_failures");
  log_.line(onebot::LogLevel::error, fmt::format("journal read failed error=\"{}\" retry=1s", page.error().message));
  request.retry = loop_.after(kRetry, lifetime_.guard([this, &request] { read(request); }));
}

void OldEvents::tell_unreadable(const Request& request, const OldPage& page) {
  unreadable_ += page.unreadable;
  log_.count("journal_unreadable", page.unreadable);
  log_.line(
      onebot::LogLevel::error,
      fmt::format("the journal's file is damaged: events that cannot be read are left out events={} first={} end={}; "
                  "restore a backup, or let sqlite3 .recover it",
                  page.unreadable, request.from, page.next));
}

}  // namespace bridge::journal
