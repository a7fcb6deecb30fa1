// bench_section: the bots of one OneBot 11 section come back to what is in the journal, each with a link of its own
// that takes all that there is; a thousand people in a hundred groups talk to them in turn. History and rows are in
// memory. Prints one JSON line: events a second, and how often each event was read.
//
//   bench_section [BOTS [EVENTS]]

#include "onebot/v11/connect/feed.h"
#include "tests/unit/v11/connect/bridge.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace {

using onebot::Seq;
namespace links = onebot::v11::connect;

// A page at a time, at once when the loop turns.
class History final : public onebot::History {
 public:
  explicit History(onebot::io::Loop& loop) : loop_(loop) {}

  onebot::io::Owner fetch(Seq from, Seq until, std::int64_t, std::size_t max_bytes, onebot::Told<Page> done) override {
    Page page{.next = from};
    for (std::size_t bytes = 0; page.next < until && (bytes == 0 || bytes < max_bytes); ++page.next) {
      const std::string& json = kept.at(page.next - 1);
      bytes += json.size();
      page.entries.emplace_back(page.next, json);
    }
    read += page.entries.size();
    return loop_.after(std::chrono::milliseconds(1), [done = std::move(done), page = std::move(page)] { done(page); });
  }

  std::vector<std::string> kept{};
  std::size_t read = 0;

 private:
  onebot::io::Loop& loop_;
};

std::string message(int bot, int i) {
  return onebot::to_json(onebot::Event{
      .id = fmt::format("id{}", i),
      .time = 1'790'000'000.5,
      .type = "message",
      .detail_type = "group",
      .self = {"chat", fmt::format("bot{}", bot)},
      .message = {onebot::segment::text(fmt::format("{} weather tomorrow in the mountains, and the day after", i))},
      .fields = {{"message_id", fmt::format("m{}", i)},
                 {"alt_message", fmt::format("{} weather tomorrow in the mountains, and the day after", i)},
                 {"group_id", fmt::format("g{}", i % 100)},
                 {"user_id", fmt::format("u{}", i % 1'000)}}});
}

struct Measured {
  double seconds = 0, reads = 0;
  std::size_t told = 0;
};

Measured measure(int bots, int count) {
  v11_test::Bridge bridge(bots, 1);
  History history(bridge.loop);
  for (int i = 0; i < count; ++i) history.kept.push_back(message(1 + i % bots, i));
  onebot::EventLog log(1, &history, static_cast<Seq>(count) + 1);
  onebot::Backend backend{log,         bridge.cursors, bridge.actions, bridge.meta,
                          bridge.loop, bridge.client,  bridge.server,  bridge.log};
  const links::Ground ground{backend,      bridge.ids,    bridge.messages, bridge.safety,
                             bridge.media, bridge.tokens, bridge.logged,   "1"};
  links::Rendering rendering(ground, bridge.known);
  links::Feed feed(ground, rendering, "section", {});
  Measured measured;
  const auto started = std::chrono::steady_clock::now();
  std::vector<std::unique_ptr<links::Feed::Line>> lines;
  for (const links::Bot* bot : bridge.known) lines.push_back(feed.follow(*bot, 1, 0, nullptr));
  for (int idle = 0; measured.told < history.kept.size() && idle < 10; ++idle) {
    for (const auto& line : lines) {
      for (; line->front(); line->pop(), idle = 0) ++measured.told;
    }
    bridge.turn(std::chrono::milliseconds(1));
  }
  measured.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  measured.reads = static_cast<double>(history.read) / count;
  return measured;
}

}  // namespace

int main(int count, char** words) {
  const int bots = count > 1 ? std::atoi(words[1]) : 50, events = count > 2 ? std::atoi(words[2]) : 100'000;
  const Measured measured = measure(bots, events);
  fmt::print("{{\"bots\":{},\"events\":{},\"told\":{},\"rate\":{:.0f},\"reads\":{:.2f}}}\n", bots, events,
             measured.told, events / measured.seconds, measured.reads);
  return measured.told == static_cast<std::size_t>(events) ? 0 : 1;
}
