#include "bridge/process/run.h"

#include "bridge/config/config.h"
#include "bridge/net/client.h"
#include "bridge/net/loop.h"
#include "bridge/net/proxies.h"
#include "bridge/net/server.h"
#include "bridge/process/run_assembly.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

namespace bridge {

namespace {

using onebot::LogLevel;

// Tables of file descriptors are as long as the limit: more would cost memory in every process.
constexpr rlim_t kFiles = 8192;
constexpr unsigned kSecondsToEnd = 5;
// For the last frames to leave the sockets.
constexpr std::chrono::milliseconds kFarewell{50};

int cannot_start(ProcessLog& log, const onebot::Error& error) {
  log.line(LogLevel::error, fmt::format("cannot start: {}", error.message));
  return 1;
}

}  // namespace

void prepare_process() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file over the limit of the process is an error of that write
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = std::min(kFiles, files.rlim_max);
  setrlimit(RLIMIT_NOFILE, &files);
}

void end_within_five_seconds() {
  std::signal(SIGALRM, [](int) { _exit(1); });
  alarm(kSecondsToEnd);
}

int run(const std::string& config_path) {
  ReadConfig read = load_config(config_path);
  for (const std::string& mistake : read.mistakes) fmt::print(stderr, "{}\n", mistake);
  if (!read.config) return 1;
  Config config = *std::move(read.config);

  prepare_process();
  ProcessLog log({.level = config.log_level, .json = config.log_json, .secrets = config.secrets});
  net::Loop loop;
  const net::Proxies proxies({.proxy = config.proxy, .no_proxy = config.no_proxy});
  for (const std::string& line : proxies.described()) log.line(LogLevel::info, line);
  net::Client client(loop, config.ca_file, proxies);
  net::Server server(loop);
  const std::size_t bots = config.bots.size();
  auto assembly = Assembly::make(std::move(config), {loop, client, server, log});
  if (!assembly) return cannot_start(log, assembly.error());
  if (const auto started = (*assembly)->start(); !started) return cannot_start(log, started.error());
  log.line(LogLevel::info,
           fmt::format("onebridge runs version={} bots={} config={}", ONEBRIDGE_VERSION, bots, config_path));

  onebot::io::Owner farewell;
  loop.on_signal([&] {
    if (farewell) return;
    log.line(LogLevel::info, "onebridge stops");
    end_within_five_seconds();
    (*assembly)->stop();
    farewell = loop.after(kFarewell, [&loop] { loop.stop(); });
  });
  loop.run();
  log.line(LogLevel::info, "onebridge ends");
  return 0;
}

}  // namespace bridge
