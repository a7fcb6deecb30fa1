#include "bridge/config/limits.h"

#include <chrono>

namespace bridge::config {

namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kLeastInflight = 4 << 20;               // bytes; a few of the longest requests
constexpr std::int64_t kMostInflight = std::int64_t{1} << 40;  // bytes
constexpr std::int64_t kMostConnections = 8'000;               // of all the files that the process may open
constexpr std::int64_t kSecond = 1'000, kHour = 3'600'000;     // ms

constexpr Rule kLimits[] = {
    {"inflight", Kind::size, false, "", "64MiB", kLeastInflight, kMostInflight},
    {"connections", Kind::integer, false, "", "1024", 1, kMostConnections},
    {"connections_per_address", Kind::integer, false, "", "", 1, kMostConnections},
    {"refusals", Kind::integer, false, "", "20", 0, 1'000'000},
    {"request_timeout", Kind::duration, false, "", "30s", kSecond, kHour},
    {"idle_timeout", Kind::duration, false, "", "60s", kSecond, kHour},
};

}  // namespace

net::ServerLimits read_limits(const Node* node, Findings& findings) {
  const Section section = read_section(node, "limits", kLimits, findings);
  net::ServerLimits limits;
  limits.inflight = static_cast<std::size_t>(section.integer("inflight"));
  limits.connections = static_cast<std::size_t>(section.integer("connections"));
  const auto share = static_cast<std::size_t>(section.integer("connections_per_address"));
  limits.per_peer = share > 0 ? share : (limits.connections * 3 + 3) / 4;
  limits.refusals = static_cast<int>(section.integer("refusals"));
  limits.request = milliseconds(section.integer("request_timeout"));
  limits.idle = milliseconds(section.integer("idle_timeout"));
  return limits;
}

}  // namespace bridge::config
