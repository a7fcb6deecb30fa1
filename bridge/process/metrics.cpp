#include "bridge/process/metrics.h"

#include <fmt/format.h>
#include <prometheus/text_serializer.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>
#include <utility>

namespace bridge {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

class Families {
 public:
  void gauge(const std::string& name, const std::string& help, double value, Labels labels = {}) {
    ClientMetric metric;
    metric.label = std::move(labels);
    metric.gauge.value = value;
    family(name, help, MetricType::Gauge).metric.push_back(std::move(metric));
  }
  void counter(const std::string& name, const std::string& help, double value, Labels labels = {}) {
    ClientMetric metric;
    metric.label = std::move(labels);
    metric.counter.value = value;
    family(name, help, MetricType::Counter).metric.push_back(std::move(metric));
  }
  std::string text() const {
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families_);
    return out.str();
  }

 private:
  // The samples of one family come one after the other.
  MetricFamily& family(const std::string& name, const std::string& help, MetricType type) {
    if (families_.empty() || families_.back().name != name) families_.push_back({name, help, type, {}});
    return families_.back();
  }

  std::vector<MetricFamily> families_;
};

void add_series(Families& families, const MetricFamily& family, std::string_view label,
                const onebot::Counts::Series& series, const Labels& labels) {
  for (const auto& [value, count] : series) {
    Labels all = labels;
    all.push_back({std::string(label), value});
    families.counter(family.name, family.help, static_cast<double>(count), std::move(all));
  }
}

// Every row is shown from the start, so that an alert on it has something to look at: for the process, or for each bot.
void add_counters(Families& families, const ProcessLog::Counters& counters) {
  for (std::size_t place = 0; place < onebot::kCounterCount; ++place) {
    const onebot::CounterRow& row = onebot::kCounters[place];
    for (const auto& [bot, counts] : counters) {
      const bool usual = bot.empty() == (row.of == onebot::CounterRow::Of::process);
      if (!usual && counts[place] == 0) continue;
      const std::string name = fmt::format("onebridge_{}_total", row.name), help(row.help);
      Labels labels = bot.empty() ? Labels{} : Labels{{"bot", bot}};
      const onebot::Counts::Series* series = counts.series(place);
      if (!series) families.counter(name, help, static_cast<double>(counts[place]), std::move(labels));
      if (series) add_series(families, {name, help, MetricType::Counter, {}}, row.label, *series, labels);
    }
  }
}

void add_gauges(Families& families, const Bridge::Gauges& gauges) {
  for (const auto& bot : gauges.bots) {
    families.gauge("onebridge_bot_online", "1 while the platform delivers events to the bot.", bot.online ? 1 : 0,
                   {{"bot", bot.key}, {"platform", bot.self.platform}, {"user_id", bot.self.user_id}});
  }
  for (const auto& consumer : gauges.consumers) {
    families.gauge("onebridge_consumer_lag_events", "Events in the log that the consumer has not confirmed.",
                   static_cast<double>(consumer.lag), {{"consumer", consumer.name}});
  }
  families.gauge("onebridge_log_next_seq", "Number of the next event in the log.", static_cast<double>(gauges.next));
  families.gauge("onebridge_uncommitted_bytes", "Bytes that wait for the journal.",
                 static_cast<double>(gauges.uncommitted_bytes));
  families.gauge("onebridge_actions_open", "Actions that wait for their answer.",
                 static_cast<double>(gauges.actions_open));
  families.gauge("onebridge_journal_healthy", "1 while commits work.", gauges.store_healthy ? 1 : 0);
}

}  // namespace

ProcessState process_state(double started) {
  ProcessState state{.started = started};
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> pages;  // the second number is the resident set
  state.resident_bytes = pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  std::error_code error;
  for (std::filesystem::directory_iterator file("/proc/self/fd", error), end; !error && file != end;
       file.increment(error)) {
    ++state.open_files;
  }
  return state;
}

std::string metrics_text(const ProcessLog::Counters& counters, const Bridge::Gauges& gauges,
                         const ProcessState& process) {
  Families families;
  families.gauge("onebridge_build_info", "The version.", 1, {{"version", ONEBRIDGE_VERSION}});
  add_counters(families, counters);
  add_gauges(families, gauges);
  families.gauge("process_start_time_seconds", "When the process began, in seconds since the epoch.", process.started);
  families.gauge("process_resident_memory_bytes", "Resident memory.", static_cast<double>(process.resident_bytes));
  families.gauge("process_open_fds", "Open file descriptors.", static_cast<double>(process.open_files));
  return families.text();
}

}  // namespace bridge
