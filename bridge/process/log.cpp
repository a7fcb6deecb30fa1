#include "bridge/process/log.h"

#include "onebot/json.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace bridge {

namespace {

constexpr std::string_view kLevels[] = {"trace", "debug", "info", "warn", "error"};

// What was said, in the hands of a function.
class FunctionSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  explicit FunctionSink(ProcessLog::Write write) : write_(std::move(write)) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    write_(std::string_view(line.data(), line.size()));
  }
  void flush_() override {}

  ProcessLog::Write write_;
};

spdlog::sink_ptr make_sink(ProcessLog::Write write) {
  if (write) return std::make_shared<FunctionSink>(std::move(write));
  return std::make_shared<spdlog::sinks::stderr_sink_st>();
}

std::chrono::milliseconds system_now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

std::string time_now() {
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto ms = now.time_since_epoch().count() % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)), ms);
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

}  // namespace

struct ProcessLog::Sink {
  spdlog::logger logger;
};

ProcessLog::ProcessLog(Options options) : options_(std::move(options)) {
  auto& secrets = options_.secrets;
  std::erase_if(secrets, [](const std::string& secret) { return secret.size() < onebot::kLeastSecret; });
  std::ranges::sort(secrets, std::greater(), &std::string::size);  // one may be part of another
  if (!options_.now) options_.now = system_now;
  sink_ = std::make_unique<Sink>(Sink{spdlog::logger("onebridge", make_sink(options_.write))});
  sink_->logger.set_level(spdlog::level::trace);
  sink_->logger.set_pattern("%v");
}

ProcessLog::~ProcessLog() = default;

void ProcessLog::line(onebot::LogLevel level, std::string_view text, std::string_view bot) {
  if (level < options_.level) return;
  std::string said(text);
  if (!bot.empty() && !options_.json) fmt::format_to(std::back_inserter(said), " bot={}", bot);
  if (level >= onebot::LogLevel::warn) {
    const auto left_out = throttle_.admit(fmt::format("{} bot={}", text, bot), options_.now());
    if (!left_out) return;
    if (*left_out > 0) fmt::format_to(std::back_inserter(said), " left_out={}", *left_out);
  }
  said = cleaned(said, bot);
  const std::string_view name = kLevels[static_cast<std::size_t>(level)];
  const auto native = static_cast<spdlog::level::level_enum>(level);
  if (!options_.json) {
    sink_->logger.log(native, spdlog::string_view_t(fmt::format("{} {} {}", time_now(), name, said)));
    return;
  }
  onebot::Fields fields{{"time", time_now()}, {"level", name}, {"line", std::move(said)}};
  if (!bot.empty()) fields.push_back({"bot", bot});
  sink_->logger.log(native, spdlog::string_view_t(onebot::json::write(fields)));
}

void ProcessLog::hide(std::string_view secret, const std::string& bot) {
  std::deque<std::string>& own = hidden_[bot];
  if (secret.size() < onebot::kLeastSecret || std::ranges::find(own, secret) != own.end()) return;
  if (own.size() == kMostHidden) own.pop_front();
  own.emplace_back(secret);
}

std::string ProcessLog::cleaned(std::string_view text, std::string_view bot) const {
  std::string out = onebot::json::repair_utf8(text);
  for (const std::string& secret : options_.secrets) replace_all(out, secret, "***");
  // A line that is nobody's may still say what a bot's platform said.
  for (const auto& [of, own] : hidden_) {
    if (!bot.empty() && of != bot) continue;
    for (const std::string& secret : own) replace_all(out, secret, "***");
  }
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';  // one line stays one line
  }
  if (out.size() > kMaxLine) out = onebot::json::repair_utf8(std::string_view(out).substr(0, kMaxLine)) + "...";
  return out;
}

}  // namespace bridge
