// What the bridge counts, one row each: the only place where a counter gets its name, and what an operator reads of it.
// `/metrics` shows every row from the start, docs/metrics.md lists them, and a name that is no row does not compile.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

namespace onebot {

struct CounterRow {
  enum class Of { process, bot };  // what it is counted for: the whole process, or each bot
  std::string_view name{};
  Of of = Of::process;
  std::string_view help{};
  std::string_view label{};  // what else it is counted by: each value is a series of its own; "" = nothing
};

// clang-format off
inline constexpr CounterRow kCounters[] = {
    // events
    {"events",                        CounterRow::Of::process, "Events taken into the log."},
    {"events_duplicate",              CounterRow::Of::process, "Events dropped because the same one came before; platforms repeat what they think was lost."},
    {"events_malformed",              CounterRow::Of::bot,     "Native events that their row could not read; they went on as notices. The log names them: report one."},
    {"events_refused",                CounterRow::Of::process, "Events refused while shutting down or while the disk was hopelessly behind; look at the disk."},
    {"bots_lost",                     CounterRow::Of::process, "Bots that became another process's; this one has stopped serving them."},
    {"own_echoes",                    CounterRow::Of::bot,     "The bot's own messages that the platform showed it again; dropped."},
    {"interactions_acknowledged",     CounterRow::Of::bot,     "Uses of buttons and menus acknowledged in time."},
    {"interactions_not_acknowledged", CounterRow::Of::bot,     "Acknowledgements that the platform did not take; its users saw an error."},
    // ways in
    {"ingress_pushes",                CounterRow::Of::process, "Pushes that came to the address of a bot."},
    {"ingress_unknown_path",          CounterRow::Of::process, "Pushes to an address that is no bot's: compare the address in the platform's console with /<platform>/<app_id>."},
    {"ingress_wrong_method",          CounterRow::Of::process, "Requests to a bot's address that were no POST: scanners, or a browser."},
    {"requests_refused",              CounterRow::Of::process, "Requests refused before anybody looked at them, by `reason`: host (a name that is not in hosts), origin (a web page of another site), guesses (too many wrong tokens or signatures).", "reason"},
    {"connections_refused",           CounterRow::Of::process, "Connections refused, by `reason`: full (limits.connections), share (limits.connections_per_address), files (the process may open no more).", "reason"},
    {"connections_cut",               CounterRow::Of::process, "Connections closed to make room, by `reason`: places (an idle one, for another), memory (limits.inflight).", "reason"},
    {"webhook_refused",               CounterRow::Of::bot,     "Pushes without valid proof of origin: compare token, key and secret with the platform's console."},
    {"webhook_put_off",               CounterRow::Of::bot,     "Pushes answered with an error so that they come again: the bot was not ready or the log full."},
    {"webhook_invalid",               CounterRow::Of::bot,     "Pushes of no known shape."},
    {"long_connection_put_off",       CounterRow::Of::bot,     "Deliveries answered with an error so that they come again: the bot was not ready or the log full."},
    {"long_connection_invalid",       CounterRow::Of::bot,     "Deliveries over the long connection of no known shape."},
    {"long_connection_incomplete",    CounterRow::Of::bot,     "Messages in parts of which a part never came."},
    {"long_connection_closed",        CounterRow::Of::bot,     "Long connections that ended; each is replaced."},
    {"long_connection_failures",      CounterRow::Of::bot,     "Attempts to open a long connection that failed; the log says why."},
    {"gateway_closed",                CounterRow::Of::bot,     "Gateway connections that ended; each is replaced."},
    {"gateway_invalid_session",       CounterRow::Of::bot,     "Sessions that the gateway would not resume."},
    {"gateway_sessions_given_up",     CounterRow::Of::bot,     "Sessions given up because a connection broke twice at one place of them; events behind it may be lost."},
    {"frames_malformed",              CounterRow::Of::bot,     "Frames of a connection that could not be read, or only in part."},
    {"frames_too_long",               CounterRow::Of::bot,     "Messages of a platform beyond 16 MiB, read over and lost."},
    {"frames_unknown",                CounterRow::Of::bot,     "Frames of a kind that is not known."},
    // the platform's calls
    {"api_failures",                  CounterRow::Of::bot,     "Calls that the platform refused or did not answer; the log names them."},
    {"api_unknown_codes",             CounterRow::Of::bot,     "Refusals with a code of the platform's that the bridge does not know, by `code`; report them.", "code"},
    {"api_pauses",                    CounterRow::Of::bot,     "Calls that waited for the platform's rate."},
    {"token_failures",                CounterRow::Of::bot,     "Attempts to get an access token that failed: compare app_id and app_secret with the platform's console."},
    {"sent_while_away",               CounterRow::Of::bot,     "Messages sent while the bot had no session at the platform, which may not have shown them."},
    {"replies_dropped",               CounterRow::Of::bot,     "Messages sent without their reply segment, which the platform has no call for."},
    // applications
    {"actions",                       CounterRow::Of::process, "Actions that applications asked for."},
    {"actions_failed",                CounterRow::Of::process, "Requests answered with an error, those that are no action among them."},
    {"clients_refused",               CounterRow::Of::process, "Clients turned away, by `reason` (path, method, token, media_type, consumer, protocol, dialect); the log says who, why and what to do.", "reason"},
    {"requests_mistaken",             CounterRow::Of::process, "Requests that show a client set up wrongly, by `retcode`: no action, none of ours, no bot of ours; the log says what to do.", "retcode"},
    {"actions_late",                  CounterRow::Of::process, "Answers that came after the action's deadline."},
    {"actions_refused",               CounterRow::Of::process, "Actions refused because too many were open: an application that does not wait, or a platform that hangs."},
    {"actions_timeout",               CounterRow::Of::process, "Actions that nobody answered before their deadline."},
    {"consumers_overrun",             CounterRow::Of::process, "Connections closed because answers waited that their application did not read."},
    {"consumers_refused",             CounterRow::Of::process, "Names of consumers beyond the bound; they are served live only, until other names give way."},
    {"consumers_forgotten",           CounterRow::Of::process, "Names of consumers that gave way to new ones: not seen for an hour, or never confirmed an event."},
    {"consumers_nameless",            CounterRow::Of::process, "Connections without a name beside another one; they are served live only. Let each say ?consumer=NAME."},
    {"consumers_stalled",             CounterRow::Of::process, "Connections closed because their application had stopped reading."},
    {"events_left_out",               CounterRow::Of::process, "Events that a returning consumer was not given, older than delivery.replay or no longer kept."},
    {"consumers_without_pongs",       CounterRow::Of::process, "Forward connections whose application answers no pings: what its kernel has taken counts as delivered."},
    {"events_stepped_over",           CounterRow::Of::process, "Events left out for one consumer because connection after connection ended at them; the log names them."},
    {"events_too_long",               CounterRow::Of::process, "Events longer than a consumer takes."},
    {"requests_too_long",             CounterRow::Of::process, "Requests of applications beyond the size limit; answered, not carried out."},
    {"webhook_events_given_up",       CounterRow::Of::process, "Events that an application's webhook refused for good."},
    {"webhook_pushes_failed",         CounterRow::Of::process, "Pushes to an application's webhook that failed; they are repeated."},
    {"media_served",                  CounterRow::Of::process, "Files given to applications of OneBot 11 at the addresses they were told."},
    {"media_refused",                 CounterRow::Of::process, "Requests for such files that were refused, by `reason`: method, path, signature (no address of ours), expired, unknown (no longer kept), gone (the platform has lost it), busy, failed, late; the log says what to do.", "reason"},
    {"log_lines_left_out",            CounterRow::Of::process, "Lines of the log left out because nobody read them: look at what reads the log."},
    // disk
    {"journal_commits",               CounterRow::Of::process, "Transactions of the journal."},
    {"journal_events",                CounterRow::Of::process, "Events committed."},
    {"journal_failures",              CounterRow::Of::process, "Transactions that failed and are tried again: look at the disk."},
    {"journal_read_failures",         CounterRow::Of::process, "Reads of the journal that failed: look at the disk."},
    {"journal_unreadable",            CounterRow::Of::process, "Events that could not be read back, since the journal's file is damaged; they were left out."},
    {"events_deleted_waiting",        CounterRow::Of::process, "Events deleted for delivery.retention_size before a consumer had them: make it larger, or look at the consumer."},
    {"journal_cleanings",             CounterRow::Of::process, "Clean-ups of events beyond the retention."},
    {"journal_clean_failures",        CounterRow::Of::process, "Clean-ups of the journal that failed: look at the disk."},
    {"journal_holds",                 CounterRow::Of::process, "Times that platforms were told to wait for the disk."},
    {"journal_releases",              CounterRow::Of::process, "Times that they were told to go on."},
    {"files_clean_failures",          CounterRow::Of::process, "Clean-ups of stored files that failed: look at the disk."},
};
// clang-format on

inline constexpr std::size_t kCounterCount = std::size(kCounters);

// One row, by its name.
class Counter {
 public:
  consteval Counter(const char* name) : place_(find(name)) {}

