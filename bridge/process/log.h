// ProcessLog: the lines and counters of the whole process. Lines go to stderr, as text or JSON, without secrets.
//
//   text = time level words-and-key=value          2026-11-24T06:33:49.123Z info gateway ready intents="..." bot=irc/1
//   json = {"time":"...","level":"info","line":"...","bot":"irc/1"}
//
// Loop thread only.

#pragma once

#include "bridge/process/log_throttle.h"
#include "bridge/process/log_writer.h"
#include "onebot/adapter.h"
#include "onebot/secrets.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bridge {

class ProcessLog final : public onebot::Log {
 public:
  static constexpr std::size_t kMaxLine = 4096;  // bytes; the rest is cut off

  using Write = std::function<void(std::string_view line)>;  // with its end

  struct Options {
    onebot::LogLevel level = onebot::LogLevel::info;
    bool json = false;
    std::vector<std::string> secrets{};                // replaced by "***" wherever they appear
    Write write{};                                     // empty: to stderr, on a thread of its own
    std::function<std::chrono::milliseconds()> now{};  // monotonic; empty: the system's
  };

  explicit ProcessLog(Options options);
  ~ProcessLog() override;

  void line(onebot::LogLevel level, std::string_view text) override { line(level, text, ""); }
  void count(onebot::Counter counter, std::uint64_t by = 1) override { counters_.at("")[counter.place()] += by; }
  void count_one(onebot::Counter counter, std::string_view value) override { counters_.at("").add(counter, value); }

  // The same for one bot, "platform/app_id"; "" = nobody's.
  void line(onebot::LogLevel level, std::string_view text, std::string_view bot);
  // What the bot's platform gave it; see Secrets::add().
  void hide(std::string_view secret, const std::string& bot);
  onebot::Counts& counts_of(const std::string& bot) { return counters_[bot]; }  // stays where it is

  // By bot; "" = of the process.
  using Counters = std::map<std::string, onebot::Counts, std::less<>>;
  const Counters& counters() const { return counters_; }

 private:
  std::string cleaned(std::string_view text, std::string_view bot) const;
  void give(std::string_view line);

  Options options_;
  std::unique_ptr<LogWriter> writer_;  // unless the lines go elsewhere
  Throttle throttle_;
  Counters counters_{{"", {}}};
  onebot::Secrets secrets_;                                       // of the configuration
  std::map<std::string, onebot::Secrets, std::less<>> hidden_{};  // by bot
};

// The log as one bot's adapter sees it: every line and counter says whose it is.
class BotLog final : public onebot::Log {
 public:
  BotLog(ProcessLog& log, std::string bot) : log_(log), bot_(std::move(bot)), counts_(log.counts_of(bot_)) {}
  void line(onebot::LogLevel level, std::string_view text) override { log_.line(level, text, bot_); }
  void count(onebot::Counter counter, std::uint64_t by = 1) override { counts_[counter.place()] += by; }
  void count_one(onebot::Counter counter, std::string_view value) override { counts_.add(counter, value); }
  void hide(std::string_view secret) override { log_.hide(secret, bot_); }

 private:
  ProcessLog& log_;
  std::string bot_;
  onebot::Counts& counts_;
};

}  // namespace bridge
