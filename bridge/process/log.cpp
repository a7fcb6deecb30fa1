#include "bridge/process/log.h"

#include "onebot/json.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <unistd.h>
#include <utility>

namespace bridge {

namespace {

constexpr std::string_view kLevels[] = {"trace", "debug", "info", "warn", "error"};

std::chrono::milliseconds system_now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

std::string time_now() {
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto ms = now.time_since_epoch().count() % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)), ms);
}

// Whether a character would end the line, move the cursor, or turn what is read around: C0, DEL, C1, the separators of
// lines and paragraphs, marks and controls of direction.
bool is_control(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x61c || c == 0x200e || c == 0x200f ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

// How many bytes the character at the beginning of valid UTF-8 has, and which it is.
std::pair<std::size_t, std::uint32_t> first_character(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  std::uint32_t c = size == 1 ? first : first & (0x7fU >> size);
  for (std::size_t i = 1; i < size && i < text.size(); ++i) c = c << 6 | (static_cast<unsigned char>(text[i]) & 0x3fU);
  return {std::min(size, text.size()), c};
}

// One line stays one line, and says what it says: blanks for tabs and line breaks, "\\u{9b}" for other controls.
std::string one_line(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto [size, c] = first_character(text);
    if (c == '\t' || c == '\n' || c == '\r') {
      out += ' ';
    } else if (is_control(c)) {
      fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", c);
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return out;
}

// A line in the form that was asked for, with its end.
std::string formed(bool json, onebot::LogLevel level, std::string_view said, std::string_view bot = "") {
  const std::string_view name = kLevels[static_cast<std::size_t>(level)];
  if (!json) return fmt::format("{} {} {}\n", time_now(), name, said);
  onebot::Fields fields{{"time", time_now()}, {"level", name}, {"line", std::string(said)}};
  if (!bot.empty()) fields.push_back({"bot", std::string(bot)});
  return onebot::json::write(fields) + '\n';
}

}  // namespace

ProcessLog::ProcessLog(Options options) : options_(std::move(options)), secrets_(std::move(options_.secrets)) {
  if (!options_.now) options_.now = system_now;
  if (options_.write) return;
  writer_ = std::make_unique<LogWriter>(STDERR_FILENO, [json = options_.json](std::uint64_t lines) {
    return formed(json, onebot::LogLevel::warn,
                  fmt::format("log lines left out, since nobody read them count={}", lines));
  });
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
  give(formed(options_.json, level, cleaned(said, bot), bot));
}

void ProcessLog::give(std::string_view line) {
  if (options_.write) return options_.write(line);
  if (!writer_->write(line)) count("log_lines_left_out");
}

void ProcessLog::hide(std::string_view secret, const std::string& bot) { hidden_[bot].add(secret); }

std::string ProcessLog::cleaned(std::string_view text, std::string_view bot) const {
  std::string out = secrets_.masked(onebot::json::repair_utf8(text));
  // A line that is nobody's may still say what a bot's platform said.
  for (const auto& [of, own] : hidden_) {
    if (bot.empty() || of == bot) out = own.masked(std::move(out));
  }
  out = one_line(out);
  if (out.size() > kMaxLine) out = onebot::json::repair_utf8(std::string_view(out).substr(0, kMaxLine)) + "...";
  return out;
}

}  // namespace bridge
