// bench_load: both ends of the way an event takes, the platform's gateway and the framework, around one program.
//
//   bench_load GATEWAY_PORT CONSUMER_PORT EVENTS RATE BOTS CONSUMERS [PATH]
//
// A consumer asks for PATH (/). In one with {:02} that is its number, from 0 on, and it is told of one bot: EVENTS is a
// multiple of 64 * BOTS then.
// RATE 0 sends as fast as the program takes it. Prints one JSON line, after a line "ready" once all are connected and a
// line of standard input has said to go on.

#include "tests/bench/load_consumer.h"
#include "tests/bench/load_gateway.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 7 && argc != 8) {
    fmt::print(stderr, "usage: bench_load GATEWAY_PORT CONSUMER_PORT EVENTS RATE BOTS CONSUMERS [PATH]\n");
    return 2;
  }
  const auto number = [argv](int i) { return static_cast<std::size_t>(std::strtoul(argv[i], nullptr, 10)); };
  const std::size_t events = number(3);
  bench::Gateway gateway(static_cast<int>(number(1)));
  std::vector<std::unique_ptr<bench::Consumer>> consumers;
  const std::string path = argc == 8 ? argv[7] : "/";
  const std::size_t share = path.find('{') == std::string::npos ? events : events / number(6);
  for (std::size_t i = 0; i < number(6); ++i) {
    consumers.push_back(
        std::make_unique<bench::Consumer>(static_cast<int>(number(2)), fmt::format(fmt::runtime(path), i)));
  }
  gateway.wait_for(number(5));
  fmt::print("ready\n");
  std::fflush(stdout);
  std::string line;
  std::getline(std::cin, line);

  const auto started = bench::now_ns();
  gateway.send(events, std::strtod(argv[4], nullptr));
  bool complete = true;
  std::uint64_t last = started + 1;
  for (auto& consumer : consumers) {
    complete = consumer->wait_for(share, 60) && complete;
    last = std::max(last, consumer->last_ns());
  }
  auto ages = consumers.front()->ages_ns();
  std::sort(ages.begin(), ages.end());
  const auto age = [&ages](double part) {
    return ages.empty()
               ? 0.0
               : static_cast<double>(ages[static_cast<std::size_t>(part * static_cast<double>(ages.size() - 1))]) / 1e3;
  };
  const double seconds = static_cast<double>(last - started) / 1e9;
  fmt::print(R"({{"complete":{},"events":{},"seconds":{:.3f},"rate":{:.0f},"p50_us":{:.0f},"p99_us":{:.0f}}})"
             "\n",
             complete, consumers.front()->events(), seconds, static_cast<double>(events) / seconds, age(0.5),
             age(0.99));
  std::fflush(stdout);
  std::getline(std::cin, line);  // the figures of the program are read before its links go
  std::_Exit(complete ? 0 : 1);
}