  constexpr std::size_t place() const { return place_; }  // in kCounters
  constexpr std::string_view name() const { return kCounters[place_].name; }

 private:
  static consteval std::size_t find(std::string_view name) {
    for (std::size_t i = 0; i < kCounterCount; ++i) {
      if (kCounters[i].name == name) return i;
    }
    throw "no row of kCounters has this name";
  }

  std::size_t place_;
};

// What was counted for one bot, or for the process.
class Counts {
 public:
  using Series = std::map<std::string, std::uint64_t, std::less<>>;  // by the value of the label
  static constexpr std::size_t kMostSeries = 64;                     // of a counter; what else comes is "other"

  std::uint64_t& operator[](std::size_t place) { return all_[place]; }
  std::uint64_t operator[](std::size_t place) const { return all_[place]; }

  void add(Counter counter, std::string_view value) {
    ++all_[counter.place()];
    Series& series = series_[counter.place()];
    if (series.size() >= kMostSeries && !series.contains(value)) value = "other";
    if (const auto found = series.find(value); found != series.end()) {
      ++found->second;
    } else {
      series.emplace(value, 1);
    }
  }
  // nullptr: nothing was counted by a label.
  const Series* series(std::size_t place) const {
    const auto found = series_.find(place);
    return found == series_.end() ? nullptr : &found->second;
  }

 private:
  std::array<std::uint64_t, kCounterCount> all_{};  // by place
  std::map<std::size_t, Series> series_{};          // the same
};

}  // namespace onebot
