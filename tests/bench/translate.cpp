// bench_translate: bytes of a native event -> bytes of OneBot events, on one core, no sockets and no log.
// Runs over the fixtures of every platform, of this tree or of the one named; prints one JSON line of events a second.

#include "adapters/registry.h"
#include "onebot/event.h"
#include "onebot/json.h"
#include "tests/bench/natives.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <vector>

namespace {

// Events a second, over at least a second.
double measure(const adapters::Platform& platform, const std::vector<std::string>& texts) {
  const onebot::Self self{std::string(platform.name), "3141592653589793238"};
  std::size_t events = 0, bytes = 0;
  std::string out;
  const auto started = std::chrono::steady_clock::now();
  std::chrono::duration<double> passed{};
  while (passed.count() < 1.0) {
    for (const std::string& text : texts) {
      const auto document = onebot::json::Document::parse(text);
      if (!document) continue;
      const auto translated = platform.translate(platform.name, document->root(), self);
      if (!translated) continue;
      for (const onebot::Event& event : *translated) {
        out.clear();
        onebot::append_json(out, event);
        bytes += out.size();
        ++events;
      }
    }
    passed = std::chrono::steady_clock::now() - started;
  }
  return bytes == 0 ? 0 : static_cast<double>(events) / passed.count();
}

}  // namespace

int main(int count, char** words) {
  const std::filesystem::path tree = count > 1 ? words[1] : SOURCE_DIR;
  std::string line;
  for (const adapters::Platform& platform : adapters::platforms()) {
    const auto texts = bench::natives(tree, platform.folder, platform.name);
    if (texts.empty()) continue;
    line += fmt::format("{}\"{}\":{:.0f}", line.empty() ? "" : ",", platform.name, measure(platform, texts));
  }
  fmt::print("{{{}}}\n", line);
}
