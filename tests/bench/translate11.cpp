// bench_translate11: bytes of an event as the log has it -> bytes of OneBot 11 frames, on one core, with rows in
// memory. People and groups are known, every message is new. Runs over the events that the fixtures of every platform
// become, of this tree or of the one named; prints one JSON line of events a second.

#include "adapters/registry.h"
#include "onebot/event.h"
#include "onebot/json.h"
#include "onebot/v11/events.h"
#include "tests/bench/natives.h"
#include "tests/fakes_numbers.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <vector>

namespace {

namespace v11 = onebot::v11;

class Media : public v11::Media {
 public:
  std::string address(const v11::MediaFile& file) override {
    return file.url.empty() ? fmt::format("http://127.0.0.1:5701/media/{}", file.token) : std::string(file.url);
  }
};

std::vector<std::string> logged(const adapters::Platform& platform, const std::vector<std::string>& natives,
                                const onebot::Self& self) {
  std::vector<std::string> texts;
  for (const std::string& native : natives) {
    const auto document = onebot::json::Document::parse(native);
    if (!document) continue;
    const auto events = platform.translate(platform.name, document->root(), self);
    if (!events) continue;
    for (const onebot::Event& event : *events) texts.push_back(onebot::to_json(event));
  }
  return texts;
}

// Events a second, over at least a second.
double measure(const std::vector<std::string>& events, const onebot::Self& self) {
  constexpr v11::Number kNow = 1'790'000'000;  // seconds since the epoch
  fakes::IdRows id_rows;
  v11::IdNumbers ids(id_rows);
  const v11::Number self_id = ids.self({.platform = self.platform, .app_id = "102000001", .user_id = self.user_id});
  Media media;
  std::size_t count = 0, bytes = 0;
  const auto started = std::chrono::steady_clock::now();
  std::chrono::duration<double> passed{};
  while (passed.count() < 1.0) {
    fakes::MessageRows message_rows;
    fakes::Reserve reserve;
    v11::MessageNumbers messages(message_rows, reserve, kNow);
    const v11::Scope scope{.ids = ids,
                           .messages = messages,
                           .media = media,
                           .bot = fmt::format("{}/102000001", self.platform),
                           .self_id = self_id};
    for (const std::string& text : events) {
      const auto document = onebot::json::Document::parse(text);
      if (!document) continue;
      for (const std::string& frame : v11::frames_of(document->root(), scope, ++count).texts) bytes += frame.size();
    }
    passed = std::chrono::steady_clock::now() - started;
  }
  return bytes == 0 ? 0 : static_cast<double>(count) / passed.count();
}

}  // namespace

int main(int count, char** words) {
  const std::filesystem::path tree = count > 1 ? words[1] : SOURCE_DIR;
  std::string line;
  for (const adapters::Platform& platform : adapters::platforms()) {
    const onebot::Self self{std::string(platform.name), "3141592653589793238"};
    const auto events = logged(platform, bench::natives(tree, platform.folder, platform.name), self);
    if (events.empty()) continue;
    line += fmt::format("{}\"{}\":{:.0f}", line.empty() ? "" : ",", platform.name, measure(events, self));
  }
  fmt::print("{{{}}}\n", line);
}
