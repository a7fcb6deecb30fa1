// simulator: a platform's servers as a process of its own, for end-to-end tests.
//
//   simulator --platform NAME [--number N] [--port N] [--push-url URL]
//
// Prints one JSON line, {"port", "bot", "samples"}: the [[bots]] section of a bot that talks to it, and native events
// it can play. --number says which of the platform's bots that is, from 0. Everything else goes over HTTP, under
// /simulator/. Ends with SIGTERM.

#include "adapters/registry.h"
#include "bridge/net/client.h"
#include "bridge/net/loop.h"
#include "bridge/net/server.h"
#include "onebot/json.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

namespace {

// "--port 1" as {"--port", "1"}; what is missing is "".
using Words = std::map<std::string_view, const char*>;

Words read(int argc, char** argv) {
  Words words;
  for (int i = 1; i + 1 < argc; i += 2) words[argv[i]] = argv[i + 1];
  for (const char* word : {"--platform", "--number", "--port", "--push-url"}) words.try_emplace(word, "");
  return words;
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
  const Words asked = read(argc, argv);
  const adapters::Platform* platform = adapters::find_platform(asked.at("--platform"));
  if (!platform || !platform->simulate) {
    fmt::print(stderr, "simulator: no simulator of \"{}\"\n", asked.at("--platform"));
    return 2;
  }
  bridge::net::Loop loop;
  bridge::net::Server server(loop);
  bridge::net::Client client(loop, "");
  const int number = std::atoi(asked.at("--number"));
  const auto simulator = platform->simulate(platform->name, loop, server, client, number);
  const auto port = simulator->open({.port = std::atoi(asked.at("--port"))});
  if (!port) {
    fmt::print(stderr, "simulator: {}\n", port.error().message);
    return 1;
  }
  if (const std::string_view url = asked.at("--push-url"); !url.empty()) simulator->set_push_url(std::string(url));
  introduce(*simulator, *port);
  loop.on_signal([&loop] { loop.stop(); });
  loop.run();
}
