#include "bridge/process/log.h"

#include "onebot/json.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace {

using namespace std::chrono_literals;
using onebot::LogLevel;

// A log whose lines and clock are in the hands of the test.
struct Heard {
  std::vector<std::string> lines{};
  std::chrono::milliseconds now{1'000'000};
  bridge::ProcessLog log;

  explicit Heard(bridge::ProcessLog::Options options = {}) : log(with_hands(std::move(options))) {}
  bridge::ProcessLog::Options with_hands(bridge::ProcessLog::Options options) {
    options.write = [this](std::string_view line) { lines.emplace_back(line); };
    options.now = [this] { return now; };
    return options;
  }
};

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

std::uint64_t counted(const bridge::ProcessLog& log, onebot::Counter counter, std::string_view bot) {
  return log.counters().find(bot)->second[counter.place()];
}

}  // namespace

TEST_CASE("a text line has the time, the level and what was said") {
  Heard heard;

  heard.log.line(LogLevel::info, "gateway closed code=4009 next=resume");

  REQUIRE(heard.lines.size() == 1);
  const std::string& line = heard.lines[0];
  CHECK(line.size() > 24);
  CHECK(line[10] == 'T');
  CHECK(line[23] == 'Z');
  CHECK(line.substr(24) == " info gateway closed code=4009 next=resume\n");
}

TEST_CASE("a JSON line parses, whatever was said") {
  Heard heard({.json = true});

  heard.log.line(LogLevel::warn, "a \"quote\", a\nbreak, \x01 and \xc3\x28", "irc/1");

  REQUIRE(heard.lines.size() == 1);
  const auto parsed = onebot::json::Document::parse(heard.lines[0]);
  REQUIRE(parsed);
  CHECK(parsed->root().at("level").str() == "warn");
  CHECK(parsed->root().at("bot").str() == "irc/1");
  CHECK(has(parsed->root().at("line").str(), "a \"quote\", a break"));
  CHECK(heard.lines[0].find('\n') == heard.lines[0].size() - 1);
}

TEST_CASE("lines below the level are left out") {
  Heard heard({.level = LogLevel::warn});

  heard.log.line(LogLevel::info, "not this one");
  heard.log.line(LogLevel::error, "but this one");

  REQUIRE(heard.lines.size() == 1);
  CHECK(has(heard.lines[0], "error but this one"));
}

TEST_CASE("a token that a platform gave appears in no line of its bot, and the last of many are known") {
  Heard heard({.secrets = {"configured"}});
  bridge::BotLog one(heard.log, "irc/1"), other(heard.log, "irc/2");
  for (int i = 0; i < 100; ++i) one.hide("token-" + std::to_string(1000 + i));
  one.hide("tiny");

  one.line(LogLevel::info, "said token-1099 tiny configured");
  heard.log.line(LogLevel::info, "said token-1098");
  other.line(LogLevel::info, "said token-1097");
  one.line(LogLevel::info, "said token-1000");

  REQUIRE(heard.lines.size() == 4);
  CHECK(heard.lines[0].find("said *** tiny ***") != std::string::npos);
  CHECK(heard.lines[1].find("said ***") != std::string::npos);
  CHECK(heard.lines[2].find("token-1097") != std::string::npos);  // a word that is the other's
  CHECK(heard.lines[3].find("token-1000") != std::string::npos);  // long over
}

TEST_CASE("a configured secret appears in no line") {
  Heard heard({.secrets = {"abc", "hunter2hunter2", "hunter2"}});

  heard.log.line(LogLevel::error, "refused token=hunter2hunter2 again=hunter2 word=abc");

  REQUIRE(heard.lines.size() == 1);
  CHECK(has(heard.lines[0], "token=*** again=*** word=abc"));
  CHECK_FALSE(has(heard.lines[0], "hunter2"));
}

TEST_CASE("a line stays one line of bounded length") {
  Heard heard;

  heard.log.line(LogLevel::info, "first\r\nforged 2026 error\n" + std::string(10'000, 'x'));

  REQUIRE(heard.lines.size() == 1);
  CHECK(std::ranges::count(heard.lines[0], '\n') == 1);
  CHECK(heard.lines[0].size() < 5'000);
}

TEST_CASE("a flood of one kind is counted whole and logged in part") {
  Heard heard;
  const auto refuse = [&](int n) {
    heard.log.count("ingress_unknown_path");
    heard.log.line(LogLevel::warn, "push refused reason=signature number=" + std::to_string(n));
  };

  for (int n = 0; n < 1000; ++n) refuse(n);
  heard.log.line(LogLevel::warn, "something else");
  CHECK(heard.lines.size() == bridge::Throttle::kBurst + 1);
  heard.now += bridge::Throttle::kSpan;
  refuse(1000);

  CHECK(has(heard.lines.back(), "number=1000 left_out=995"));
  CHECK(counted(heard.log, "ingress_unknown_path", "") == 1001);
}

TEST_CASE("one bot's flood does not silence another bot, nor lines of everyday life") {
  Heard heard;
  bridge::BotLog first(heard.log, "irc/1"), second(heard.log, "irc/2");

  for (int n = 0; n < 100; ++n) first.line(LogLevel::warn, "push refused");
  second.line(LogLevel::warn, "push refused");
  CHECK(has(heard.lines.back(), "bot=irc/2"));
  const std::size_t before = heard.lines.size();
  for (int n = 0; n < 100; ++n) first.line(LogLevel::info, "gateway ready");

  CHECK(heard.lines.size() == before + 100);
}

TEST_CASE("counters are kept by name and by bot") {
  Heard heard;
  bridge::BotLog bot(heard.log, "irc/1");

  heard.log.count("events", 2);
  bot.count("events");
  bot.count("events", 3);

  CHECK(counted(heard.log, "events", "") == 2);
  CHECK(counted(heard.log, "events", "irc/1") == 4);
  bot.count_one("api_unknown_codes", "4711");
  CHECK(counted(heard.log, "api_unknown_codes", "irc/1") == 1);
  CHECK(counted(heard.log, "api_unknown_codes", "") == 0);
}

TEST_CASE("the throttle forgets rather than grows") {
  bridge::Throttle throttle;

  for (std::size_t n = 0; n < 10 * bridge::Throttle::kBound; ++n) {
    std::string word = "w";
    for (std::size_t rest = n; rest > 0; rest /= 26) word += static_cast<char>('a' + rest % 26);
    CHECK(throttle.admit(word, 0ms).has_value());
  }
  CHECK(bridge::Throttle::kind("lost code=4009 after 3 tries bot=irc/1") == "lost after tries bot=irc/1 ");
}

TEST_CASE("controls of all kinds are written out, so that a line cannot look like another") {
  for (const bool json : {false, true}) {
    Heard heard({.json = json});
    heard.log.line(LogLevel::info,
                   "a\x1b[31m \x7f \u009b \u2028 \u2029 \u202e \u2066 \u200f \u061c b \xe4\xbd\xa0 \t.");

    REQUIRE(heard.lines.size() == 1);
    for (const char* control : {"\x1b", "\x7f", "\u009b", "\u2028", "\u2029", "\u202e", "\u2066", "\u200f", "\u061c"}) {
      CAPTURE(control);
      CHECK_FALSE(has(heard.lines[0], control));
    }
    CHECK(has(heard.lines[0], "u{9b}"));
    CHECK(has(heard.lines[0], "u{1b}[31m"));
    CHECK(has(heard.lines[0], "b \xe4\xbd\xa0  ."));
  }
}
