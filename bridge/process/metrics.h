// Metrics in Prometheus' text format: the counters of the log and what the bridge knows now.
// metrics.cpp is the only file that names prometheus-cpp.

#pragma once

#include "bridge/bridge.h"
#include "bridge/process/log.h"

#include <string>

namespace bridge {

struct ProcessState {
  double started = 0;  // seconds since the epoch
  std::uint64_t resident_bytes = 0;
  std::uint64_t open_files = 0;
};
ProcessState process_state(double started);

std::string metrics_text(const ProcessLog::Counters& counters, const Bridge::Gauges& gauges,
                         const ProcessState& process);

}  // namespace bridge
