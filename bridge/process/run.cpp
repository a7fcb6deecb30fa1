#include "bridge/process/run.h"

#include "bridge/config/config.h"
#include "bridge/net/clients.h"
#include "bridge/net/loop.h"
#include "bridge/net/proxies.h"
#include "bridge/net/server.h"
#include "bridge/process/log.h"
#include "bridge/process/run_assembly.h"
#include "bridge/process/signals.h"
#include "bridge/process/warnings.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <utility>

namespace bridge {

namespace {

using onebot::LogLevel;

constexpr rlim_t kLeastFiles = 64;

// Ends the loop when the last frames have left the sockets and the last posts are answered.
class Farewell {
 public:
  Farewell(net::Loop& loop, const net::Clients& clients) : loop_(loop), clients_(clients) {}

  // latest: on the loop's clock.
  void begin(std::chrono::milliseconds latest) {
    latest_ = latest;
    look_again();
  }

 private:
  static constexpr std::chrono::milliseconds kPause{50};

  void look_again() {
    const onebot::io::Owner over = std::move(timer_);  // it may be what calls this
    timer_ = loop_.after(kPause, [this] {
      if (clients_.is_idle() || loop_.now() >= latest_) return loop_.stop();
      look_again();
    });
  }

  net::Loop& loop_;
  const net::Clients& clients_;
  std::chrono::milliseconds latest_{};
  onebot::io::Owner timer_;
};

// For answers to last posts, behind whatever the stop itself took: Signals ends the process after five seconds.
constexpr std::chrono::milliseconds kLongestFarewell{2'100}, kLongestStop{4'800};

int cannot_start(ProcessLog& log, const onebot::Error& error) {
  log.line(LogLevel::error, fmt::format("cannot start: {}", error.message));
  return 1;
}

void tell_ignored(ProcessLog& log, int signal) {
  log.line(LogLevel::warn, fmt::format("a signal is ignored signal={}; the configuration is read at the start only: "
                                       "restart for a new one",
                                       strsignal(signal)));
}

}  // namespace

onebot::Status prepare_process() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file over the limit of the process is an error of that write
  // What is in memory are secrets: no core, and nobody else looks. A debugger needs ONEBRIDGE_DUMPABLE=1.
  const char* dumpable = std::getenv("ONEBRIDGE_DUMPABLE");
  if (!dumpable || std::string_view(dumpable) != "1") ::prctl(PR_SET_DUMPABLE, 0);
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_max >= kLeastFiles) return {};
  return onebot::fail(
      onebot::Retcode::filesystem_error,
      fmt::format("the process may open {} files, and needs {}: raise the limit (ulimit -n, LimitNOFILE)",
                  files.rlim_max, kLeastFiles));
}

int run(const std::string& config_path) {
  ReadConfig read = load_config(config_path);
  for (const std::string& mistake : read.mistakes) fmt::print(stderr, "{}\n", mistake);
  if (!read.config) return 1;
  Config config = *std::move(read.config);

  if (const auto prepared = prepare_process(); !prepared) {
    fmt::print(stderr, "onebridge: cannot start: {}\n", prepared.error().message);
    return 1;
  }
  Signals signals;
  ProcessLog log({.level = config.log_level, .json = config.log_json, .secrets = config.secrets});
  net::Loop loop;
  const net::ProxySetting proxies{.proxy = config.proxy, .no_proxy = config.no_proxy};
  for (const std::string& line : net::Proxies(proxies).described()) log.line(LogLevel::info, line);
  net::Clients clients(loop, config.ca_file, proxies);
  net::Server server(loop, config.limits, &log);
  config.warnings = warnings_of(config, config_path, loop.wall());
  const std::size_t bots = config.bots.size();
  auto assembly = Assembly::make(std::move(config), {loop, clients, server, log});
  if (!assembly) return cannot_start(log, assembly.error());
  if (const auto started = (*assembly)->start(); !started) return cannot_start(log, started.error());
  log.line(LogLevel::info,
           fmt::format("onebridge runs version={} bots={} config={}", ONEBRIDGE_VERSION, bots, config_path));

  Farewell farewell(loop, clients);
  const auto stop = [&] {
    log.line(LogLevel::info, "onebridge stops");
    const auto began = loop.now();
    (*assembly)->stop();
    farewell.begin(std::min(loop.now() + kLongestFarewell, began + kLongestStop));
  };
  const auto told = [&log](int signal) { tell_ignored(log, signal); };
  const auto hearing = signals.hear(loop, {.stop = stop, .other = told});
  loop.run();
  log.line(LogLevel::info, "onebridge ends");
  return 0;
}

}  // namespace bridge
