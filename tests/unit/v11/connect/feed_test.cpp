// How the links of a section get their bots' events: one reading of the log, one building of a frame.

#include "onebot/v11/connect/feed.h"

#include "bridge.h"

#include <utility>

namespace {

using namespace v11_test;
using Line = links::Feed::Line;

struct Section : Bridge {
  explicit Section(int count = 2, std::size_t window = 1 << 20) : Bridge(count, window) {}
  std::unique_ptr<Line> follow(int to, Seq from = 1, std::int64_t since = 0) {
    return feed.follow(bot(to), from, since, [this] { ++wakes; });
  }
  // All that is at hand, as "e1 e2".
  std::string read(Line& line) {
    std::string all;
    while (const auto* item = line.front()) {
      for (const std::string& text : item->rendered->texts) all += (all.empty() ? "" : " ") + told({text}).at(0);
      line.pop();
    }
    return all;
  }
  std::int64_t now_ms() { return static_cast<std::int64_t>(loop.wall() * 1000); }

  int wakes = 0;
  links::Feed feed{ground, *rendering, "websocket 127.0.0.1:6700", {}};
};

TEST_CASE("every bot's line has that bot's events in the order of the log, and no others") {  // O11-BOT-01, O11-DEL-03
  Section section;
  const auto one = section.follow(1), two = section.follow(2);
  for (int i = 0; i < 6; ++i) section.say(1 + i % 2);
  section.append();  // of a bot that is not here

  section.feed.pump();

  CHECK(section.read(*one) == "e1 e3 e5");
  CHECK(section.read(*two) == "e2 e4 e6");
  CHECK(one->position() == 8);  // a quiet bot's place moves, too
}

TEST_CASE("links with equal options get the very same bytes, built once") {  // O11-GEN-02
  Section section;
  links::Feed other(section.ground, *section.rendering, "websocket_reverse", {});
  const auto one = section.follow(1), again = section.follow(1);
  const auto third = other.follow(section.bot(1), 1, 0, nullptr);
  section.say(1);

  REQUIRE(one->front());
  CHECK(one->front()->rendered == again->front()->rendered);
  CHECK(one->front()->rendered == third->front()->rendered);
}

TEST_CASE("an event is told when its numbers are safe") {  // O11-MID-03
  Section section;
  section.safety.by_hand = true;
  const auto line = section.follow(1);
  section.say(1);
  CHECK(section.read(*line) == "");
  CHECK(line->position() == 1);

  section.safety.fail();
  CHECK(section.read(*line) == "");

  const int before = section.wakes;
  section.safety.commit();
  CHECK(section.wakes > before);
  CHECK(section.read(*line) == "e1");
}

TEST_CASE("other options get bytes of their own, and the same numbers") {
  Section section;
  links::Feed other(section.ground, *section.rendering, "http_post", {.message_format = v11::MessageFormat::string});
  const auto list = section.follow(1), string = other.follow(section.bot(1), 1, 0, nullptr);
  section.say(1);

  REQUIRE(list->front());
  const std::string one = list->front()->rendered->texts.at(0), two = string->front()->rendered->texts.at(0);
  CHECK(rig::member(one, "message") == R"([{"type":"text","data":{"text":"e1"}}])");
  CHECK(rig::member(two, "message") == R"("e1")");
  CHECK(rig::member(one, "message_id") == rig::member(two, "message_id"));
}

TEST_CASE("50 bots that return from the journal cost one reading of it") {  // O11-BOT-07
  Section section(50, 1);
  for (int i = 0; i < 500; ++i) section.say(1 + i % 50);
  std::vector<std::unique_ptr<Line>> lines;
  for (int i = 1; i <= 50; ++i) lines.push_back(section.follow(i));

  section.feed.pump();
  section.turn(10s);

  CHECK(section.history.fetches == 1);
  for (const auto& line : lines) CHECK(line->position() < 51);
  CHECK(section.read(*lines.at(49)).starts_with("e50 e100 e150"));
}

TEST_CASE("a line that does not read holds up no other, and gets everything later") {  // O11-DEL-04
  Section section(2, 64 << 20);
  const auto slow = section.follow(1), quick = section.follow(2);
  const std::string padding(100'000, '.');
  for (int i = 0; i < 60; ++i) section.say(1 + i % 2, "e" + std::to_string(i) + padding);

  std::size_t taken = 0;
  for (int turn = 0; turn < 20; ++turn, section.loop.run()) {
    while (quick->front()) quick->pop(), ++taken;
  }
  CHECK(taken == 30);
  CHECK(quick->position() == 61);
  CHECK(slow->position() == 1);
  taken = 0;
  Seq last = 0;
  for (int turn = 0; turn < 20; ++turn, section.loop.run()) {
    for (; const auto* item = slow->front(); ++taken) {
      CHECK(item->seq > last);
      last = item->seq;
      slow->pop();
    }
  }

  CHECK(taken == 30);
  section.say(2);
  CHECK(section.read(*quick) == "e61");
}

TEST_CASE("a returning line is not given what is older than its section replays, and it is counted") {  // O11-DEL-02
  Section section;
  section.say(1), section.say(2);
  section.turn(10min);
  section.say(1);
  section.turn(4min);

  const auto line = section.follow(1, 1, section.now_ms() - 5 * 60'000);

  CHECK(section.read(*line) == "e3");
  CHECK(section.log.counters["events_left_out"] == 2);
  CHECK(section.log.contains("replay"));
}

TEST_CASE("what one line is too late for, another one that has been there is still given") {
  Section section;
  const auto old = section.follow(1, 1, section.now_ms());
  section.say(1);
  section.turn(10min);

  const auto late = section.follow(1, 1, section.now_ms() - 5 * 60'000);

  CHECK(section.read(*late) == "");
  CHECK(late->skipped() == 1);
  CHECK(section.read(*old) == "e1");
}

TEST_CASE("a long log is read in turns, so that nobody waits for all of it") {
  Section section(2, 64 << 20);
  const std::string padding(100'000, '.');
  for (int i = 0; i < 60; ++i) section.say(1, "x" + padding);
  const auto line = section.follow(2);

  section.feed.pump();
  CHECK(line->position() < 20);
  section.loop.run();

  CHECK(line->position() == 61);
}

TEST_CASE("a line wakes its link when something comes, once until that has read it") {
  Section section;
  const auto line = section.follow(1);
  section.feed.pump();

  section.say(1), section.say(1);
  section.feed.pump();
  CHECK(section.wakes == 1);
  section.read(*line);
  section.say(1);
  section.feed.pump();

  CHECK(section.wakes == 2);
}

TEST_CASE("an event without a name in OneBot 11 gives no frame and is passed") {
  Section section;
  section.backend.events.append(R"({"id":"x","time":1,"type":"notice","detail_type":"chat.unheard_of","sub_type":"",)"
                                R"("self":{"platform":"chat","user_id":"bot1"}})",
                                section.now_ms());
  const auto line = section.follow(1);

  CHECK(section.read(*line) == "");
  CHECK(line->position() == 2);
}

}  // namespace
