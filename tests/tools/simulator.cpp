// simulator: a platform's servers as a process of its own, for end-to-end tests.
//
//   simulator --platform NAME [--port N] [--push-url URL]
//
// Prints one JSON line, {"port", "bot", "samples"}: the [[bots]] section of a bot that talks to it, and native events
// it can play. Everything else goes over HTTP, under /simulator/. Ends with SIGTERM.

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "adapters/registry.h"
#include "bridge/net/client.h"
#include "bridge/net/loop.h"
#include "bridge/net/server.h"
#include "onebot/json.h"

namespace {

struct Asked {
  std::string platform{}, push_url{};
  int port = 0;
};

Asked read(int argc, char** argv) {
  Asked asked;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view word = argv[i];
    if (word == "--platform")
      asked.platform = argv[i + 1];
    else if (word == "--push-url")
      asked.push_url = argv[i + 1];
    else if (word == "--port")
      asked.port = std::atoi(argv[i + 1]);
  }
  return asked;
}

void introduce(const onebot::Simulator& simulator, int port) {
  onebot::List samples;
  for (const std::string_view sample : simulator.samples()) samples.push_back(std::string(sample));
  const onebot::Fields line = {{"port", port}, {"bot", simulator.bot()}, {"samples", std::move(samples)}};
  fmt::print("{}\n", onebot::json::write(line));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const Asked asked = read(argc, argv);
  const adapters::Platform* platform = adapters::find_platform(asked.platform);
  if (!platform || !platform->simulate) {
    fmt::print(stderr, "simulator: no simulator of \"{}\"\n", asked.platform);
    return 2;
  }
  bridge::net::Loop loop;
  bridge::net::Server server(loop);
  bridge::net::Client client(loop, "");
  const auto simulator = platform->simulate(platform->name, loop, server, client);
  const auto port = simulator->open({.port = asked.port});
  if (!port) {
    fmt::print(stderr, "simulator: {}\n", port.error().message);
    return 1;
  }
  if (!asked.push_url.empty()) simulator->set_push_url(asked.push_url);
  introduce(*simulator, *port);
  loop.on_signal([&loop] { loop.stop(); });
  loop.run();
}
